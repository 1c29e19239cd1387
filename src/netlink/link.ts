/**
 * Links: RTM_NEWLINK messages come in, links go out whose references to others are still numbers.
 */
import { macText } from './ip-text.ts';
import {
  type Attributes,
  dumpRequest,
  getRequest,
  readAttributes,
  readNested,
  readS32,
  readText,
  readU32,
  u32Attribute,
} from './message.ts';

/** A link as its own namespace knows it. */
export interface RawLink {
  readonly index: number;
  readonly name: string;
  /** IFLA_INFO_KIND (`veth`, `bridge`, ...); null for what has none, such as `lo`. */
  readonly kind: string | null;
  readonly loopback: boolean;
  readonly up: boolean;
  readonly mtu: number;
  readonly mac: string | null;
  /** IPv6 address generation: `eui64`, `none`, ...; null where the namespace has no IPv6. */
  readonly addrGenMode: string | null;
  /** Whether IPv6 was switched off for it (disable_ipv6). */
  readonly ipv6Off?: true;
  /** For a port of a bridge: whether a frame may leave it again where it came in. */
  readonly hairpin?: boolean;
  /** Switches that are not as a new link or port has them, in `ip`'s words: `{ arp: 'off', isolated: 'on' }`. */
  readonly unusual?: Readonly<Record<string, 'on' | 'off'>>;
  /** Kind of the root qdisc. */
  readonly qdisc: string;
  readonly master: number | null;
  /** IFLA_LINK: the peer of a veth, or what a vxlan or macvlan sits on. */
  readonly lower: number | null;
  /** Number of the namespace that `lower` is in; null for this one. */
  readonly lowerNsid: number | null;
}

const RTM_GETLINK = 18;
const IFINFOMSG = 16;
const IFF_UP = 0x1;
const IFF_LOOPBACK = 0x8;
const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const IFLA_LINK = 5;
const IFLA_QDISC = 6;
const IFLA_MASTER = 10;
const IFLA_LINKINFO = 18;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_SLAVE_KIND = 4;
const IFLA_INFO_SLAVE_DATA = 5;
const IFLA_BRPORT_MODE = 4;
/** Switches of links, by their bit: `on` is whether it is set in a new one. */
const LINK_SWITCHES = [
  { name: 'arp', bit: 0x80, on: false, isInverse: true },
  { name: 'promisc', bit: 0x100, on: false },
  { name: 'allmulticast', bit: 0x200, on: false },
  { name: 'multicast', bit: 0x1000, on: true },
] as const;
/** Switches of ports, by their attribute (IFLA_BRPORT_*). */
const PORT_SWITCHES = [
  { name: 'guard', attribute: 5, on: 0 },
  { name: 'learning', attribute: 8, on: 1 },
  { name: 'flood', attribute: 9, on: 1 },
  { name: 'neigh_suppress', attribute: 32, on: 0 },
  { name: 'isolated', attribute: 33, on: 0 },
] as const;
const IFLA_AF_SPEC = 26;
const IFLA_EXT_MASK = 29;
const RTEXT_FILTER_SKIP_STATS = 8;
const IFLA_LINK_NETNSID = 37;
const IFLA_TARGET_NETNSID = 46;
const IFLA_INET6_CONF = 2;
const IFLA_INET6_ADDR_GEN_MODE = 8;
const DEVCONF_DISABLE_IPV6 = 26;
const DEVCONF_ADDR_GEN_MODE = 47;
const AF_INET6 = 10;
const ADDR_GEN_MODES = ['eui64', 'none', 'stable_secret', 'random'] as const;

export const LINK_DUMP = dumpRequest(
  RTM_GETLINK,
  Buffer.concat([Buffer.alloc(IFINFOMSG), u32Attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS)]),
);

/** Asks for one link of the namespace that is known by number in the socket's own. */
export function linkInOtherNamespace(nsid: number, index: number): Buffer {
  const header = Buffer.alloc(IFINFOMSG);
  header.writeInt32LE(index, 4);
  return getRequest(
    RTM_GETLINK,
    Buffer.concat([
      header,
      u32Attribute(IFLA_TARGET_NETNSID, nsid),
      u32Attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS),
    ]),
  );
}

