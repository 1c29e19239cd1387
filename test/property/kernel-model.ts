/**
 * A small kernel: runs the commands that a plan renders, and can be observed.
 *
 * It knows what the real one refuses (what is there already, what is not, a next hop out of reach) and what it takes
 * along (a deleted link's other end, addresses and routes; the secondaries of a primary address; routes from an address
 * that goes). It is written from iproute2's command line, not from the states that plans are made of.
 */
import { contains, parseHost, parseIp } from '../../src/address/address.ts';
import { toQdisc } from '../../src/compile/shaping.ts';
import type { Command, Operation } from '../../src/state/command.ts';
import { type KernelObject, keyOf } from '../../src/state/kinds.ts';
import { pauseNetworkOf } from '../../src/state/pause.ts';
import { type State, toState } from '../../src/state/state.ts';
import { type AddressSets, checkMatchedSets, observeSets, runIpset } from './kernel-sets.ts';
import {
  forgetNeighbours,
  forgetPort,
  newTables,
  observeTables,
  runBridge,
  runNeighbour,
  runRule,
  type Tables,
  tableNumber,
} from './kernel-tables.ts';

interface Dev {
  readonly name: string;
  readonly type: 'loopback' | 'bridge' | 'veth';
  up: boolean;
  mtu: number;
  mac: string;
  master: string | null;
  addrGenMode: string;
  hairpin: boolean;
  peer: { readonly ns: string; readonly name: string } | null;
  qdisc: readonly string[] | undefined;
}

interface Route {
  readonly to: string;
  readonly type: string;
  readonly metric: number;
  readonly via?: string | undefined;
  readonly dev?: string | undefined;
  readonly src?: string | undefined;
  readonly mtu?: number | undefined;
  readonly table?: number | undefined;
}

interface Chain {
  policy: string | null;
  rules: string[][];
}

interface Namespace {
  readonly devs: Map<string, Dev>;
  addresses: { readonly dev: string; readonly address: string; readonly deprecated?: true }[];
  routes: Route[];
  readonly sysctls: Map<string, string>;
  readonly chains: Map<string, Chain>;
  readonly tables: Tables;
  readonly sets: AddressSets;
}

const isIpv6 = (text: string) => text.includes(':');
const BUILT_IN = /^(filter (INPUT|FORWARD|OUTPUT)|nat (PREROUTING|INPUT|OUTPUT|POSTROUTING))$/;
const TARGETS = /^(ACCEPT|DROP|RETURN|REJECT|MASQUERADE|REDIRECT|DNAT|MARK)$/;

export interface Kernel {
  /** Throws what the kernel would say. */
  run(command: Command): void;
  /** What is done for a pod's processes and files, which are kept by object and not by command. */
  keep(operation: Operation, object: KernelObject, mayExist: boolean): void;
  /** The sysctls are those that were ever set. */
  observe(): State;
}

