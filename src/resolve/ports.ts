/** Ports: the interfaces of nodes and pods that are plugged into bridges. */

import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { InterfaceEntry } from '../language/lab/generated/lab-file.ts';
import type { Shaping } from '../language/lab/lab.ts';
import type { FindBridge } from './bridges.ts';
import { isOnHost, refuseNetworkKeys } from './host-network.ts';
import type { BridgeSegment, Cluster, MachineDraft, NodeDraft, PodDraft, Port, Segment } from './model.ts';
import type { Problems } from './problems.ts';

export function nodePorts(node: NodeDraft, lan: BridgeSegment | undefined, find: FindBridge): Port[] {
  const given = interfacePorts(node, find);
  if (!lan) return given;
  return [createPort(node, 'eth0', {}, lan, node.path), ...given];
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
  const written = pod.entry.bridge;
  if (written === undefined && (cluster.fabric.isByHand || !byKey.has(`${pod.node}/cbr0`))) {
    refuseUnplugged(pod, cluster, problems);
    return given;
  }
  const bridge = find(written ?? 'cbr0', pod, [...pod.path, 'bridge']);
  if (!bridge) return given;
  return [createPort(pod, 'eth0', pod.entry, bridge, pod.path), ...given];
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
    return bridge ? [createPort(machine, name, entry, bridge, path)] : [];
  });
}

/** What an interface, a pod's short form of it or the end of a link says of itself. */
type PortEntry = {
  readonly [K in 'address' | 'gateway' | 'mtu' | 'mac' | keyof Shaping]?: InterfaceEntry[K] | undefined;
};

export function createPort(machine: MachineDraft, name: string, entry: PortEntry, segment: Segment, path: Path): Port {
  const { address, gateway, mtu = segment.entry.mtu, mac } = entry;
  return { machine, name, segment, address, gateway, mtu, mac, shaping: toShaping(entry), path };
}

export function toShaping({ rate, delay, jitter, loss }: PortEntry): Shaping {
  const shaping: { -readonly [K in keyof Shaping]: Shaping[K] } = {};
  if (rate !== undefined) shaping.rate = rate;
  if (delay !== undefined) shaping.delay = delay;
  if (jitter !== undefined) shaping.jitter = jitter;
  if (loss !== undefined) shaping.loss = loss;
  return shaping;
}
