/** Checks that send something, and what others have looked up in; one attempt for each pair and family out. */
import { type Family, parseIp } from '../address/address.ts';
import type { MatrixCheck, ReachCheck } from '../features/checks/model.ts';
import { addressFor, type Directory, type DirectoryEntry, familiesOf } from '../language/lab/directory.ts';
import { type Reaching, type Sending, transportOf } from '../language/lab/sending.ts';
import type { FindFrontend, Frontend } from '../path/frontend.ts';
import type { Probe } from '../sandbox/sandbox.ts';
import type { NamedFrontends } from './frontends.ts';

/** Addresses of host names, as a machine of the lab finds them: by `namespace name`. */
export type Names = ReadonlyMap<string, readonly string[]>;

/** One attempt that a check makes, and what should come of it. */
export interface CheckAttempt {
  readonly from: DirectoryEntry;
  /** As people call it. */
  readonly to: string;
  readonly expect: Reaching;
  /** Undefined where a host name has no address. */
  readonly probe: Probe | undefined;
  /** What has the address and port, where others answer behind it. */
  readonly frontend: Frontend | undefined;
}

/** Who is who: where what people write down leads. */
export interface Addressing {
  readonly directory: Directory;
  readonly targets: NamedFrontends;
  readonly names: Names;
}

export const nameKey = (ns: string, name: string) => `${ns} ${name}`;

/** Whether this is a name that has to be looked up from inside the lab. */
export function isHostName(target: string, { directory, targets }: Omit<Addressing, 'names'>): boolean {
  return directory.get(target) === undefined && parseIp(target) === undefined && !targets.has(target);
}

export function attemptsOf(
  check: ReachCheck | MatrixCheck,
  addressing: Addressing,
  findFrontend: FindFrontend,
): CheckAttempt[] {
  const { directory, targets } = addressing;
  const isGroup = check.from.length > 1 || check.to.length > 1;
  return check.from.flatMap((key, row) => {
    const from = directory.get(key);
    if (!from) return [];
    return check.to.flatMap((to, column) => {
      const expect = check.kind === 'reach' ? check.expect : CELLS.get(check.cells[row]?.[column] ?? '-');
      if (expect === undefined || (check.kind === 'reach' && isGroup && to === key)) return [];
      return destinations(from, to, check, addressing).map(destination => {
        const frontend = destination && findFrontend(from, destination.address, check.port, transportOf(check));
        const probe = destination && toProbe(from, destination, check);
        return { from, to: targets.get(to)?.title ?? to, expect, frontend, probe: probe && through(probe, frontend) };
      });
    });
  });
}

/** What others answer is watched for at all of them. */
export function through(probe: Probe, frontend: Frontend | undefined): Probe {
  if (!frontend || probe.protocol === 'icmp') return probe;
  const backends = frontend.backends.map(({ ns, address, port, ready }) => ({ ns, address, port, ready }));
  return { ...probe, to: null, backends };
}

const CELLS: ReadonlyMap<string, Reaching> = new Map([
  ['y', 'reachable'],
  ['n', 'blocked'],
]);

interface Destination {
  readonly address: string;
  readonly ns: string | null;
}

/** One for each family that both ends have. */
export function destinations(
  from: DirectoryEntry,
  to: string,
  { ipFamily }: Pick<Sending, 'ipFamily'>,
  { directory, targets, names }: Addressing,
): readonly (Destination | undefined)[] {
  const wanted = (family: Family) => ipFamily === undefined || family === (ipFamily === 'ipv4' ? 4 : 6);
  const own = familiesOf(from);
  const may = (family: Family) => wanted(family) && (own.length === 0 || own.includes(family));
  const entry = directory.get(to);
  if (entry) {
    return familiesOf(entry).flatMap(family => {
      const address = may(family) ? addressFor(entry, from, family) : undefined;
      return address === undefined ? [] : [{ address, ns: entry.ns }];
    });
  }
  const target = targets.get(to);
  if (target)
    return target.addresses
      .filter(address => may(parseIp(address)?.family ?? 4))
      .map(address => ({ address, ns: null }));
  const toDestination = (address: string) => ({ address, ns: directory.ownerOf(address)?.entry.ns ?? null });
  if (parseIp(to)) return [toDestination(to)];
  const found = (names.get(nameKey(from.ns, to)) ?? []).filter(address => may(parseIp(address)?.family ?? 4));
  return found.length === 0 ? [undefined] : found.map(toDestination);
}

const THROUGHPUT_MS = 1000;

function toProbe(from: DirectoryEntry, { address, ns }: Destination, check: ReachCheck | MatrixCheck): Probe {
  const { protocol, port, timeoutMs } = check;
  const probe = { from: from.ns, to: ns, address, protocol, port, timeoutMs };
  if (check.kind === 'matrix') return probe;
  const { size, count, throughput, path, host, backends, loss } = check;
  return {
    ...probe,
    ...(size === undefined ? {} : { size }),
    ...(count === 1 ? {} : { count }),
    ...(backends === undefined || loss !== undefined ? {} : { stopAtLoss: true }),
    ...(throughput === undefined ? {} : { throughputMs: THROUGHPUT_MS }),
    ...(protocol === 'http' ? { path: path ?? '/', ...(host === undefined ? {} : { host }) } : {}),
  };
}