export function makeKernel(): Kernel {
  const namespaces = new Map<string, Namespace>();
  /** Ends of cables into namespaces that are deleted: the kernel removes them in its own time (cleanup_net). */
  const doomed: { readonly ns: string; readonly name: string }[] = [];
  const kept = new Map<string, KernelObject>();
  const inNs = (name: string) => namespaces.get(name) ?? refuse(`no namespace ${name}`);

  function run({ ns, argv }: Command): void {
    const bad = argv.find(word => /[\0\n]/.test(word));
    if (bad !== undefined) refuse(`a word with a control character: ${bad}`);
    if (ns === null) runNetns(argv);
    else runInside(ns, inNs(ns), argv);
  }

  function runInside(ns: string, space: Namespace, [tool = '', ...words]: readonly string[]): void {
    const [area, verb = '', ...rest] = words[0] === '-6' ? words.slice(1) : words;
    if (tool === 'sysctl') runSysctl(space, words);
    else if (tool === 'tc') runTc(space, words);
    else if (tool === 'iptables' || tool === 'ip6tables') runIptables(space, tool, words);
    else if (tool === 'ipset') runIpset(space.sets, words, name => isMatched(space, name));
    else if (tool === 'bridge') runBridge(space.tables, space.devs, words);
    else if (area === 'rule') runRule(space.tables, words[0] === '-6' ? '-6' : '-4', verb, rest);
    else if (area === 'neigh') runNeighbour(space.tables, space.devs, words.slice(1));
    else if (area === 'link') runLink(ns, space, verb, rest);
    else if (area === 'addr') runAddress(space, verb, rest);
    else runRoute(space, verb, rest);
  }

  function runNetns([, , verb, name = '']: readonly string[]): void {
    if (verb === 'add') {
      if (namespaces.has(name)) refuse(`namespace ${name} exists`);
      namespaces.set(name, {
        devs: new Map([['lo', newDev('lo', 'loopback')]]),
        addresses: [],
        routes: [],
        sysctls: new Map(),
        chains: new Map(),
        tables: newTables(),
        sets: new Map(),
      });
      return;
    }
    for (const { peer } of inNs(name).devs.values()) if (peer && peer.ns !== name) doomed.push(peer);
    namespaces.delete(name);
  }

  function runLink(ns: string, space: Namespace, verb: string, words: readonly string[]): void {
    if (verb === 'add') addLink(ns, space, words);
    else if (verb === 'del') deleteDev(ns, words[1] ?? '');
    else setLink(space, words);
  }

  function setLink(space: Namespace, words: readonly string[]): void {
    const dev = space.devs.get(words[1] ?? '') ?? refuse(`no device ${words[1]}`);
    for (let i = 2; i < words.length; i++) {
      const word = words[i];
      if (word === 'up' || word === 'down') dev.up = word === 'up';
      else if (word === 'mtu') dev.mtu = Number(words[++i]);
      else if (word === 'address') {
        dev.mac = words[++i] ?? '';
        forgetNeighbours(space.tables, dev.name);
      } else if (word === 'addrgenmode') dev.addrGenMode = words[++i] ?? '';
      else if (word === 'nomaster') enslave(space, dev, null);
      else if (word === 'master') enslave(space, dev, bridgeIn(space, words[++i] ?? '').name);
      else if (word === 'type' && dev.master !== null) dev.hairpin = words.at(-1) === 'on';
      else if (dev.master !== null && /^(bridge_slave|hairpin|on|off)$/.test(word ?? '')) continue;
      else refuse(`link set ${word}`);
    }
  }

  function bridgeIn({ devs }: Namespace, name: string): Dev {
    const dev = devs.get(name);
    return dev?.type === 'bridge' ? dev : refuse(`no bridge ${name}`);
  }

  function addLink(ns: string, space: Namespace, [, name = '', , type, ...rest]: readonly string[]): void {
    if (type === 'bridge') {
      putDev(space, newDev(name, 'bridge'));
      return;
    }
    const [, , peerName = '', , peerNs = ns] = rest;
    putDev(space, { ...newDev(name, 'veth'), peer: { ns: peerNs, name: peerName } });
    putDev(inNs(peerNs), { ...newDev(peerName, 'veth'), peer: { ns, name } });
  }

  function putDev({ devs }: Namespace, dev: Dev): void {
    if (devs.has(dev.name)) refuse(`device ${dev.name} exists`);
    if (dev.name === '' || dev.name.length > 15 || /[\s/]/.test(dev.name)) refuse(`bad device name "${dev.name}"`);
    devs.set(dev.name, dev);
  }

  function deleteDev(ns: string, name: string): void {
    const space = inNs(ns);
    const dev = space.devs.get(name) ?? refuse(`no device ${name}`);
    space.devs.delete(name);
    for (const { address } of space.addresses.filter(other => other.dev === name && !isIpv6(other.address))) {
      if (space.addresses.some(other => other.dev === name && other.address === address))
        deleteAddress(space, name, address);
    }
    space.addresses = space.addresses.filter(address => address.dev !== name);
    space.routes = space.routes.filter(route => route.dev !== name);
    for (const key of space.sysctls.keys()) if (key.split('.')[3] === name) space.sysctls.delete(key);
    for (const port of space.devs.values()) if (port.master === name) enslave(space, port, null);
    forgetPort(space.tables, name);
    forgetNeighbours(space.tables, name);
    if (dev.peer && namespaces.get(dev.peer.ns)?.devs.has(dev.peer.name)) deleteDev(dev.peer.ns, dev.peer.name);
  }

  function observe(): State {
    for (const { ns, name } of doomed.splice(0)) if (namespaces.get(ns)?.devs.has(name)) deleteDev(ns, name);
    const held = new Set([...kept.values()].flatMap(one => (isMachine(one) ? [one.ns] : [])));
    const network = [...namespaces].flatMap(([ns, space]) => observeNamespace(ns, space, held.has(ns)));
    return toState([...network, ...kept.values()]);
  }

  function keep(operation: Operation, object: KernelObject, mayExist: boolean): void {
    const key = keyOf(object);
    if (kept.has(key) === (operation === 'add') && !mayExist) refuse(`${operation} of ${key}`);
    if (operation === 'delete') drop(object);
    else {
      if (object.kind === 'pod-container') inNode(object.node);
      else if (object.kind === 'image') inNode(object.ns);
      else if (object.kind === 'pause') inNs(pauseNetworkOf(object));
      else if (object.kind === 'container' && object.docker === undefined && !kept.has(`pause ${object.ns}`))
        refuse(`no pause process of ${object.ns}`);
      kept.set(key, object);
    }
  }

  const inNode = (ns: string) =>
    [...kept.values()].find(({ kind, ...one }) => kind === 'node-container' && 'ns' in one && one.ns === ns) ??
    refuse(`no node ${ns}`);

  /** A container takes its network along, whose links are taken out first, and a node all that its Docker has. */
  function drop(object: KernelObject): void {
    kept.delete(keyOf(object));
    if (!isMachine(object)) return;
    for (const name of namespaces.get(object.ns)?.devs.keys() ?? []) if (name !== 'lo') deleteDev(object.ns, name);
    if (namespaces.has(object.ns)) runNetns(['ip', 'netns', 'del', object.ns]);
    for (const other of [...kept.values()])
      if (
        (other.kind === 'pod-container' && other.node === object.ns) ||
        (other.kind === 'image' && other.ns === object.ns)
      )
        drop(other);
  }

  return { run, keep, observe };
}

