/** Neighbour entries that were set by hand: which Ethernet address an address has, without asking. */
import { AF_INET, AF_INET6, addressText, macText } from '../netlink/ip-text.ts';
import { dumpRequest, NETLINK_ROUTE, readAttributes } from '../netlink/message.ts';
import { addressesToken } from './address.ts';
import { BY_IP } from './batching.ts';
import { always, IPROUTE2 } from './host-feature.ts';
import { devToken, type KindSpec, macToken, PHASES } from './kind.ts';
import type { Dump, SeenNamespace } from './question.ts';

/** A permanent one; what the kernel learns comes and goes by itself. */
export interface Neighbour {
  readonly kind: 'neighbour';
  readonly ns: string;
  readonly dev: string;
  /** Without prefix length. */
  readonly address: string;
  readonly mac: string;
}

const RTM_GETNEIGH = 30;
const NDMSG = 12;
const NDA_DST = 1;
const NDA_LLADDR = 2;
const NUD_PERMANENT = 0x80;
const NTF_PROXY = 0x08;
const NTF_EXT_LEARNED = 0x10;

export const NEIGHBOURS: Dump<Omit<Neighbour, 'kind' | 'ns'>> = {
  ...{ by: 'dump', name: 'neighbours', none: [], protocol: NETLINK_ROUTE },
  request: dumpRequest(RTM_GETNEIGH, Buffer.alloc(NDMSG)),
  decode: (bytes, start, end, nameOf) => {
    const family = bytes[start] ?? 0;
    const flags = bytes[start + 10] ?? 0;
    const isPermanent = (bytes.readUInt16LE(start + 8) & NUD_PERMANENT) !== 0;
    // The dump of every family also lists those of bridges; a routing daemon marks its own.
    if (family !== AF_INET && family !== AF_INET6) return undefined;
    if (!isPermanent || (flags & (NTF_PROXY | NTF_EXT_LEARNED)) !== 0) return undefined;
    const attributes = readAttributes(bytes, start + NDMSG, end);
    const [address, mac] = [attributes.get(NDA_DST), attributes.get(NDA_LLADDR)];
    const dev = nameOf(bytes.readInt32LE(start + 4));
    const text = mac && macText(bytes, mac.at, mac.end);
    return dev && address && text ? { dev, address: addressText(family, bytes, address.at), mac: text } : undefined;
  },
};

/** In place of what the kernel may have learned meanwhile. */
const replace = ({ ns, dev, address, mac }: Neighbour) => [
  { ns, argv: ['ip', 'neigh', 'replace', address, 'lladdr', mac, 'dev', dev, 'nud', 'permanent'] },
];

export const neighbourKind: KindSpec<Neighbour> = {
  key: ({ ns, dev, address }) => `neighbour ${ns} ${dev} ${address}`,
  same: (observed, wanted) => observed.mac === wanted.mac,
  needs: ({ ns, dev }) => [devToken(ns, dev)],
  /**
   * An interface that gets another MAC address forgets all neighbours (neigh_changeaddr), and with its last IPv4
   * address it forgets those of IPv4 (fib_disable_ip).
   */
  affectedBy: ({ ns, dev, address }) => [
    macToken(ns, dev),
    ...(address.includes(':') ? [] : [addressesToken(ns, dev)]),
  ],
  gives: () => [],
  turn: operation =>
    operation === 'delete' ? { phase: PHASES.deleteInside, rank: 0 } : { phase: PHASES.inside, rank: 3 },
  observing: {
    questions: [NEIGHBOURS],
    read: ({ ns, answer }: SeenNamespace) => answer(NEIGHBOURS).map(entry => ({ kind: 'neighbour', ns, ...entry })),
  },
  needsOfHost: always(IPROUTE2),
  batching: () => BY_IP,
  add: replace,
  change: replace,
  delete: ({ ns, dev, address }) => [{ ns, argv: ['ip', 'neigh', 'del', address, 'dev', dev] }],
  label: ({ address, dev }) => `neighbour ${address} on ${dev}`,
};
