/** Probes of a container: Kubernetes' defaults, one action each, and names of ports turned into numbers. */

import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import { suggestName } from '../../../language/diagnostic/suggest-name.ts';
import type {
  ContainerEntry,
  ContainerPortEntry,
  LivenessEntry,
  ReadinessEntry,
  StartupEntry,
} from '../../../language/lab/generated/lab-file.ts';
import type { Container, ContainerProbe, ProbeAction } from '../../../language/lab/lab.ts';
import type { Problems } from '../../../resolve/problems.ts';

type ProbeEntry = ReadinessEntry | LivenessEntry | StartupEntry;

/** Whose probe it is. */
export interface Probed {
  readonly name: string;
  readonly ports: readonly ContainerPortEntry[];
  readonly problems: Problems;
}

export const PROBES = ['readiness', 'liveness', 'startup'] as const;

/** Why a second success is nothing to wait for. */
const ONE_SUCCESS = {
  liveness: 'a container is started anew when it fails, so there is nothing to wait for after that',
  startup: 'a container that has started once has started',
};

export function resolveProbes(
  entry: Pick<ContainerEntry, (typeof PROBES)[number]>,
  source: Path,
  probed: Probed,
): Pick<Container, (typeof PROBES)[number]> {
  const found = PROBES.flatMap(kind => {
    const written = entry[kind];
    const probe = written && resolveProbe(written, [...source, kind], probed);
    if (kind !== 'readiness' && probe && probe.successThreshold !== 1) {
      const message = `"successThreshold" of a ${kind} probe must be 1, not ${probe.successThreshold}`;
      probed.problems.error([...source, kind, 'successThreshold'], 'not-allowed', message, ONE_SUCCESS[kind]);
    }
    return probe ? [[kind, probe] as const] : [];
  });
  return Object.fromEntries(found);
}

const KINDS = ['tcp', 'http', 'grpc', 'exec'] as const;

/** Undefined where it is not clear what to ask, which is reported. */
function resolveProbe(entry: ProbeEntry, path: Path, probed: Probed): ContainerProbe | undefined {
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
      ...graceOf(entry),
    }
  );
}

function graceOf(entry: ProbeEntry): Pick<ContainerProbe, 'terminationGracePeriodSeconds'> {
  const seconds = 'terminationGracePeriodSeconds' in entry ? entry.terminationGracePeriodSeconds : undefined;
  return seconds === undefined ? {} : { terminationGracePeriodSeconds: seconds };
}

function checkOneAction(entry: ProbeEntry, path: Path, { name, problems }: Probed): void {
  const [first, second] = KINDS.filter(kind => entry[kind] !== undefined);
  const what = `the ${path.at(-1)} probe of container "${name}"`;
  if (first === undefined) {
    const hint =
      'give it one of "tcp: { port: 80 }", "http: { port: 80 }", "grpc: { port: 50051 }" and "exec: { command: […] }"';
    problems.errorAtKey(path, 'missing-key', `${what} does not say what to ask`, hint);
  } else if (second !== undefined) {
    const hint = 'a probe asks one thing; delete one of them';
    problems.errorAtKey([...path, second], 'conflict', `${what} has both "${first}" and "${second}"`, hint);
  }
}

function toAction({ tcp, http, grpc, exec }: ProbeEntry, path: Path, probed: Probed): ProbeAction | undefined {
  if (tcp) {
    const port = toPort(tcp.port, [...path, 'tcp', 'port'], probed);
    return { kind: 'tcp', port, ...(tcp.host === undefined ? {} : { host: tcp.host }) };
  }
  if (http) {
    const port = toPort(http.port, [...path, 'http', 'port'], probed);
    const host = http.host === undefined ? {} : { host: http.host };
    const scheme = http.scheme === 'HTTPS' ? { scheme: http.scheme } : {};
    const httpHeaders = (http.httpHeaders ?? []).map(({ name, value }) => ({ name, value }));
    return { kind: 'http', port, path: http.path ?? '/', ...scheme, ...host, httpHeaders };
  }
  if (grpc) return { kind: 'grpc', port: grpc.port, service: grpc.service ?? '' };
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