function refuse(message: string): never {
  throw new Error(message);
}

/** What a port of a bridge was set to goes with the port. */
function enslave({ tables }: Namespace, dev: Dev, master: string | null): void {
  if (dev.master !== master) {
    dev.hairpin = false;
    forgetPort(tables, dev.name);
  }
  dev.master = master;
}

function newDev(name: string, type: Dev['type']): Dev {
  const fresh = { up: false, mtu: type === 'loopback' ? 65536 : 1500, mac: `random ${name}`, master: null };
  return { name, type, ...fresh, addrGenMode: 'eui64', hairpin: false, peer: null, qdisc: undefined };
}

function runSysctl(space: Namespace, words: readonly string[]): void {
  const [name = '', value = ''] = (words.at(-1) ?? '').split(/=(.*)/s);
  const [, , area, dev = ''] = name.split('.');
  const device = space.devs.get(dev);
  if (device && name.endsWith('.addr_gen_mode')) {
    device.addrGenMode = value === '0' ? 'eui64' : refuse(`address generation ${value}`);
    return;
  }
  if (area === 'conf' && dev !== 'all' && dev !== 'default' && !space.devs.has(dev)) refuse(`no sysctl ${name}`);
  space.sysctls.set(name, value);
}

function runTc({ devs }: Namespace, [, verb, , name = '', , ...words]: readonly string[]): void {
  const dev = devs.get(name) ?? refuse(`no device ${name}`);
  if (verb === 'add' && dev.qdisc) refuse(`${name} has a qdisc`);
  if (verb === 'del' && !dev.qdisc) refuse(`${name} has no qdisc`);
  dev.qdisc = verb === 'del' ? undefined : words;
}

/** A `change` sets anew how long it is preferred, and leaves its place among the others. */
function runAddress(space: Namespace, verb: string, [address = '', , dev = '', ...words]: readonly string[]): void {
  const at = space.addresses.findIndex(other => other.dev === dev && other.address === address);
  if (!space.devs.has(dev)) refuse(`no device ${dev}`);
  if (verb === 'add' && at !== -1) refuse(`${dev} has ${address}`);
  if (verb === 'del') deleteAddress(space, dev, address);
  else {
    const isDeprecated = words.join(' ').includes('preferred_lft 0');
    const given = { dev, address, ...(isDeprecated ? { deprecated: true as const } : {}) };
    space.addresses.splice(at === -1 ? space.addresses.length : at, 1, given);
  }
}

