/** Ports of protocols, as sets: which a rule lets through, what two directions have in common, and how people write them. */
import type { Pod } from '../../language/lab/lab.ts';
import type { PolicyPort, PolicyRule } from './model.ts';
import { namedPorts } from './select-pods.ts';

export type Protocol = PolicyPort['protocol'];

/** `all`: everything, also what has no ports. */
export type PortSet = 'all' | readonly PortRange[];

export interface PortRange {
  readonly protocol: Protocol;
  readonly first: number;
  readonly last: number;
}

const LAST_PORT = 65_535;

/** What a rule lets through to this pod; to null, an address outside, where no port has a name. */
export function portsOf({ ports }: PolicyRule, to: Pod | null): PortSet {
  return ports === null ? 'all' : merge(ports.flatMap(port => rangesOf(port, to)));
}

function rangesOf(given: PolicyPort, to: Pod | null): PortRange[] {
  const { protocol, port, endPort } = given;
  if (port === null) return [{ protocol, first: 0, last: LAST_PORT }];
  const numbers = typeof port === 'number' ? [port] : to === null ? [] : namedPorts(to, given);
  return numbers.map(first => ({ protocol, first, last: endPort ?? first }));
}

export function unite(sets: readonly PortSet[]): PortSet {
  const ranges = sets.filter(set => set !== 'all');
  return ranges.length < sets.length ? 'all' : merge(ranges.flat());
}

export function intersect(a: PortSet, b: PortSet): PortSet {
  if (a === 'all') return b;
  if (b === 'all') return a;
  const common = a.flatMap(one =>
    b
      .filter(({ protocol }) => protocol === one.protocol)
      .map(other => ({
        protocol: one.protocol,
        first: Math.max(one.first, other.first),
        last: Math.min(one.last, other.last),
      })),
  );
  return merge(common.filter(({ first, last }) => first <= last));
}

/** A null port is that of what has none, such as ICMP. */
export function hasPort(set: PortSet, protocol: Protocol | null, port: number | null): boolean {
  if (set === 'all') return true;
  return port !== null && set.some(one => one.protocol === protocol && one.first <= port && port <= one.last);
}

export const isNone = (set: PortSet) => set !== 'all' && set.length === 0;

const ORDER: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/** In order, none overlapping or next to another. */
function merge(ranges: readonly PortRange[]): PortRange[] {
  const rank = ({ protocol }: PortRange) => ORDER.indexOf(protocol);
  const sorted = [...ranges].sort((a, b) => rank(a) - rank(b) || a.first - b.first);
  const merged: PortRange[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last?.protocol === range.protocol && range.first <= last.last + 1)
      merged[merged.length - 1] = { ...last, last: Math.max(last.last, range.last) };
    else merged.push(range);
  }
  return merged;
}

/** `all ports`, `no port`, `tcp 80, 443, 8000-8100, udp 53`, `sctp`. */
export function portSetText(set: PortSet): string {
  if (set === 'all') return 'all ports';
  if (set.length === 0) return 'no port';
  const parts = ORDER.flatMap(protocol => {
    const own = set.filter(range => range.protocol === protocol);
    const isWhole = own.some(({ first, last }) => first === 0 && last === LAST_PORT);
    const numbers = own.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
    return own.length === 0
      ? []
      : [isWhole ? protocol.toLowerCase() : `${protocol.toLowerCase()} ${numbers.join(', ')}`];
  });
  return parts.join(', ');
}
