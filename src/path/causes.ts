/** A walk and a view of the kernel in, all that keeps a packet from getting through out. */
import { familyOf, formatIp } from '../address/address.ts';
import type { Directory } from '../language/lab/directory.ts';
import type { Lab } from '../language/lab/lab.ts';
import type { NeighbourAnswer } from './kernel-text.ts';
import type { KernelView, NetDevice } from './kernel-view.ts';
import type { Hop, Walk } from './walk.ts';

/** What is wrong, and what shows it. */
export interface Cause {
  readonly text: string;
  /** What a reader may take for a way out, and why it is none. */
  readonly notes?: readonly string[];
  /** In a namespace of the lab. */
  readonly command: string;
}

export interface PathContext {
  readonly lab: Lab;
  readonly directory: Directory;
  readonly kernel: KernelView;
}

export const inspect = (key: string, command: string) => `netlab exec ${key} -- ${command}`;

/** An address that the lab gives a machine, and that is not there. */
export function missingAddresses(key: string, { directory, kernel }: PathContext): Cause[] {
  const entry = directory.get(key);
  if (!entry) return [];
  return entry.addresses.flatMap(({ dev, host }) => {
    const text = formatIp(host.ip);
    const has = kernel.owners(text).some(({ ns }) => ns === entry.ns);
    if (has) return [];
    const command = inspect(key, `ip addr show dev ${dev}`);
    return [{ text: `${key} lacks the address ${text} on ${dev}, which the lab gives it`, command }];
  });
}

/** Others that have the address as well: the first to answer ARP gets the packets. */
export function duplicateCauses(
  { to, address }: { readonly to: string | null; readonly address: string },
  { directory, kernel }: PathContext,
): Cause[] {
  const owner = to ?? directory.ownerOf(address)?.entry.ns;
  if (owner === undefined) return [];
  return kernel
    .owners(address)
    .filter(({ ns }) => ns !== owner)
    .map(({ ns, dev }) => {
      const key = directory.keyOf(ns);
      const text = `${key} has the address ${address} too, on ${dev}; the lab gives it to ${directory.keyOf(owner)}`;
      return { text, command: inspect(key, `ip addr show dev ${dev}`) };
    });
}

/** An interface, from its own end over its port to the bridge: what is down, or not plugged in. */
export function plugCauses(device: NetDevice, context: PathContext): Cause[] {
  const { lab, directory, kernel } = context;
  const own = downCauses(device, context);
  const machine = [...lab.nodes, ...lab.pods].find(({ ns }) => ns === device.ns);
  const wired = machine?.interfaces.find(({ name }) => name === device.dev);
  const bridge = wired && lab.bridges.find(({ key }) => key === wired.bridge);
  if (!wired || !bridge) {
    const peer = kernel.peer(device);
    return peer && own.length === 0 && kernel.link(peer)?.kind === 'veth' ? downCauses(peer, context) : own;
  }
  const port = { ns: bridge.ns, dev: wired.port };
  const inside = directory.keyOf(bridge.ns);
  const master = kernel.link(port)?.master;
  const unplugged =
    kernel.link(port) && master !== bridge.name
      ? [
          {
            text: `${port.dev} of ${inside}, the port of ${machine?.key}, is ${master ? `in bridge ${master}` : 'in no bridge'}; it belongs into ${bridge.name}`,
            command: inspect(inside, `ip link show dev ${port.dev}`),
          },
        ]
      : [];
  const down = [...own, ...downCauses(port, context), ...downCauses({ ns: bridge.ns, dev: bridge.name }, context)];
  return [...down, ...unplugged];
}

function downCauses(device: NetDevice, { directory, kernel }: PathContext): Cause[] {
  const link = kernel.link(device);
  const key = directory.keyOf(device.ns);
  if (!link) return [{ text: `${key} has no interface ${device.dev}`, command: inspect(key, 'ip link') }];
  if (link.up) return [];
  return [{ text: `${device.dev} of ${key} is down`, command: inspect(key, `ip link show dev ${device.dev}`) }];
}

/** The first device that is too narrow for the packet; else a route that is, which may only have learned it. */
export function mtuCauses({ hops }: Walk, packet: number, { directory, kernel }: PathContext): Cause[] {
  const tooSmall = (mtu: number | undefined) => `has an MTU of ${mtu}, too small for this packet of ${packet} bytes`;
  const isNarrow = (device: NetDevice) => (kernel.link(device)?.mtu ?? packet) < packet;
  // A bridge is by itself as narrow as its narrowest port.
  const isPort = (device: NetDevice) => kernel.link(device)?.kind !== 'bridge';
  const cables = hops.map(({ cable }) => cable.filter(isNarrow)).find(devices => devices.length > 0) ?? [];
  const narrow = cables.find(isPort) ?? cables[0];
  if (narrow) {
    const key = directory.keyOf(narrow.ns);
    const text = `${narrow.dev} of ${key} ${tooSmall(kernel.link(narrow)?.mtu)}`;
    return [{ text, command: inspect(key, `ip link show dev ${narrow.dev}`) }];
  }
  const hop = hops.find(({ mtu = packet }) => mtu < packet);
  if (!hop) return [];
  const key = directory.keyOf(hop.ns);
  return [
    { text: `the route of ${key} to ${hop.next} ${tooSmall(hop.mtu)}`, command: inspect(key, 'ip route show cache') },
  ];
}