/** fib_del_ifaddr, __inet_del_ifa, fib_disable_ip. */
function deleteAddress(space: Namespace, dev: string, address: string): void {
  const subnet = parseHost(address)?.subnet;
  const fellows = space.addresses.filter(
    other =>
      other.dev === dev &&
      String(parseHost(other.address)?.subnet.base) === String(subnet?.base) &&
      parseHost(other.address)?.subnet.prefix === subnet?.prefix,
  );
  const at = fellows.findIndex(other => other.address === address);
  if (at === -1) refuse(`${dev} has no ${address}`);
  const gone = new Set(at === 0 && !isIpv6(address) ? fellows : fellows.slice(at, at + 1));
  space.addresses = space.addresses.filter(other => !gone.has(other));
  const isLocal = (src: string) => space.addresses.some(other => other.address.startsWith(`${src}/`));
  if (isIpv6(address))
    space.routes = space.routes.map(route =>
      route.src === undefined || isLocal(route.src) ? route : { ...route, src: undefined },
    );
  else {
    space.routes = space.routes.filter(route => route.src === undefined || isIpv6(route.src) || isLocal(route.src));
    const isBare = !space.addresses.some(other => other.dev === dev && !isIpv6(other.address));
    if (isBare) {
      space.routes = space.routes.filter(route => route.dev !== dev || isIpv6(route.to));
      forgetNeighbours(space.tables, dev, 4);
    }
  }
}

function runRoute(space: Namespace, verb: string, words: readonly string[]): void {
  const route = readRoute(words);
  const at = space.routes.findIndex(
    other => other.to === route.to && other.metric === route.metric && other.table === route.table,
  );
  if (verb === 'del') {
    if (at === -1) refuse(`no route to ${route.to}`);
    space.routes.splice(at, 1);
    return;
  }
  checkRoute(space, route);
  if (verb === 'add' && (at !== -1 || isConnected(space, route))) refuse(`a route to ${route.to} exists`);
  if (at === -1) space.routes.push(route);
  else space.routes[at] = route;
}

function readRoute(words: readonly string[]): Route {
  const type = words[0] === 'blackhole' || words[0] === 'unreachable' || words[0] === 'prohibit' ? words[0] : 'unicast';
  const [to = '', ...rest] = type === 'unicast' ? words : words.slice(1);
  const value = (key: string) => (rest.includes(key) ? rest[rest.indexOf(key) + 1] : undefined);
  const via = value('via');
  const whole = to === 'default' ? (isIpv6(via ?? '') ? '::/0' : '0.0.0.0/0') : to;
  const metric = Number(value('metric') ?? 0) || (isIpv6(whole) ? 1024 : 0);
  const mtu = value('mtu') === undefined ? undefined : Number(value('mtu'));
  const named = value('table');
  const table = named === undefined ? undefined : tableNumber(named);
  return { to: whole, type, metric, via, dev: value('dev'), src: value('src'), mtu, table };
}

const isConnected = ({ addresses }: Namespace, { to, metric, table }: Route) =>
  metric === 0 &&
  table === undefined &&
  !isIpv6(to) &&
  addresses.some(
    ({ address }) =>
      String(parseHost(address)?.subnet.base) === String(parseHost(to)?.subnet.base) &&
      address.endsWith(to.slice(to.indexOf('/'))),
  );

function checkRoute(space: Namespace, { to, type, via, dev = '', src }: Route): void {
  if (!parseHost(to)) refuse(`"${to}" is no destination`);
  if (type !== 'unicast') return;
  if (space.devs.get(dev)?.up !== true) refuse(`${dev} is down`);
  const hop = via === undefined ? undefined : (parseIp(via) ?? refuse(`"${via}" is no address`));
  const isNear = hop && space.addresses.some(other => other.dev === dev && contains(subnetOf(other.address), hop));
  if (hop && !isNear) refuse(`${via} is not in reach`);
  if (src !== undefined && !space.addresses.some(({ address }) => address.startsWith(`${src}/`)))
    refuse(`${src} is not local`);
}

function subnetOf(address: string) {
  return (parseHost(address) ?? refuse(`"${address}" is no address`)).subnet;
}

