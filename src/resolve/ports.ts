/** Ports: the interfaces of nodes and pods that are plugged into bridges. */

import type { InterfaceEntry } from '../language/lab/generated/lab-file.ts';
import type { Shaping } from '../language/lab/lab.ts';
import type { FindBridge } from './bridges.ts';
import { isOnHost, refuseNetworkKeys } from './host-network.ts';
import type { BridgeSegment, Cluster, MachineDraft, NodeDraft, PodDraft, Port, Segment } from './model.ts';
import type { Problems } from './problems.ts';

export function nodePorts(node: NodeDraft, lan: BridgeSegment | undefined, find: FindBridge): Port[] {
  const given = interfacePorts(node, find);
  if (!lan) return given;
  return [{ ...bare(node, 'eth0', lan), mtu: lan.entry.mtu, path: node.path }, ...given];
}

export function podPorts(
  pod: PodDraft,
  cluster: Cluster,
  byKey: ReadonlyMap<string, BridgeSegment>,
  find: FindBridge,
  problems: Problems,
): Port[] {
  if (isOnHost(pod)) {
    refuseNetworkKeys(pod, problems);
    return [];
  }
  const given = interfacePorts(pod, find);
  if (pod.entry.interfaces?.['eth0']) {
    refuseShortForm(pod, problems);
    return given;
  }
  const { bridge: written, address, gateway, mtu, mac } = pod.entry;
  if (written === undefined && (cluster.fabric.isByHand || !byKey.has(`${pod.node}/cbr0`))) {
    refuseUnplugged(pod, cluster, problems);
    return given;
  }
  const bridge = find(written ?? 'cbr0', pod, [...pod.path, 'bridge']);
  if (!bridge) return given;
  const settings = { address, gateway, mtu: mtu ?? bridge.entry.mtu, mac, shaping: toShaping(pod.entry) };
  return [{ ...bare(pod, 'eth0', bridge), ...settings, path: pod.path }, ...given];
}

const SHORT_FORM = ['bridge', 'address', 'gateway', 'mtu', 'mac', 'rate', 'delay', 'jitter', 'loss'] as const;

/** Without a bridge there is no eth0, and nothing that could have an address. */
function refuseUnplugged({ entry, path, key }: PodDraft, cluster: Cluster, problems: Problems): void {
  const written = SHORT_FORM.find(word => entry[word] !== undefined);
  if (written === undefined || !cluster.fabric.isByHand) return;
  problems.errorAtKey(
    [...path, written],
    'conflict',
    `"${key}" has no eth0 for this "${written}"`,
    'plug it into a bridge: bridge: cbr0',
  );
}

function refuseShortForm({ entry, path, key }: PodDraft, problems: Problems): void {
  const written = SHORT_FORM.find(word => entry[word] !== undefined);
  if (written === undefined) return;
  const hint = `move it into interfaces.eth0, for which "${written}" beside "node" is short`;
  problems.errorAtKey([...path, written], 'conflict', `eth0 of "${key}" is described twice`, hint);
}

function interfacePorts(machine: MachineDraft, find: FindBridge): Port[] {
  return Object.entries(machine.entry.interfaces ?? {}).flatMap(([name, entry]) => {
    const path = [...machine.path, 'interfaces', name];
    const bridge = find(entry.bridge, machine, [...path, 'bridge']);
    return bridge ? [{ ...bare(machine, name, bridge), ...ofInterface(entry, bridge), path }] : [];
  });
}

function ofInterface(entry: InterfaceEntry, bridge: BridgeSegment) {
  const { address, gateway, mtu, mac } = entry;
  return { address, gateway, mtu: mtu ?? bridge.entry.mtu, mac, shaping: toShaping(entry) };
}

export function bare(machine: MachineDraft, name: string, segment: Segment): Omit<Port, 'path'> {
  const nothing = { address: undefined, gateway: undefined, mtu: undefined, mac: undefined, shaping: {} };
  return { machine, name, segment, ...nothing };
}

export function toShaping({ rate, delay, jitter, loss }: Shaping): Shaping {
  return {
    ...(rate === undefined ? {} : { rate }),
    ...(delay === undefined ? {} : { delay }),
    ...(jitter === undefined ? {} : { jitter }),
    ...(loss === undefined ? {} : { loss }),
  };
}