/** Where larger packets than the sender's own interface has get lost without a word, unless somebody tells it. */
export function narrowCauses({ hops }: Walk, { directory, kernel }: PathContext): Cause[] {
  const [first] = hops;
  const own = first && kernel.link({ ns: first.ns, dev: first.outDev })?.mtu;
  const narrow = hops.flatMap(({ cable }) => cable).find(device => (kernel.link(device)?.mtu ?? 0) < (own ?? 0));
  const mtu = narrow && kernel.link(narrow)?.mtu;
  if (!first || !narrow || !mtu) return [];
  const key = directory.keyOf(narrow.ns);
  const text = `${narrow.dev} of ${key} has an MTU of ${mtu}, and ${directory.keyOf(first.ns)} sends up to ${own}; what is larger gets lost`;
  return [{ text, command: inspect(key, `ip link show dev ${narrow.dev}`) }];
}

/** What the kernel gives an interface by itself. */
const PLAIN_QDISCS = new Set(['noqueue', 'fq_codel', 'pfifo_fast', 'pfifo', 'mq', 'fq', 'noop']);

/** Interfaces that slow down or lose what leaves through them. */
export function shapers(
  { hops }: Walk,
  { directory, kernel }: PathContext,
  isKnown: (device: NetDevice) => boolean = () => false,
): Cause[] {
  return hops
    .flatMap(({ cable }) => cable)
    .filter(device => !isKnown(device))
    .flatMap(device => {
      const qdisc = kernel.link(device)?.qdisc ?? 'noqueue';
      if (PLAIN_QDISCS.has(qdisc)) return [];
      const key = directory.keyOf(device.ns);
      const text = `${device.dev} of ${key} is shaped by ${qdisc}`;
      return [{ text, command: inspect(key, `tc -s qdisc show dev ${device.dev}`) }];
    });
}

export interface NeighbourFault {
  readonly lies: readonly Cause[];
  readonly silence: Cause | undefined;
}

/** An entry of the neighbour table that names a MAC address which the owner of the address does not have, or none. */
export function neighbourCauses(hop: Hop, entries: readonly NeighbourAnswer[], context: PathContext): NeighbourFault {
  const { directory, kernel } = context;
  const key = directory.keyOf(hop.ns);
  const command = inspect(key, `ip neigh show ${hop.next}`);
  const owner = hop.cable.at(-1);
  const entry = entries.find(({ dst, dev }) => dst === hop.next && dev === hop.outDev);
  if (!entry || !owner) return { lies: [], silence: undefined };
  const states = entry.state ?? [];
  if (states.includes('FAILED') || states.includes('INCOMPLETE'))
    return {
      lies: [],
      silence: { text: `${key} asked on ${hop.outDev} who has ${hop.next}, and nobody answered`, command },
    };
  const macs = kernel.owners(hop.next).map(device => kernel.link(device)?.mac);
  const real = [...macs, kernel.link(owner)?.mac].filter(mac => mac !== undefined && mac !== null);
  if (entry.lladdr === undefined || real.length === 0 || real.includes(entry.lladdr))
    return { lies: [], silence: undefined };
  const text = `${key}'s neighbour table lies: it has ${hop.next} at ${entry.lladdr}, but ${directory.keyOf(owner.ns)} has ${real[0]}`;
  return { lies: [{ text, command }], silence: undefined };
}

const FORWARDING = { 4: 'net.ipv4.ip_forward', 6: 'net.ipv6.conf.all.forwarding' } as const;

/** The kernel settings that a walk looks at, of every node and pod. */
export const PATH_SYSCTLS: readonly string[] = Object.values(FORWARDING);

export const forwardingSetting = (address: string) => FORWARDING[familyOf(address)];

/** A machine that takes a packet in for another one has to forward. */
export function forwardingCauses(ns: string, address: string, { directory, kernel }: PathContext): Cause[] {
  const setting = forwardingSetting(address);
  if (kernel.sysctl(ns, setting) !== '0') return [];
  const key = directory.keyOf(ns);
  return [{ text: `${key} does not forward: ${setting} is 0`, command: inspect(key, `sysctl ${setting}`) }];
}
