/** Nodes, pods and switches as network namespaces, with their settings, interfaces and rules. */
import { type Lab, type LabBridge, type Machine, withOwnNetwork } from '../language/lab/lab.ts';
import type { Wanted } from '../state/state.ts';
import type { CompileContext } from './context.ts';
import { compileInterface, loopback } from './interfaces.ts';
import { compileRules } from './iptables-rules.ts';
import { want } from './want.ts';

export function compileNamespaces(lab: Lab, context: CompileContext): Wanted[] {
  return [
    ...lab.bridges.filter(({ node }) => node === null).map(bridge => switchNamespace(bridge)),
    ...withOwnNetwork(lab).map(machine => machineNamespace(machine, namespaceReason(machine), context)),
  ];
}

function namespaceReason(machine: Machine): string {
  const { key } = machine;
  return 'external' in machine
    ? `node ${key} is a machine of its own: it has its own links, routes and rules`
    : `pod ${key} has its own network, shared by its containers`;
}

function machineNamespace(machine: Machine, why: string, { isContained }: CompileContext): Wanted {
  const contained = isContained(machine) ? { contained: true as const } : {};
  return want({ kind: 'namespace', ns: machine.ns, ...contained }, why, machine.source);
}

function switchNamespace({ ns, key, source }: LabBridge): Wanted {
  return want({ kind: 'namespace', ns }, `switch ${key} is a box of its own between the nodes`, source);
}

export function compileMachine(machine: Machine, context: CompileContext): Wanted[] {
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
