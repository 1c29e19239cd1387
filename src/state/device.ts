/** The settings of a network interface, which comes and goes with its link. */
import { type Command, devToken, type KindSpec, PHASES } from './kind.ts';
import type { Device } from './objects.ts';

type Settings = Pick<Device, 'ns' | 'name'> & Partial<Device>;

/** What differs between two devices, as a device that has only that. */
function difference(wanted: Device, was: Device): Settings {
  const { ns, name } = wanted;
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

/** Address generation comes first and by itself: the kernel applies `up` before it within one request. */
function set(settings: Settings): Command[] {
  const command = (...rest: string[]) => ({
    ns: settings.ns,
    argv: ['ip', 'link', 'set', 'dev', settings.name, ...rest],
  });
  const rest = words(settings);
  return [
    ...(settings.addrGenMode === undefined ? [] : [command('addrgenmode', settings.addrGenMode)]),
    ...(rest.length === 0 ? [] : [command(...rest)]),
  ];
}

/** A new link is down and no port of a bridge. */
const fresh = ({ ns, name }: Device): Device => ({
  kind: 'device',
  ns,
  name,
  up: false,
  master: null,
  addrGenMode: '',
});

export const deviceKind: KindSpec<Device> = {
  key: ({ ns, name }) => `device ${ns} ${name}`,
  same: (observed, wanted) => set(difference(wanted, observed)).length === 0,
  needs: ({ ns, name }) => [devToken(ns, name)],
  gives: () => [],
  /** Ports last: on a live bridge every link that comes up is announced to all others. */
  turn: (_, { master }) => ({ phase: master === null ? PHASES.inside : PHASES.ports, rank: 0 }),
  add: device => set(difference(device, fresh(device))),
  change: (device, was) => set(difference(device, was)),
  delete: () => [],
  label: ({ name }) => `interface ${name}`,
};
