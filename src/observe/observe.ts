/**
 * What the kernel says, as state: the same kinds of objects that a lab wants.
 *
 * Pure. What the kernel makes by itself (`lo`, link-local addresses, routes to connected subnets, default qdiscs) is left
 * out, and so is what a routing daemon adds: neither was asked for, and neither is drift.
 */

import { familyBits, formatSubnet, parseHost } from '../address/address.ts';
import type { AddressDump, LinkDump, NamespaceDump, QdiscDump, RouteDump } from '../sandbox/observation.ts';
import type { Observation } from '../sandbox/sandbox.ts';
import type { Address } from '../state/address.ts';
import type { Device } from '../state/device.ts';
import type { KernelObject } from '../state/kinds.ts';
import { parseSave } from '../state/netfilter.ts';
import type { Qdisc } from '../state/qdisc.ts';
import type { Route } from '../state/route.ts';
import { type State, toState } from '../state/state.ts';

/** Tunnel ends that some modules put into every new namespace. */
const KERNEL_LINKS = /^(tunl|sit|gre|gretap|erspan|ip_vti|ip6_vti|ip6tnl|ip6gre|teql)0$/;

export function observe(observation: Observation): State {
  const namespaces = Object.entries(observation.namespaces).filter(([ns]) => !ns.startsWith('.'));
  const held = new Set(observation.containers.flatMap(({ kind, ns }) => (kind === 'image' ? [] : [ns])));
  return toState([
    ...namespaces.flatMap(([ns, dump]) => observeNamespace(ns, dump, held.has(ns))),
    ...observation.containers,
    ...observation.processes,
  ]);
}

function observeNamespace(ns: string, dump: NamespaceDump, isHeld: boolean): KernelObject[] {
  const links = dump.links.filter(({ name }) => !KERNEL_LINKS.test(name));
  return [
    { kind: 'namespace', ns, ...(isHeld ? { contained: true } : {}) },
    ...links.flatMap(link => observeLink(ns, link)),
    ...dump.addresses.filter(isGiven).map(address => observeAddress(ns, address, dump)),
    ...dump.routes.filter(isStatic).map(route => observeRoute(ns, route)),
    ...Object.entries(dump.sysctls).map(([name, value]): KernelObject => ({ kind: 'sysctl', ns, name, value })),
    ...parseSave({ ns, family: 4 }, dump.iptables),
    ...parseSave({ ns, family: 6 }, dump.ip6tables),
    ...dump.qdiscs.flatMap(qdisc => observeQdisc(ns, qdisc)),
  ];
}

function observeLink(ns: string, link: LinkDump): KernelObject[] {
  const { name, kind, peer, loopback } = link;
  const device = observeDevice(ns, link);
  if (loopback) return [device];
  if (kind === 'bridge') return [{ kind: 'bridge', ns, name }, device];
  if (kind === 'veth') return [{ kind: 'veth', a: { ns, name }, b: peer }, device];
  return [{ kind: 'foreign-link', ns, name, type: kind ?? 'device' }];
}

function observeDevice(ns: string, { name, up, mtu, mac, master, addrGenMode, hairpin }: LinkDump): Device {
  return {
    ...{ kind: 'device', ns, name, up, mtu, master },
    ...(mac === null ? {} : { mac }),
    ...(addrGenMode === null ? {} : { addrGenMode }),
    ...(hairpin === true ? { hairpin } : {}),
  };
}

/** The kernel makes the route to an address's subnet with it, and never again while the interface stays up. */
function observeAddress(ns: string, { dev, address, dynamic }: AddressDump, { links, routes }: NamespaceDump): Address {
  const host = parseHost(address);
  const link = links.find(({ name }) => name === dev);
  const isAlone = !host || host.subnet.prefix === familyBits(host.ip.family);
  const to = host && formatSubnet(host.subnet);
  const isConnected = routes.some(route => route.protocol === KERNEL && route.dev === dev && route.to === to);
  const stale = dynamic || !(isAlone || isConnected || !link?.up || link.loopback);
  return { kind: 'address', ns, dev, address, ...(stale ? { stale } : {}) };
}

/** What a router announces comes and goes by itself. */
function isGiven({ scope, dynamic, address, dev }: AddressDump): boolean {
  if (address.includes(':') && (dynamic || scope === 'link')) return false;
  return !(dev === 'lo' && (address === '127.0.0.1/8' || address === '::1/128'));
}

const MAIN_TABLE = 254;
const KERNEL = 2;
const BOOT = 3;
const STATIC = 4;
const TYPES = new Set(['unicast', 'blackhole', 'unreachable', 'prohibit']);

function isStatic({ table, protocol, type }: RouteDump): boolean {
  return table === MAIN_TABLE && (protocol === BOOT || protocol === STATIC) && TYPES.has(type);
}

function observeRoute(ns: string, { to, type, via, dev, src, metric, mtu }: RouteDump): Route {
  const defaultMetric = to.includes(':') ? 1024 : 0;
  return {
    ...{ kind: 'route', ns, to, type },
    ...(via === null ? {} : { via }),
    ...(dev === null || type !== 'unicast' ? {} : { dev }),
    ...(src === null ? {} : { src }),
    ...(metric === defaultMetric ? {} : { metric }),
    ...(mtu === null ? {} : { mtu }),
  };
}

/** What veth pairs and bridges have by themselves. */
const DEFAULT_QDISCS = new Set(['noqueue', 'noop']);

function observeQdisc(ns: string, { kind, dev, root, options = {} }: QdiscDump): KernelObject[] {
  if (root !== true || DEFAULT_QDISCS.has(kind)) return [];
  if (kind === 'tbf') return [{ kind: 'qdisc', ns, dev, type: 'tbf', rate: number(options['rate']) * 8 }];
  if (kind === 'netem') return [observeNetem(ns, dev, options)];
  return [{ kind: 'foreign-qdisc', ns, dev, type: kind }];
}

function observeNetem(ns: string, dev: string, options: Readonly<Record<string, unknown>>): Qdisc {
  const delay = record(options['delay']);
  const rate = record(options['rate']);
  const loss = record(options['loss-random']);
  const positive = (key: string, value: number) => (value > 0 ? { [key]: value } : {});
  return {
    ...{ kind: 'qdisc', ns, dev, type: 'netem' },
    ...positive('delay', number(delay['delay']) * 1e6),
    ...positive('jitter', number(delay['jitter']) * 1e6),
    ...positive('loss', number(loss['loss']) * 100),
    ...positive('rate', number(rate['rate']) * 8),
  };
}

const number = (value: unknown) => (typeof value === 'number' ? value : 0);

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
