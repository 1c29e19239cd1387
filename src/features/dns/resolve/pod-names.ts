/** The names that a pod has: what it calls itself, and what its /etc/hosts says besides. */
import type { LabFile } from '../../../language/lab/generated/lab-file.ts';
import type { Pod } from '../../../language/lab/lab.ts';
import type { PodDraft } from '../../../resolve/model.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { readIp } from '../../../resolve/read-address.ts';
import type { HostAlias } from '../model.ts';
import { domainOf } from './cluster-dns.ts';

/** Of Linux (`__NEW_UTS_LEN`); kubelet does not start a pod whose full name is longer (`pkg/kubelet/util/util.go`). */
const MOST_LETTERS = 64;

/** Null where it calls itself by its hostname alone. */
export function readFqdn(pod: PodDraft, hostname: string | null, file: LabFile, problems: Problems): Pod['fqdn'] {
  const { setHostnameAsFQDN, subdomain } = pod.entry;
  if (setHostnameAsFQDN !== true || subdomain === undefined) return null;
  const fqdn = `${hostname ?? pod.name}.${subdomain}.${pod.namespace}.svc.${domainOf(file)}`;
  if (fqdn.length > MOST_LETTERS) {
    const message = `the full name of pod "${pod.key}", ${fqdn}, has ${fqdn.length} letters`;
    const hint = `Linux takes at most ${MOST_LETTERS} as a hostname: choose shorter names, or remove "setHostnameAsFQDN"`;
    problems.errorAtKey([...pod.path, 'setHostnameAsFQDN'], 'out-of-range', message, hint);
  }
  return fqdn;
}

/** As they are written, as kubelet copies them. */
export function readAliases({ entry, path }: PodDraft, problems: Problems): HostAlias[] {
  return (entry.hostAliases ?? []).map(({ ip, hostnames = [] }, index) => {
    readIp(ip, [...path, 'hostAliases', index, 'ip'], problems, 'a host alias is of an address: write it as 10.0.0.9');
    return { ip, hostnames };
  });
}
