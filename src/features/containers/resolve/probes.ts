/** Probes of a container: Kubernetes' defaults, one action each, and names of ports turned into numbers. */

import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import { suggestName } from '../../../language/diagnostic/suggest-name.ts';
import type { ContainerPortEntry, LivenessEntry, ReadinessEntry } from '../../../language/lab/generated/lab-file.ts';
import type { ContainerProbe, ProbeAction } from '../../../language/lab/lab.ts';
import type { Problems } from '../../../resolve/problems.ts';

type ProbeEntry = ReadinessEntry | LivenessEntry;

/** Whose probe it is. */
export interface Probed {
  readonly name: string;
  readonly ports: readonly ContainerPortEntry[];
  readonly problems: Problems;
}

const KINDS = ['tcp', 'http', 'exec'] as const;

/** Undefined where it is not clear what to ask, which is reported. */
export function resolveProbe(entry: ProbeEntry, path: Path, probed: Probed): ContainerProbe | undefined {
  checkOneAction(entry, path, probed);
  const action = toAction(entry, path, probed);
  return (
    action && {
      action,
      initialDelaySeconds: entry.initialDelaySeconds ?? 0,
      periodSeconds: entry.periodSeconds ?? 10,
      timeoutSeconds: entry.timeoutSeconds ?? 1,
      successThreshold: entry.successThreshold ?? 1,
      failureThreshold: entry.failureThreshold ?? 3,
    }
  );
}

function checkOneAction(entry: ProbeEntry, path: Path, { name, problems }: Probed): void {
  const [first, second] = KINDS.filter(kind => entry[kind] !== undefined);
  const what = `the ${path.at(-1)} probe of container "${name}"`;
  if (first === undefined) {
    const hint = 'give it one of "tcp: { port: 80 }", "http: { port: 80 }" and "exec: { command: […] }"';
    problems.errorAtKey(path, 'missing-key', `${what} does not say what to ask`, hint);
  } else if (second !== undefined) {
    const hint = 'a probe asks one thing; delete one of them';
    problems.errorAtKey([...path, second], 'conflict', `${what} has both "${first}" and "${second}"`, hint);
  }
}

function toAction({ tcp, http, exec }: ProbeEntry, path: Path, probed: Probed): ProbeAction | undefined {
  if (tcp) {
    const port = toPort(tcp.port, [...path, 'tcp', 'port'], probed);
    return { kind: 'tcp', port, ...(tcp.host === undefined ? {} : { host: tcp.host }) };
  }
  if (http) {
    const port = toPort(http.port, [...path, 'http', 'port'], probed);
    const host = http.host === undefined ? {} : { host: http.host };
    const httpHeaders = (http.httpHeaders ?? []).map(({ name, value }) => ({ name, value }));
    return { kind: 'http', port, path: http.path ?? '/', ...host, httpHeaders };
  }
  return exec && { kind: 'exec', command: exec.command };
}

function toPort(port: string | number, path: Path, { name, ports, problems }: Probed): number {
  if (typeof port === 'number') return port;
  const found = ports.find(other => other.name === port);
  if (found) return found.containerPort;
  const known = ports.flatMap(other => other.name ?? []);
  const digits = /^[0-9]+$/.test(port) ? `write ${port}, without quotes` : undefined;
  const hint = digits ?? suggestName(port, known) ?? `give the number, or name it in its "ports"`;
  problems.error(path, 'unknown-name', `container "${name}" has no port "${port}"`, hint);
  return 0;
}
