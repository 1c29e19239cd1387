/** Which hosts of an Ingress are encrypted, and whether any rule is for them. */
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import { suggestName } from '../../../language/diagnostic/suggest-name.ts';
import type { IngressEntry } from '../../../language/lab/generated/lab-file.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { isFor } from '../compile/hosts.ts';
import type { IngressTls } from '../model.ts';

export function readTls({ rules = [], tls = [] }: IngressEntry, path: Path, problems: Problems): IngressTls[] {
  const named = rules.flatMap(({ host = '' }) => (host === '' ? [] : [host]));
  return tls.map(({ hosts = [], secretName = '' }, index) => {
    const at: Path = [...path, 'tls', index];
    for (const [place, host] of hosts.entries())
      if (!named.some(own => isFor(own)(host))) warnHost(host, [...at, 'hosts', place], named, problems);
    if (hosts.length + named.length === 0) warnNobody(at, problems);
    return { hosts: hosts.length === 0 ? [...new Set(named)] : hosts, secretName };
  });
}

function warnHost(host: string, path: Path, named: readonly string[], problems: Problems): void {
  problems.warn(path, 'unknown-name', `no rule of this Ingress has the host "${host}"`, suggestName(host, named));
}

function warnNobody(path: Path, problems: Problems): void {
  const message = 'no rule of this Ingress has a host, so no request is encrypted by this certificate';
  problems.warn(path, 'missing-key', message, 'give a rule a "host"');
}
