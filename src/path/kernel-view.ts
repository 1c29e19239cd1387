/** What the kernel has just now in, a view of it that can be asked out: who has an address, and which devices a frame passes. */
import { parseHost } from '../address/address.ts';
import { ADDRESSES } from '../state/address.ts';
import { IP6TABLES, IPTABLES } from '../state/netfilter.ts';
import type { Observation } from '../state/observe.ts';
import { answerTo, LINKS, type LinkDump } from '../state/question.ts';
import { ROUTES, type RouteDump } from '../state/route-dump.ts';
import { SYSCTLS } from '../state/sysctl.ts';

/** An interface in a namespace. */
export interface NetDevice {
  readonly ns: string;
  readonly dev: string;
}

export interface KernelView {
  readonly namespaces: readonly string[];
  link(device: NetDevice): LinkDump | undefined;
  /** Interfaces that have this address; more than one is a fault of its own. */
  owners(address: string): readonly NetDevice[];
  routes(ns: string): readonly RouteDump[];
  /** Whether a namespace has iptables rules that an IPv4 or IPv6 packet may meet. */
  hasRules(ns: string, family: 4 | 6): boolean;
  sysctl(ns: string, name: string): string | undefined;
  /** The other end of a veth pair. */
  peer(device: NetDevice): NetDevice | undefined;
  /** Every interface that hears what this one sends, bridges in between included. */
  reach(device: NetDevice): readonly (readonly NetDevice[])[];
}

export function viewKernel({ namespaces }: Observation): KernelView {
  const links = new Map<string, LinkDump>();
  const owners = new Map<string, NetDevice[]>();
  for (const [ns, answers] of Object.entries(namespaces)) {
    for (const link of answerTo(answers, LINKS)) links.set(toKey({ ns, dev: link.name }), link);
    for (const { address, dev } of answerTo(answers, ADDRESSES)) {
      const text = address.split('/')[0] ?? '';
      if (!parseHost(address)) continue;
      owners.set(text, [...(owners.get(text) ?? []), { ns, dev }]);
    }
  }
  const link = (device: NetDevice) => links.get(toKey(device));
  const peer = (device: NetDevice) => {
    const found = link(device)?.peer;
    return found ? { ns: found.ns, dev: found.name } : undefined;
  };
  const portsOf = (bridge: NetDevice) =>
    answerTo(namespaces[bridge.ns], LINKS)
      .filter(({ master }) => master === bridge.dev)
      .map(({ name }) => ({ ns: bridge.ns, dev: name }));
  return {
    namespaces: Object.keys(namespaces),
    link,
    peer,
    owners: address => owners.get(address) ?? [],
    routes: ns => answerTo(namespaces[ns], ROUTES),
    hasRules: (ns, family) => answerTo(namespaces[ns], family === 4 ? IPTABLES : IP6TABLES) !== '',
    sysctl: (ns, name) => answerTo(namespaces[ns], SYSCTLS)[name],
    reach: device => follow(device, link, peer, portsOf),
  };
}

const toKey = ({ ns, dev }: NetDevice) => `${ns} ${dev}`;

/** Each way as the devices on it, from the first to the one that hears. */
function follow(
  start: NetDevice,
  link: (device: NetDevice) => LinkDump | undefined,
  peer: (device: NetDevice) => NetDevice | undefined,
  portsOf: (bridge: NetDevice) => readonly NetDevice[],
): (readonly NetDevice[])[] {
  const ways: (readonly NetDevice[])[] = [];
  const seen = new Set<string>([toKey(start)]);
  const add = (way: readonly NetDevice[], next: NetDevice | undefined): void => {
    if (!next || seen.has(toKey(next))) return;
    seen.add(toKey(next));
    const longer = [...way, next];
    const master = link(next)?.master;
    if (master) throughBridge(longer, { ns: next.ns, dev: master });
    else ways.push(longer);
  };
  const throughBridge = (way: readonly NetDevice[], bridge: NetDevice): void => {
    if (seen.has(toKey(bridge))) return;
    seen.add(toKey(bridge));
    const inBridge = [...way, bridge];
    ways.push(inBridge);
    for (const port of portsOf(bridge)) add([...inBridge, port], peer(port));
  };
  if (link(start)?.kind === 'bridge') {
    for (const port of portsOf(start)) add([start, port], peer(port));
  } else add([start], peer(start));
  return ways;
}
