/**
 * Node ports: given ones checked, those of a running lab kept, the rest the next free ones of the range.
 *
 * As in Kubernetes, the beginning of the range is left to those that are given by hand, as long as there are others.
 */
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { Lab } from '../../../language/lab/lab.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { hasNodePorts, needsHealthCheck, type PortDraft, portKey, type ServiceDraft } from './draft.ts';

export interface NodePorts {
  of(draft: ServiceDraft, port: PortDraft): number | null;
  healthCheck(draft: ServiceDraft): number | null;
}

type PortRange = readonly [number, number];

/** A node port that a Service needs. */
interface Need {
  readonly key: string;
  readonly given: number | undefined;
  readonly protocol: string;
  readonly owner: string;
  readonly path: Path;
}

export function resolveNodePorts(
  drafts: readonly ServiceDraft[],
  range: PortRange,
  previous: Lab | undefined,
  problems: Problems,
): NodePorts {
  const needs = drafts.flatMap(listNeeds);
  const ports = new Map<string, number>();
  const owners = new Map<string, string>();
  const numbers = new Set<number>();
  const take = ({ key, protocol, owner }: Need, port: number) => {
    ports.set(key, port);
    owners.set(`${port} ${protocol}`, owner);
    numbers.add(port);
  };
  for (const need of needs) {
    const { given, protocol } = need;
    if (given === undefined) continue;
    if (isGranted(need, given, owners.get(`${given} ${protocol}`), range, problems)) take(need, given);
  }
  const earlier = earlierPorts(previous);
  const isFree = (port: number | undefined): port is number =>
    port !== undefined && port >= range[0] && port <= range[1] && !numbers.has(port);
  const open = needs.filter(({ given }) => given === undefined);
  for (const need of open) {
    const port = earlier.get(need.key);
    if (isFree(port)) take(need, port);
  }
  const next = createPool(range, isFree);
  for (const need of open.filter(({ key }) => !ports.has(key))) {
    const port = next();
    if (port !== undefined) take(need, port);
    else reportFull(need, range, problems);
  }
  return {
    of: (draft, port) => ports.get(keyOf(draft.key, portKey(port))) ?? null,
    healthCheck: draft => ports.get(keyOf(draft.key, HEALTH_CHECK)) ?? null,
  };
}

function isGranted(
  { path }: Need,
  port: number,
  other: string | undefined,
  range: PortRange,
  problems: Problems,
): boolean {
  if (other !== undefined) {
    const hint = `choose another of ${range.join('-')}, or leave it out`;
    problems.error(path, 'address-taken', `node port ${port} is that of ${other} already`, hint);
    return false;
  }
  if (port >= range[0] && port <= range[1]) return true;
  const hint = 'choose one of these, leave it out, or change cluster.nodePorts';
  problems.error(path, 'out-of-range', `node port ${port} is not in the range ${range.join('-')}`, hint);
  return false;
}

const HEALTH_CHECK = 'health check';
const keyOf = (service: string, port: string) => `${service} ${port}`;

function listNeeds(draft: ServiceDraft): Need[] {
  const { key, path, entry, ports } = draft;
  const owner = `Service "${key}"`;
  const own = ports.map(port => ({
    key: keyOf(key, portKey(port)),
    given: port.entry.nodePort,
    protocol: port.protocol,
    owner,
    path: [...port.path, 'nodePort'],
  }));
  const health = { given: entry.healthCheckNodePort, protocol: 'TCP', owner, path: [...path, 'healthCheckNodePort'] };
  return [
    ...own.filter(({ given }) => hasNodePorts(draft) || (given !== undefined && draft.type === 'LoadBalancer')),
    ...(needsHealthCheck(draft) ? [{ key: keyOf(key, HEALTH_CHECK), ...health }] : []),
  ];
}

function earlierPorts(previous: Lab | undefined): Map<string, number> {
  const earlier = new Map<string, number>();
  for (const { key, ports, healthCheckNodePort } of previous?.services ?? []) {
    for (const port of ports) if (port.nodePort !== null) earlier.set(keyOf(key, portKey(port)), port.nodePort);
    if (healthCheckNodePort !== null) earlier.set(keyOf(key, HEALTH_CHECK), healthCheckNodePort);
  }
  return earlier;
}

/** A 32nd of the range, between 16 and 128, comes last. */
function createPool([first, last]: PortRange, isFree: (port: number) => boolean): () => number | undefined {
  const size = last - first + 1;
  const reserved = size < 32 ? 0 : Math.min(Math.max(16, Math.floor(size / 32)), 128);
  let step = 0;
  return () => {
    while (step < size) {
      const port = first + ((reserved + step++) % size);
      if (isFree(port)) return port;
    }
    return undefined;
  };
}

function reportFull({ owner, path }: Need, range: PortRange, problems: Problems): void {
  const message = `no node port is left for ${owner}: ${range.join('-')} is full`;
  problems.errorAtKey(path.slice(0, 2), 'subnet-full', message, 'use a larger range: cluster.nodePorts');
}