function runIptables(
  { chains, sets }: Namespace,
  tool: string,
  [, table = '', verb, chain = '', ...words]: readonly string[],
): void {
  const key = (name: string) => `${tool} ${table} ${name}`;
  const isBuiltIn = BUILT_IN.test(`${table} ${chain}`);
  if (isBuiltIn && !chains.has(key(chain))) chains.set(key(chain), { policy: 'ACCEPT', rules: [] });
  if (verb === '-N') {
    if (chains.has(key(chain))) refuse(`chain ${chain} exists`);
    chains.set(key(chain), { policy: null, rules: [] });
    return;
  }
  const found = chains.get(key(chain)) ?? refuse(`no chain ${chain}`);
  const rule = verb === '-I' ? words.slice(1) : words;
  const jump = rule.findIndex(word => word === '-j' || word === '-g');
  const target = jump === -1 ? '' : (rule[jump + 1] ?? '');
  checkMatchedSets(sets, rule, tool === 'iptables' ? 4 : 6);
  if (target !== '' && !TARGETS.test(target) && !chains.has(key(target))) refuse(`no target ${target}`);
  const place = Number(words[0]) - 1;
  if (verb === '-A') found.rules.push(rule);
  else if (verb === '-I' && place >= 0 && place <= found.rules.length) found.rules.splice(place, 0, rule);
  else if (verb === '-D' && place >= 0 && place < found.rules.length) found.rules.splice(place, 1);
  else if (verb === '-F') found.rules = [];
  else if (verb === '-P' && isBuiltIn) found.policy = words[0] ?? '';
  else if (verb === '-X' && !isBuiltIn && found.rules.length === 0) {
    const jumps = [...chains].some(
      ([other, { rules }]) => other.startsWith(`${tool} ${table} `) && rules.some(words => words.includes(chain)),
    );
    if (jumps) refuse(`a rule jumps to ${chain}`);
    chains.delete(key(chain));
  } else refuse(`iptables ${verb} ${chain} ${words.join(' ')}`);
}

const isMatched = ({ chains }: Namespace, set: string) =>
  [...chains.values()].some(({ rules }) =>
    rules.some(words => words.some((word, at) => word === set && words[at - 1] === '--match-set')),
  );

const isMachine = (object: KernelObject) => object.kind === 'node-container' || object.kind === 'pod-container';

function observeNamespace(
  ns: string,
  { devs, addresses, routes, sysctls, chains, tables, sets }: Namespace,
  isHeld: boolean,
): KernelObject[] {
  return [
    { kind: 'namespace', ns, ...(isHeld ? { contained: true } : {}) },
    ...[...devs.values()].flatMap(dev => observeDev(ns, dev)),
    ...addresses.map((address): KernelObject => ({ kind: 'address', ns, ...address })),
    ...routes.map((route): KernelObject => observeRoute(ns, route)),
    ...[...sysctls].map(([name, value]): KernelObject => ({ kind: 'sysctl', ns, name, value })),
    ...[...chains].flatMap(([key, chain]) => observeChain(ns, key, chain)),
    ...observeTables(ns, tables),
    ...observeSets(ns, sets),
  ];
}

function observeDev(
  ns: string,
  { name, type, up, mtu, mac, master, addrGenMode, hairpin, peer, qdisc }: Dev,
): KernelObject[] {
  const link: KernelObject[] =
    type === 'bridge'
      ? [{ kind: 'bridge', ns, name }]
      : type === 'veth'
        ? [{ kind: 'veth', a: { ns, name }, b: peer }]
        : [];
  const shape: KernelObject[] = qdisc ? [readQdisc(ns, name, qdisc)] : [];
  return [
    ...link,
    { kind: 'device', ns, name, up, mtu, mac, master, addrGenMode, ...(hairpin && { hairpin }) },
    ...shape,
  ];
}

function readQdisc(ns: string, dev: string, [type = '', ...words]: readonly string[]): KernelObject {
  const value = (key: string) => (words.includes(key) ? { [key]: words[words.indexOf(key) + 1] } : {});
  const delayAt = words.indexOf('delay');
  const second = words[delayAt + 2] ?? '';
  const jitter = delayAt !== -1 && /us$/.test(second) ? { jitter: second } : {};
  const qdisc = toQdisc(ns, dev, { ...value('rate'), ...value('delay'), ...jitter, ...value('loss') });
  return qdisc?.type === type ? qdisc : { kind: 'foreign-qdisc', ns, dev, type };
}

function observeRoute(ns: string, { to, type, metric, via, dev, src, mtu, table }: Route): KernelObject {
  const own = {
    via,
    dev: type === 'unicast' ? dev : undefined,
    src,
    mtu,
    table,
    metric: metric === (isIpv6(to) ? 1024 : 0) ? undefined : metric,
  };
  return {
    kind: 'route',
    ns,
    to,
    type,
    ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)),
  };
}

function observeChain(ns: string, key: string, { policy, rules }: Chain): KernelObject[] {
  const [tool, table = '', chain = ''] = key.split(' ');
  const place = { ns, family: tool === 'iptables' ? 4 : 6, table, chain } as const;
  return [
    ...(policy === 'ACCEPT' ? [] : [{ kind: 'chain', ...place, policy } as const]),
    ...(rules.length === 0 ? [] : [{ kind: 'rules', ...place, rules } as const]),
  ];
}
