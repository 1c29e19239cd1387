/** The settings of a network interface, which comes and goes with its link. */

import { BY_IP_AND_SYSCTL } from './batching.ts';
import type { Command } from './command.ts';
import { always, IPROUTE2 } from './host-feature.ts';
import { devToken, type KindSpec, macToken, PHASES } from './kind.ts';
import { isForeign, linksOf } from './link.ts';
import { LINKS, type LinkDump } from './question.ts';

/** The settings of one network interface. */
export interface Device {
  readonly kind: 'device';
  readonly ns: string;
  readonly name: string;
  readonly up: boolean;
  readonly mtu?: number;
  readonly mac?: string;
  /** The bridge that the interface is a port of; null for none. */
  readonly master: string | null;
  /** `none` keeps the kernel from giving the interface an IPv6 link-local address. */
  readonly addrGenMode?: string;
  /** For a port of a bridge: whether a frame may leave it again where it came in. */
  readonly hairpin?: boolean;
  /** Only ever observed: IPv6 is switched off for it. */
  readonly ipv6Off?: true;
  /** Only ever observed: switches that are not as a new interface or port has them, in `ip`'s words. */
  readonly unusual?: Switches;
}

type Switches = Readonly<Record<string, 'on' | 'off'>>;

interface Settings extends Pick<Device, 'ns' | 'name'>, Partial<Omit<Device, 'ns' | 'name' | 'ipv6Off' | 'unusual'>> {
  readonly ipv6?: boolean;
  /** It is wide enough for IPv6 again, which begins anew. */
  readonly ipv6Returns?: boolean;
  readonly switches?: Switches;
}

/** What the kernel gives a new veth pair or bridge. */
export const DEFAULT_MTU = 1500;

/** On an interface that is narrower the kernel forgets IPv6: addresses, routes and settings (IPV6_MIN_MTU). */
const IPV6_MTU = 1280;

/** What differs between two devices, as a device that has only that. */
function difference(wanted: Device, was: Device): Settings {
  const { ns, name } = wanted;
  // A port's settings go with the port: one of another bridge begins anew.
  const hadHairpin = wanted.master === was.master && was.hairpin === true;
  const ipv6Returns = (was.mtu ?? IPV6_MTU) < IPV6_MTU && (wanted.mtu ?? 0) >= IPV6_MTU;
  const addrGenMode = ipv6Returns ? 'eui64' : was.addrGenMode;
  const switches = switchesBetween(wanted, was);
  return {
    ns,
    name,
    ...(wanted.addrGenMode !== undefined && addrGenMode !== undefined && wanted.addrGenMode !== addrGenMode
      ? { addrGenMode: wanted.addrGenMode, ipv6Returns }
      : {}),
    ...(wanted.addrGenMode === 'eui64' && wanted.ipv6Off !== was.ipv6Off ? { ipv6: was.ipv6Off === true } : {}),
    ...(Object.keys(switches).length === 0 ? {} : { switches }),
    ...(wanted.mtu !== undefined && wanted.mtu !== was.mtu ? { mtu: wanted.mtu } : {}),
    ...(wanted.mac !== undefined && wanted.mac !== was.mac ? { mac: wanted.mac } : {}),
    ...(wanted.master !== was.master ? { master: wanted.master } : {}),
    ...(wanted.up !== was.up ? { up: wanted.up } : {}),
    ...(wanted.hairpin !== undefined && wanted.hairpin !== hadHairpin ? { hairpin: wanted.hairpin } : {}),
  };
}

const INVERSE = { on: 'off', off: 'on' } as const;

/** What is unusual in one of them alone. */
function switchesBetween(wanted: Device, was: Device): Switches {
  const [theirs, own] = [wanted.unusual ?? {}, was.unusual ?? {}];
  const back = Object.entries(own).filter(([name, value]) => theirs[name] !== value && isOf(name, wanted));
  const forth = Object.entries(theirs).filter(([name, value]) => own[name] !== value && isOf(name, wanted));
  return { ...Object.fromEntries(back.map(([name, value]) => [name, INVERSE[value]])), ...Object.fromEntries(forth) };
}

const OF_LINKS = new Set(['arp', 'promisc', 'allmulticast', 'multicast']);

/** A port's go with the port. */
const isOf = (name: string, { master }: Device) => OF_LINKS.has(name) || master !== null;

function words({ mtu, mac, master, up }: Settings): string[] {
  return [
    ...(mtu === undefined ? [] : ['mtu', String(mtu)]),
    ...(mac === undefined ? [] : ['address', mac]),
    ...(master === undefined ? [] : master === null ? ['nomaster'] : ['master', master]),
    ...(up === undefined ? [] : [up ? 'up' : 'down']),
  ];
}

