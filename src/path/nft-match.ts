/** A rule of nftables, as `nft -j` prints it, and a packet in, whether the rule's conditions fit the packet out. Pure. */
import { contains, type Family, parseIp, type Subnet, subnetOf } from '../address/address.ts';

/** A packet as far as it is known: it may have been translated on the way, so there may be several of each. */
export interface Packet {
  readonly family: Family;
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'icmp';
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  readonly sourcePorts: readonly NftRange[];
  readonly destinationPorts: readonly NftRange[];
  /** Whether it answers another one. */
  readonly isReply: boolean;
}

export type NftRange = readonly [first: number, last: number];
export type Fit = 'yes' | 'no' | 'unknown';
export type Expression = Readonly<Record<string, unknown>>;

/** What a rule may have besides conditions. */
const STATEMENTS = new Set(['counter', 'drop', 'reject', 'accept', 'log', 'comment', 'jump', 'goto', 'return']);

/** All of a rule's conditions have to fit. */
export function fitOf(expressions: readonly Expression[], packet: Packet): Fit {
  return all(expressions.map(one => fitOfOne(one, packet)));
}

/** A limit, or what else netlab does not know, may fit or not. */
function fitOfOne(expression: Expression, packet: Packet): Fit {
  const [kind = ''] = Object.keys(expression);
  if (kind !== 'match') return STATEMENTS.has(kind) ? 'yes' : 'unknown';
  const { op, left, right } = expression['match'] as { op?: string; left?: Expression; right?: unknown };
  const fit = fitOfMatch(left ?? {}, valuesOf(right), packet);
  if (op === '==' || op === 'in') return fit;
  return op === '!=' ? ({ yes: 'no', no: 'yes', unknown: 'unknown' }[fit] as Fit) : 'unknown';
}

function fitOfMatch(left: Expression, values: readonly unknown[], packet: Packet): Fit {
  const { payload, meta, ct } = left as Partial<Record<'payload' | 'meta' | 'ct', Record<string, unknown>>>;
  if (ct?.['key'] === 'state') return fitOfWord(values, packet.isReply ? 'established' : 'new');
  if (meta?.['key'] === 'l4proto') return fitOfWord(values, protocolName(packet));
  if (meta?.['key'] === 'nfproto') return fitOfWord(values, packet.family === 4 ? 'ipv4' : 'ipv6');
  const [protocol = '', field = ''] = [String(payload?.['protocol']), String(payload?.['field'])];
  if (TRANSPORTS.has(protocol) && protocol !== protocolName(packet)) return 'no';
  if (NETWORKS.has(protocol) && protocol !== (packet.family === 4 ? 'ip' : 'ip6')) return 'no';
  switch (field) {
    case 'protocol':
    case 'nexthdr':
      return fitOfWord(values, protocolName(packet));
    case 'sport':
      return every(packet.sourcePorts, ports => fitOfPorts(values, ports));
    case 'dport':
      return every(packet.destinationPorts, ports => fitOfPorts(values, ports));
    case 'saddr':
      return every(packet.sources, address => fitOfAddress(values, address));
    case 'daddr':
      return every(packet.destinations, address => fitOfAddress(values, address));
    default:
      return 'unknown';
  }
}

const TRANSPORTS = new Set(['tcp', 'udp', 'icmp', 'icmpv6', 'ipv6-icmp', 'sctp']);
const NETWORKS = new Set(['ip', 'ip6']);

const protocolName = ({ protocol, family }: Packet) => (protocol === 'icmp' && family === 6 ? 'icmpv6' : protocol);

/** One value, a list, or a set in braces. */
function valuesOf(right: unknown): readonly unknown[] {
  if (Array.isArray(right)) return right;
  if (typeof right === 'object' && right !== null && 'set' in right) return valuesOf(right.set);
  return [right];
}

/** Of all that the packet may be. */
function every<T>(known: readonly T[], fit: (one: T) => Fit): Fit {
  const fits = new Set(known.map(fit));
  const [only = 'unknown'] = fits;
  return fits.size === 1 ? only : 'unknown';
}

function all(fits: readonly Fit[]): Fit {
  if (fits.includes('no')) return 'no';
  return fits.includes('unknown') ? 'unknown' : 'yes';
}

/** Of all that a rule names. */
function any(fits: readonly Fit[]): Fit {
  if (fits.includes('yes')) return 'yes';
  return fits.includes('unknown') ? 'unknown' : 'no';
}

const isNamedSet = (value: unknown) => typeof value !== 'string' || value.startsWith('@');

function fitOfWord(values: readonly unknown[], word: string): Fit {
  return any(values.map(value => (value === word ? 'yes' : isNamedSet(value) ? 'unknown' : 'no')));
}

function fitOfPorts(values: readonly unknown[], [first, last]: NftRange): Fit {
  return any(
    values.map(value => {
      const range = readRange(value);
      if (range === undefined) return 'unknown';
      if (range[0] <= first && last <= range[1]) return 'yes';
      return range[0] <= last && first <= range[1] ? 'unknown' : 'no';
    }),
  );
}

function readRange(value: unknown): NftRange | undefined {
  if (typeof value === 'number') return [value, value];
  const range = (value as { readonly range?: readonly unknown[] } | null)?.range;
  const [first, last] = Array.isArray(range) ? range : [];
  return typeof first === 'number' && typeof last === 'number' ? [first, last] : undefined;
}

function fitOfAddress(values: readonly unknown[], address: string): Fit {
  const ip = parseIp(address);
  return any(
    values.map(value => {
      const subnet = readSubnet(value);
      if (subnet === undefined || ip === undefined) return 'unknown';
      return contains(subnet, ip) ? 'yes' : 'no';
    }),
  );
}

function readSubnet(value: unknown): Subnet | undefined {
  const { prefix } = (typeof value === 'object' && value !== null ? value : {}) as {
    readonly prefix?: { readonly addr?: unknown; readonly len?: unknown };
  };
  const ip = parseIp(String(prefix?.addr ?? value));
  const length = prefix?.len ?? (ip?.family === 6 ? 128 : 32);
  return ip !== undefined && typeof length === 'number' ? subnetOf(ip, length) : undefined;
}
