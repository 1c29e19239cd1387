/** What `ip -j`, `bridge -j`, `getent` and the kernel print, read: text in, plain data out; nothing where it is no answer. */
import { formatIp, parseIp } from '../address/address.ts';

export interface RouteAnswer {
  readonly dst?: string;
  readonly type?: string;
  readonly gateway?: string;
  readonly dev?: string;
  readonly prefsrc?: string;
  readonly metrics?: readonly { readonly mtu?: number }[];
}

export interface NeighbourAnswer {
  readonly dst: string;
  readonly dev: string;
  readonly lladdr?: string;
  readonly state?: readonly string[];
}

export interface ForwardingAnswer {
  readonly mac: string;
  readonly ifname: string;
  readonly master?: string;
}

export interface LinkAnswer {
  readonly ifname: string;
  readonly address?: string;
  readonly flags?: readonly string[];
  readonly mtu?: number;
}

/** A port of a bridge. */
export interface PortAnswer {
  readonly ifname: string;
  readonly master?: string;
  /** `forwarding`, `disabled`, `blocking`, … */
  readonly state?: string;
  readonly isolated?: boolean;
}

export const readRoutes = (text: string) => readList<RouteAnswer>(text);
export const readNeighbours = (text: string) => readList<NeighbourAnswer>(text);
export const readForwardings = (text: string) => readList<ForwardingAnswer>(text);
export const readPorts = (text: string) => readList<PortAnswer>(text);
export const readLinks = (text: string) => readList<LinkAnswer>(text);

/** Older `ip` prints nothing at all for an empty list, and holes in lists. */
function readList<T>(text: string): T[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value)
      ? value.filter(item => typeof item === 'object' && Object.keys(item ?? {}).length > 0)
      : [];
  } catch {
    return [];
  }
}

/** Addresses of `getent ahosts`, each once. */
export function readHosts(text: string): string[] {
  const addresses = text.split('\n').flatMap(line => {
    const ip = parseIp(line.split(/\s+/)[0] ?? '');
    return ip ? [formatIp(ip)] : [];
  });
  return [...new Set(addresses)];
}

export interface ConnectionEntry {
  readonly protocol: string;
  /** Of the first packet, and of the answer to it. */
  readonly original: Tuple;
  readonly reply: Tuple;
  /** `ESTABLISHED`, `UNREPLIED`, `ASSURED`, … */
  readonly states: readonly string[];
  readonly text: string;
}

interface Tuple {
  readonly source: string;
  readonly destination: string;
  readonly port: number | null;
}

/** Lines of /proc/net/nf_conntrack. */
export function readConnections(text: string): ConnectionEntry[] {
  return text.split('\n').flatMap(line => {
    const words = line.trim().split(/\s+/);
    const [, , protocol = ''] = words;
    const pairs = words.map(word => word.split('=')).filter(pair => pair.length === 2);
    const [original, reply] = [0, 1].map(side => toTuple(pairs, side));
    if (!original || !reply) return [];
    const states = words.filter(word => /^(\[[A-Z]+\]|[A-Z_]{4,})$/.test(word)).map(word => word.replace(/[[\]]/g, ''));
    return [{ protocol: protocol.replace('icmpv6', 'icmp'), original, reply, states, text: line.trim() }];
  });
}

function toTuple(pairs: readonly (readonly string[])[], side: number): Tuple | undefined {
  const value = (name: string) => pairs.filter(([key]) => key === name)[side]?.[1];
  const [source, destination] = [canonical(value('src')), canonical(value('dst'))];
  if (source === undefined || destination === undefined) return undefined;
  return { source, destination, port: value('dport') === undefined ? null : Number(value('dport')) };
}

/** The kernel writes IPv6 addresses out in full there. */
function canonical(text: string | undefined): string | undefined {
  const ip = text === undefined ? undefined : parseIp(text);
  return ip && formatIp(ip);
}