/**
 * Switching address generation off comes first and by itself: the kernel applies `up` before it within one request.
 * Switched on through netlink, an interface that is up gets its link-local address only when it next comes up; through
 * sysctl (0 is eui64) it gets it at once.
 */
function setAddrGenMode({ ns, name, addrGenMode }: Settings): Command[] {
  if (addrGenMode === undefined) return [];
  if (addrGenMode !== 'eui64') return [{ ns, argv: ['ip', 'link', 'set', 'dev', name, 'addrgenmode', addrGenMode] }];
  const setting = `net.ipv6.conf.${name.replaceAll('.', '/')}.addr_gen_mode=0`;
  return [{ ns, argv: ['sysctl', '-q', '-w', setting] }];
}

/** By itself, as the kernel takes settings of a port only once it is one. */
function setHairpin({ ns, name, hairpin }: Settings): Command[] {
  if (hairpin === undefined) return [];
  const words = ['type', 'bridge_slave', 'hairpin', hairpin ? 'on' : 'off'];
  return [{ ns, argv: ['ip', 'link', 'set', 'dev', name, ...words] }];
}

function setSwitches({ ns, name, switches = {} }: Settings): Command[] {
  return Object.entries(switches).map(([word, value]) => ({
    ns,
    argv: ['ip', 'link', 'set', 'dev', name, ...(OF_LINKS.has(word) ? [] : ['type', 'bridge_slave']), word, value],
  }));
}

/** With IPv6 comes a link-local address, at once. */
function setReturnedIpv6(settings: Settings): Command[] {
  const flush = { ns: settings.ns, argv: ['ip', 'addr', 'flush', 'dev', settings.name, 'to', 'fe80::/10'] };
  return [...setAddrGenMode(settings), ...(settings.addrGenMode === 'none' ? [flush] : [])];
}

function setIpv6({ ns, name, ipv6 }: Settings): Command[] {
  if (ipv6 === undefined) return [];
  const setting = `net.ipv6.conf.${name.replaceAll('.', '/')}.disable_ipv6=${ipv6 ? 0 : 1}`;
  return [{ ns, argv: ['sysctl', '-q', '-w', setting] }];
}

function set(settings: Settings): Command[] {
  const { ns, name, ipv6Returns } = settings;
  const rest = words(settings);
  return [
    ...(ipv6Returns ? [] : setAddrGenMode(settings)),
    ...(rest.length === 0 ? [] : [{ ns, argv: ['ip', 'link', 'set', 'dev', name, ...rest] }]),
    ...(ipv6Returns ? setReturnedIpv6(settings) : []),
    ...setIpv6(settings),
    ...setHairpin(settings),
    ...setSwitches(settings),
  ];
}

/** A new link is down, no port of a bridge, and would get a link-local address. */
const fresh = ({ ns, name }: Device): Device => ({
  kind: 'device',
  ns,
  name,
  up: false,
  mtu: DEFAULT_MTU,
  master: null,
  addrGenMode: 'eui64',
});

function read(ns: string, link: LinkDump): Device {
  const { name, up, mtu, mac, master, addrGenMode, hairpin, ipv6Off, unusual } = link;
  return {
    ...{ kind: 'device', ns, name, up, mtu, master },
    ...(mac === null ? {} : { mac }),
    ...(addrGenMode === null ? {} : { addrGenMode }),
    ...(hairpin === true ? { hairpin } : {}),
    ...(ipv6Off === true ? { ipv6Off } : {}),
    ...(unusual === undefined ? {} : { unusual }),
  };
}

export const deviceKind: KindSpec<Device> = {
  key: ({ ns, name }) => `device ${ns} ${name}`,
  observing: {
    questions: [LINKS],
    read: seen => linksOf(seen).flatMap(link => (isForeign(link) ? [] : [read(seen.ns, link)])),
  },
  same: (observed, wanted) => set(difference(wanted, observed)).length === 0,
  needs: ({ ns, name }) => [devToken(ns, name)],
  gives: () => [],
  disturbs: ({ ns, name, mac }, was) => (mac !== undefined && mac !== was.mac ? [macToken(ns, name)] : []),
  /** Ports last: on a live bridge every link that comes up is announced to all others. */
  turn: (_, { master }) => ({ phase: master === null ? PHASES.inside : PHASES.ports, rank: 0 }),
  needsOfHost: always(IPROUTE2),
  batching: () => BY_IP_AND_SYSCTL,
  add: device => set(difference(device, fresh(device))),
  change: (device, was) => set(difference(device, was)),
  delete: () => [],
  label: ({ name }) => `interface ${name}`,
};
