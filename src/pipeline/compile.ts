/**
 * Lab in, wanted state out: the kernel objects that the lab is made of, each with a reason a learner understands.
 *
 * Pure. Everything has been decided by `resolve`; here a pod becomes a namespace, a veth pair, addresses and routes.
 */

import { type Context, toContext } from '../compile/context.ts';
import { compileBridge, compileInterface, compileLink, loopback } from '../compile/interfaces.ts';
import { compileRules } from '../compile/rules.ts';
import { want } from '../compile/want.ts';
import { compileContainers } from '../features/containers/compile/containers.ts';
import { compileZoneFiles, dnsServers } from '../features/dns/compile/zone-file.ts';
import { compileDocker, type DockerHost, isContained } from '../features/docker/compile/docker.ts';
import { compileHostPorts } from '../features/host-ports/compile/host-ports.ts';
import { compileIngressFiles, ingressControllers } from '../features/ingress/compile/nginx.ts';
import { compileAnnouncements } from '../features/load-balancer/compile/announce.ts';
import { joinRules } from '../features/services/compile/join-rules.ts';
import type { IsUnready } from '../features/services/compile/ports.ts';
import { compileServices } from '../features/services/compile/services.ts';
import { ZONE_FILE } from '../language/lab/dns.ts';
import { INGRESS_FILE } from '../language/lab/ingress.ts';
import type { Bridge, Lab, Link, Machine, Pod, Route } from '../language/lab/lab.ts';
import type { Rulesets } from '../state/netfilter.ts';
import type { Wanted, WantedState } from '../state/state.ts';

export interface CompileOptions {
  /** Whether the host's kernel has IPv6 at all. */
  readonly ipv6: boolean;
  /** iptables rules in the kernel's own spelling; those of the lab file where they have not been tried. */
  readonly rulesets?: Rulesets;
  /** Which pods are not ready just now, and so no endpoints; none where nothing is known. */
  readonly isUnready?: IsUnready;
  /** What nodes that are containers depend on besides the lab. */
  readonly docker?: DockerHost;
}

export function compile(lab: Lab, { ipv6, rulesets = new Map(), isUnready, docker }: CompileOptions): WantedState {
  const context = { ...toContext(lab, ipv6), rulesets };
  const machines = [...lab.nodes, ...lab.pods];
  const linksOf = groupLinks(lab.links);
  const filesOf = findOwnFiles(lab);
  const state = [
    ...compileDocker(lab, docker),
    ...lab.bridges.filter(({ node }) => node === null).map(bridge => switchNamespace(bridge)),
    ...lab.nodes.map(node =>
      machineNamespace(lab, node, `node ${node.key} is a machine of its own: it has its own links, routes and rules`),
    ),
    ...lab.pods.map(pod => machineNamespace(lab, pod, `pod ${pod.key} has its own network, shared by its containers`)),
    ...lab.bridges.flatMap(bridge => compileBridge(bridge, context)),
    ...machines.flatMap(machine => compileMachine(machine, context)),
    ...lab.links.flatMap(link => compileLink(link, context)),
    ...lab.routes.map(route => compileRoute(route, context)),
    ...lab.pods.flatMap(pod => compileContainers(pod, lab, linksOf.get(pod.key) ?? [], filesOf(pod))),
    ...compileZoneFiles(lab, isUnready),
    ...compileIngressFiles(lab, isUnready),
    ...compileAnnouncements(lab, isUnready),
  ];
  const { before, after } = compileHostPorts(lab);
  return joinRules([before, compileServices(lab, isUnready), after], state);
}

/** The files that netlab's own programs read in their pods. */
function findOwnFiles(lab: Lab): (pod: Pod) => string[] {
  const [servers, controllers] = [dnsServers(lab), ingressControllers(lab)];
  return ({ key }) => [...(servers.has(key) ? [ZONE_FILE] : []), ...(controllers.has(key) ? [INGRESS_FILE] : [])];
}

/** By key of the node or pod at either end. */
function groupLinks(links: readonly Link[]): Map<string, Link[]> {
  const groups = new Map<string, Link[]>();
  for (const link of links)
    for (const { on } of link.ends) {
      const group = groups.get(on);
      if (group) group.push(link);
      else groups.set(on, [link]);
    }
  return groups;
}

function machineNamespace(lab: Lab, machine: Machine, why: string): Wanted {
  const contained = isContained(lab, machine) ? { contained: true as const } : {};
  return want({ kind: 'namespace', ns: machine.ns, ...contained }, why, machine.source);
}

function switchNamespace({ ns, key, source }: Bridge): Wanted {
  return want({ kind: 'namespace', ns }, `switch ${key} is a box of its own between the nodes`, source);
}

function compileMachine(machine: Machine, context: Context): Wanted[] {
  const { ns, source, sysctls } = machine;
  return [
    loopback(ns, source),
    ...machine.interfaces.flatMap(item => compileInterface(machine, item, context)),
    ...Object.entries(sysctls).map(([name, value]) =>
      want({ kind: 'sysctl', ns, name, value }, sysctlReason(machine, name), [...source, 'sysctls', name]),
    ),
    ...compileRules(machine, 4, machine.iptables, context),
    ...compileRules(machine, 6, machine.ip6tables, context),
  ];
}

function sysctlReason({ key }: Machine, name: string): string {
  const forwards = name === 'net.ipv4.ip_forward' || name === 'net.ipv6.conf.all.forwarding';
  return forwards
    ? `${key} passes packets on between its interfaces, as a router does`
    : `${key} asks for this setting`;
}

function compileRoute(route: Route, { machines, owners, serviceCIDRs }: Context): Wanted {
  const { on, to, via, dev, src, metric, mtu, type, source } = route;
  const given = Object.fromEntries(
    Object.entries({ via, dev, src, metric, mtu }).filter(([, value]) => value !== undefined),
  );
  const hop = via === undefined ? dev : owners.has(via) ? `${owners.get(via)} (${via})` : via;
  const target = to === '0.0.0.0/0' || to === '::/0' ? 'everything else' : to;
  const why =
    type === 'unicast' && serviceCIDRs.includes(to)
      ? `what ${on} sends to a cluster IP needs some way before rules rewrite it`
      : type === 'unicast'
        ? `${on} reaches ${target} through ${hop}`
        : `${on} refuses packets to ${target} (${type})`;
  return want({ kind: 'route', ns: machines.get(on)?.ns ?? on, to, type, ...given }, why, source);
}