export function decodeLink(bytes: Buffer, start: number, end: number): RawLink {
  const attributes = readAttributes(bytes, start + IFINFOMSG, end);
  const info = readNested(bytes, attributes.get(IFLA_LINKINFO));
  const flags = bytes.readUInt32LE(start + 8);
  const port = decodePort(bytes, info);
  const unusual = { ...unusualOfLink(flags), ...unusualOfPort(bytes, port) };
  return {
    index: bytes.readInt32LE(start + 4),
    name: readText(bytes, attributes.get(IFLA_IFNAME)) ?? '',
    kind: readText(bytes, info.get(IFLA_INFO_KIND)) ?? null,
    loopback: (flags & IFF_LOOPBACK) !== 0,
    up: (flags & IFF_UP) !== 0,
    mtu: readU32(bytes, attributes.get(IFLA_MTU)) ?? 0,
    mac: decodeMac(bytes, attributes),
    master: readU32(bytes, attributes.get(IFLA_MASTER)) ?? null,
    lower: readU32(bytes, attributes.get(IFLA_LINK)) ?? null,
    lowerNsid: readS32(bytes, attributes.get(IFLA_LINK_NETNSID)) ?? null,
    addrGenMode: decodeAddrGenMode(bytes, attributes),
    qdisc: readText(bytes, attributes.get(IFLA_QDISC)) ?? 'noop',
    ...(isIpv6Off(bytes, attributes) ? { ipv6Off: true } : {}),
    // Said only where it is on, which it is nowhere by itself.
    ...(isSet(bytes, port, IFLA_BRPORT_MODE) ? { hairpin: true } : {}),
    ...(Object.keys(unusual).length === 0 ? {} : { unusual }),
  };
}

const inWords = (on: boolean) => (on ? 'on' : 'off');

function unusualOfLink(flags: number): RawLink['unusual'] {
  if ((flags & IFF_LOOPBACK) !== 0) return {};
  const entries = LINK_SWITCHES.flatMap(({ name, bit, on, ...rest }) => {
    const isOn = (flags & bit) !== 0;
    return isOn === on ? [] : [[name, inWords('isInverse' in rest ? !isOn : isOn)] as const];
  });
  return Object.fromEntries(entries);
}

/** No attributes where it is no port of a bridge. */
function decodePort(bytes: Buffer, info: Attributes): Attributes {
  const isPort = readText(bytes, info.get(IFLA_INFO_SLAVE_KIND)) === 'bridge';
  return readNested(bytes, isPort ? info.get(IFLA_INFO_SLAVE_DATA) : undefined);
}

function isSet(bytes: Buffer, port: Attributes, attribute: number): boolean {
  const span = port.get(attribute);
  return span !== undefined && bytes[span.at] === 1;
}

function unusualOfPort(bytes: Buffer, port: Attributes): RawLink['unusual'] {
  const entries = PORT_SWITCHES.flatMap(({ name, attribute, on }) => {
    const span = port.get(attribute);
    return span === undefined || bytes[span.at] === on ? [] : [[name, inWords(on === 0)] as const];
  });
  return Object.fromEntries(entries);
}

function decodeMac(bytes: Buffer, attributes: Attributes): string | null {
  const span = attributes.get(IFLA_ADDRESS);
  return span === undefined ? null : macText(bytes, span.at, span.end);
}

/**
 * A kernel that is asked to leave the counters out leaves out IFLA_INET6_ADDR_GEN_MODE too, which comes after them;
 * but the same value is in the array of the interface's settings.
 */
function decodeAddrGenMode(bytes: Buffer, attributes: Attributes): string | null {
  const inet6 = inet6Of(bytes, attributes);
  const own = inet6.get(IFLA_INET6_ADDR_GEN_MODE);
  if (own !== undefined) return ADDR_GEN_MODES[bytes[own.at] ?? 0] ?? null;
  const mode = readSetting(bytes, inet6, DEVCONF_ADDR_GEN_MODE);
  return mode === undefined ? null : (ADDR_GEN_MODES[mode] ?? null);
}

const isIpv6Off = (bytes: Buffer, attributes: Attributes) =>
  readSetting(bytes, inet6Of(bytes, attributes), DEVCONF_DISABLE_IPV6) === 1;

function readSetting(bytes: Buffer, inet6: Attributes, index: number): number | undefined {
  const settings = inet6.get(IFLA_INET6_CONF);
  const at = settings === undefined ? undefined : settings.at + 4 * index;
  return at === undefined || settings === undefined || at + 4 > settings.end ? undefined : bytes.readUInt32LE(at);
}

const inet6Of = (bytes: Buffer, attributes: Attributes) =>
  readNested(bytes, readNested(bytes, attributes.get(IFLA_AF_SPEC)).get(AF_INET6));
