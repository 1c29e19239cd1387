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
}

type Settings = Pick<Device, 'ns' | 'name'> & Partial<Device>;

/** What the kernel gives a new veth pair or bridge. */
export const DEFAULT_MTU = 1500;

/** What differs between two devices, as a device that has only that. */
function difference(wanted: Device, was: Device): Settings {
  const { ns, name } = wanted;
  // A port's settings go with the port: one of another bridge begins anew.
  const hadHairpin = wanted.master === was.master && was.hairpin === true;
  return {
    ns,
    name,
    ...(wanted.addrGenMode !== undefined && was.addrGenMode !== undefined && wanted.addrGenMode !== was.addrGenMode
      ? { addrGenMode: wanted.addrGenMode }
      : {}),
    ...(wanted.mtu !== undefined && wanted.mtu !== was.mtu ? { mtu: wanted.mtu } : {}),
    ...(wanted.mac !== undefined && wanted.mac !== was.mac ? { mac: wanted.mac } : {}),
    ...(wanted.master !== was.master ? { master: wanted.master } : {}),
    ...(wanted.up !== was.up ? { up: wanted.up } : {}),
    ...(wanted.hairpin !== undefined && wanted.hairpin !== hadHairpin ? { hairpin: wanted.hairpin } : {}),
  };
}

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

function set(settings: Settings): Command[] {
  const { ns, name } = settings;
  const rest = words(settings);
  return [
    ...setAddrGenMode(settings),
    ...(rest.length === 0 ? [] : [{ ns, argv: ['ip', 'link', 'set', 'dev', name, ...rest] }]),
    ...setHairpin(settings),
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

function read(ns: string, { name, up, mtu, mac, master, addrGenMode, hairpin }: LinkDump): Device {
  return {
    ...{ kind: 'device', ns, name, up, mtu, master },
    ...(mac === null ? {} : { mac }),
    ...(addrGenMode === null ? {} : { addrGenMode }),
    ...(hairpin === true ? { hairpin } : {}),
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
