/**
 * Observing: the names of sysctls come in, everything that the kernel has in each named namespace goes out.
 *
 * It speaks rtnetlink itself: an `ip` process for each question would cost a hundred times as much.
 */

import { observeMachines } from '../backends/docker/agent/observe-machines.ts';
import { enterNamespace, listNamespaces } from '../linux/named-namespace.ts';
import { dump, withNetlink } from '../linux/netlink.ts';
import { hasOwnQdisc } from '../linux/qdisc.ts';
import { decodeRoute, type RawRoute, ROUTE_DUMP } from '../linux/route.ts';
import { ADDRESS_DUMP, decodeAddress, isKernelDefault, type RawAddress } from '../netlink/address.ts';
import { decodeLink, LINK_DUMP, type RawLink } from '../netlink/link.ts';
import { NETLINK_ROUTE } from '../netlink/message.ts';
import type { AddressDump, LinkDump, NamespaceDump, QdiscDump, RouteDump } from '../sandbox/observation.ts';
import type { Observation } from '../sandbox/sandbox.ts';
import { SandboxError } from '../sandbox/sandbox-error.ts';
import { makeTableProbe, type TablePresence } from './firewall.ts';
import { observeProcesses } from './keep.ts';
import { openNsidOracle } from './nsid.ts';
import { type End, resolvePeers } from './peers.ts';
import { runCommands } from './run-commands.ts';
import { readSysctls } from './sysctl.ts';

type SysctlNames = Readonly<Record<string, readonly string[]>>;

/** What one namespace says of itself. */
interface RawDump {
  readonly links: readonly RawLink[];
  readonly addresses: readonly RawAddress[];
  readonly routes: readonly RawRoute[];
  readonly sysctls: Readonly<Record<string, string>>;
  readonly ownQdisc: boolean;
  readonly tables: TablePresence;
}

/** What commands had to be run for, by namespace. */
interface CommandDumps {
  readonly iptables: ReadonlyMap<string, string>;
  readonly ip6tables: ReadonlyMap<string, string>;
  readonly qdiscs: ReadonlyMap<string, string>;
}

export function observe(sysctls: SysctlNames): Observation {
  try {
    const { containers, dead } = observeMachines();
    const raw = readNamespaces(sysctls, dead);
    const peers = findPeers(raw);
    const commands = askCommands(raw);
    const dumps = [...raw].map(([ns, one]) => [ns, toDump(ns, one, peers, commands)] as const);
    return { containers, processes: observeProcesses(dead), namespaces: Object.fromEntries(dumps) };
  } finally {
    enterNamespace(null);
  }
}

/** A file in /run/netns that no namespace is mounted on, or one that has just been deleted, is passed over. */
function readNamespaces(sysctls: SysctlNames, dead: ReadonlySet<string>): Map<string, RawDump> {
  const probeTables = makeTableProbe();
  const raw = new Map<string, RawDump>();
  for (const ns of listNamespaces().filter(name => !dead.has(name))) {
    try {
      enterNamespace(ns);
    } catch {
      continue;
    }
    raw.set(ns, readNamespace(sysctls[ns] ?? [], probeTables));
  }
  return raw;
}

function readNamespace(sysctls: readonly string[], probeTables: () => TablePresence): RawDump {
  return withNetlink(NETLINK_ROUTE, socket => ({
    links: dump(socket, LINK_DUMP, decodeLink),
    addresses: dump(socket, ADDRESS_DUMP, decodeAddress),
    routes: dump(socket, ROUTE_DUMP, decodeRoute),
    sysctls: readSysctls(sysctls),
    ownQdisc: hasOwnQdisc(socket),
    tables: probeTables(),
  }));
}

function findPeers(raw: ReadonlyMap<string, RawDump>): ReadonlyMap<RawLink, End> {
  const oracle = openNsidOracle();
  try {
    // Those with the most links first: a node's questions answer its pods' too, on one socket.
    const bySize = [...raw].sort(([, a], [, b]) => b.links.length - a.links.length);
    return resolvePeers(new Map(bySize.map(([ns, { links }]) => [ns, links])), oracle);
  } finally {
    oracle.close();
  }
}

function askCommands(raw: ReadonlyMap<string, RawDump>): CommandDumps {
  const where = (wanted: (dump: RawDump) => boolean): string[] =>
    [...raw].filter(([, one]) => wanted(one)).map(([ns]) => ns);
  return {
    iptables: outputs(
      where(one => one.tables.ipv4),
      ['iptables-save'],
    ),
    ip6tables: outputs(
      where(one => one.tables.ipv6),
      ['ip6tables-save'],
    ),
    qdiscs: outputs(
      where(one => one.ownQdisc),
      ['tc', '-j', 'qdisc', 'show'],
    ),
  };
}

function outputs(namespaces: readonly string[], argv: readonly string[]): Map<string, string> {
  const results = runCommands(namespaces.map(ns => ({ ns, argv })));
  return new Map(
    namespaces.map((ns, i) => {
      const result = results[i];
      if (result === undefined || result.code !== 0)
        throw new SandboxError(failureText(ns, argv, result?.stderr ?? ''));
      return [ns, result.stdout];
    }),
  );
}

function failureText(ns: string, argv: readonly string[], stderr: string): string {
  return `\`${argv.join(' ')}\` failed in namespace ${ns}: ${stderr.trim()}`;
}

function toDump(ns: string, raw: RawDump, peers: ReadonlyMap<RawLink, End>, commands: CommandDumps): NamespaceDump {
  const byIndex = new Map(raw.links.map(link => [link.index, link]));
  const qdiscs = commands.qdiscs.get(ns);
  return {
    links: raw.links.map(link => toLink(link, byIndex, peers)),
    addresses: raw.addresses.flatMap(address => toAddress(address, byIndex)),
    routes: raw.routes.map(route => toRoute(route, byIndex)),
    sysctls: raw.sysctls,
    qdiscs: qdiscs === undefined ? [] : (JSON.parse(qdiscs) as QdiscDump[]),
    iptables: commands.iptables.get(ns) ?? '',
    ip6tables: commands.ip6tables.get(ns) ?? '',
  };
}

type LinksByIndex = ReadonlyMap<number, RawLink>;

function toLink(raw: RawLink, byIndex: LinksByIndex, peers: ReadonlyMap<RawLink, End>): LinkDump {
  const { lower, lowerNsid, master, ...link } = raw;
  return { ...link, master: nameOf(master, byIndex), peer: peers.get(raw) ?? null };
}

/** An interface that went away between two dumps takes its addresses along. */
function toAddress({ index, ...address }: RawAddress, byIndex: LinksByIndex): AddressDump[] {
  const link = byIndex.get(index);
  if (link === undefined) return [];
  const dynamic = address.dynamic || isKernelDefault(address.address, link.loopback, link.mac);
  return [{ ...address, dev: link.name, dynamic }];
}

function toRoute({ index, ...route }: RawRoute, byIndex: LinksByIndex): RouteDump {
  return { ...route, dev: nameOf(index, byIndex) };
}

function nameOf(index: number | null, byIndex: LinksByIndex): string | null {
  return index === null ? null : (byIndex.get(index)?.name ?? null);
}
