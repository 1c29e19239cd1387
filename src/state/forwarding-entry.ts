/** Entries of a bridge's forwarding table that were set by hand: by which port frames to an Ethernet address leave. */
import { macText } from '../netlink/ip-text.ts';
import { dumpRequest, NETLINK_ROUTE, readAttributes, readU32 } from '../netlink/message.ts';
import { BY_BRIDGE } from './batching.ts';
import { always, type HostFeature, IPROUTE2 } from './host-feature.ts';
import { devToken, type KindSpec, PHASES } from './kind.ts';
import { type Dump, LINKS, type SeenNamespace } from './question.ts';

export interface ForwardingEntry {
  readonly kind: 'forwarding-entry';
  readonly ns: string;
  readonly bridge: string;
  readonly mac: string;
  /** The port; of an observed entry perhaps the bridge itself. */
  readonly dev: string;
  /** Only ever observed: a frame ends here, as at an address of the port's own, instead of leaving by the port. */
  readonly local?: true;
}

const BRIDGE_COMMAND: HostFeature = {
  id: 'fdb',
  title: 'bridge',
  use: 'entries of forwarding tables',
  argv: ['bridge', 'fdb', 'show'],
  package: 'iproute2',
};

const RTM_GETNEIGH = 30;
const NDMSG = 12;
const AF_BRIDGE = 7;
const NDA_LLADDR = 2;
const NDA_VLAN = 5;
const NDA_MASTER = 9;
const NUD_NOARP = 0x40;
const NUD_PERMANENT = 0x80;
const NTF_EXT_LEARNED = 0x10;

interface ForwardingDump extends Omit<ForwardingEntry, 'kind' | 'ns' | 'local'> {
  readonly local: boolean;
}

/**
 * Static entries of bridges. One for a VLAN is what the kernel makes besides one for none: netlab's bridges do not
 * filter by VLAN, and look at the other alone.
 */
export const FORWARDING: Dump<ForwardingDump> = {
  ...{ by: 'dump', name: 'forwarding', none: [], protocol: NETLINK_ROUTE },
  request: dumpRequest(RTM_GETNEIGH, Buffer.from([AF_BRIDGE, ...Array.from({ length: NDMSG - 1 }, () => 0)])),
  concerns: links => links.some(({ kind }) => kind === 'bridge'),
  decode: (bytes, start, end, nameOf) => {
    const state = bytes.readUInt16LE(start + 8);
    const isStatic = (state & (NUD_NOARP | NUD_PERMANENT)) !== 0;
    if (bytes[start] !== AF_BRIDGE || !isStatic || ((bytes[start + 10] ?? 0) & NTF_EXT_LEARNED) !== 0) return undefined;
    const attributes = readAttributes(bytes, start + NDMSG, end);
    const bridge = nameOf(readU32(bytes, attributes.get(NDA_MASTER)) ?? null);
    const dev = nameOf(bytes.readInt32LE(start + 4));
    const span = attributes.get(NDA_LLADDR);
    const mac = span && macText(bytes, span.at, span.end);
    if (!bridge || !dev || !mac || attributes.has(NDA_VLAN)) return undefined;
    return { bridge, dev, mac, local: (state & NUD_PERMANENT) !== 0 };
  },
};

/** The kernel makes local ones by itself for the addresses of the bridge and its ports. */
function read({ ns, answer }: SeenNamespace): ForwardingEntry[] {
  const own = new Set(answer(LINKS).map(({ mac }) => mac));
  return answer(FORWARDING).flatMap(({ local, ...entry }): ForwardingEntry[] => {
    if (!local) return [{ kind: 'forwarding-entry', ns, ...entry }];
    return own.has(entry.mac) ? [] : [{ kind: 'forwarding-entry', ns, ...entry, local }];
  });
}

/** The entry is its bridge's: it is asked of the port's master, or of the bridge itself. */
const owner = ({ dev, bridge }: ForwardingEntry) => (dev === bridge ? 'self' : 'master');

/** In place of what the bridge may have learned meanwhile. */
const replace = (entry: ForwardingEntry) => {
  const { ns, mac, dev, local } = entry;
  return [{ ns, argv: ['bridge', 'fdb', 'replace', mac, 'dev', dev, owner(entry), local ? 'local' : 'static'] }];
};

/** A bridge has an address once, whichever port it is behind. */
export const forwardingEntryKind: KindSpec<ForwardingEntry> = {
  key: ({ ns, bridge, mac }) => `forwarding-entry ${ns} ${bridge} ${mac}`,
  same: (observed, wanted) => observed.dev === wanted.dev && observed.local === wanted.local,
  needs: ({ ns, bridge, dev }) => [devToken(ns, bridge), devToken(ns, dev)],
  gives: () => [],
  turn: operation => ({ phase: operation === 'delete' ? PHASES.deleteInside : PHASES.forwarding, rank: 0 }),
  observing: { questions: [LINKS, FORWARDING], read },
  needsOfHost: always(IPROUTE2, BRIDGE_COMMAND),
  batching: () => BY_BRIDGE,
  add: replace,
  change: replace,
  delete: entry => [{ ns: entry.ns, argv: ['bridge', 'fdb', 'del', entry.mac, 'dev', entry.dev, owner(entry)] }],
  label: ({ mac, bridge }) => `entry for ${mac} of ${bridge}`,
};
