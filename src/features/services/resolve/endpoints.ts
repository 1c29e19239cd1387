/** The endpoints of a Service: the pods that its selector finds, or what its EndpointSlices name. */

import { withoutPrefix } from '../../../address/address.ts';
import { podAddresses } from '../../../compile/pod-addresses.ts';
import { ownValue } from '../../../language/diagnostic/own-value.ts';
import { suggestName } from '../../../language/diagnostic/suggest-name.ts';
import { type CoreLab, lastingContainers, type Pod } from '../../../language/lab/lab.ts';
import type { LabDraft } from '../../../resolve/model.ts';
import type { Problems } from '../../../resolve/problems.ts';
import type { Endpoint, IpFamily } from '../model.ts';
import { apiServerAddresses, isApiServer } from './api-server.ts';
import type { PortDraft, ServiceDraft } from './draft.ts';
import { readSlices } from './slices.ts';

export type FindEndpoints = (draft: ServiceDraft, families: readonly IpFamily[]) => Endpoint[];

export function createEndpointFinder(lab: CoreLab, labDraft: LabDraft): FindEndpoints {
  const { pods } = lab;
  const { machines, problems } = labDraft;
  const find = indexPods(pods);
  const addresses = indexAddresses(lab);
  return (draft, families) => {
    const selector = Object.entries(draft.entry.selector ?? {});
    if (draft.type === 'ExternalName') return [];
    if (isApiServer(draft, labDraft)) return apiServerAddresses(families, labDraft).map(ip => toFixed(draft, ip));
    if (selector.length === 0) return readSlices(draft, families, machines, problems);
    const selected = find(draft.namespace, selector);
    if (selected.length === 0) warnNobody(draft, selector, pods, problems);
    checkTargetPorts(draft, selected, problems);
    return families.flatMap(family =>
      selected.flatMap(pod => {
        const address = addresses(pod, family);
        return address === undefined ? [] : [toEndpoint(draft, pod, address)];
      }),
    );
  };
}

type LabelPair = readonly [label: string, value: string];

/** By label, so that a thousand Services do not each look at ten thousand pods. */
function indexPods(pods: readonly Pod[]) {
  const byLabel = new Map<string, Pod[]>();
  const keyOf = (namespace: string, [label, value]: LabelPair) => `${namespace} ${label}=${value}`;
  for (const pod of pods) {
    for (const pair of Object.entries(pod.labels)) {
      const key = keyOf(pod.namespace, pair);
      const list = byLabel.get(key);
      if (list) list.push(pod);
      else byLabel.set(key, [pod]);
    }
  }
  return (namespace: string, selector: readonly LabelPair[]): Pod[] => {
    const lists = selector.map(pair => byLabel.get(keyOf(namespace, pair)) ?? []);
    const shortest = lists.reduce((best, list) => (list.length < best.length ? list : best));
    return shortest.filter(({ labels }) => selector.every(([label, value]) => ownValue(labels, label) === value));
  };
}

/** A pod's address of a family is the first that `eth0` has, or else any other interface of it. */
function indexAddresses(lab: CoreLab) {
  const wired = new Map<string, string[]>();
  for (const { on, addresses } of lab.links.flatMap(({ ends }) => ends)) {
    const list = wired.get(on) ?? [];
    wired.set(on, [...list, ...addresses]);
  }
  const all = new Map<string, string[]>();
  const addressesOf = (pod: Pod) => {
    const known = all.get(pod.key);
    if (known) return known;
    const first = pod.interfaces.filter(({ name }) => name === 'eth0');
    const others = pod.interfaces.filter(({ name }) => name !== 'eth0');
    const own = [...[...first, ...others].flatMap(({ addresses }) => addresses), ...(wired.get(pod.key) ?? [])];
    const list = pod.hostNetwork ? podAddresses(pod, lab.links, lab) : own;
    all.set(pod.key, list);
    return list;
  };
  return (pod: Pod, family: IpFamily) => {
    const address = addressesOf(pod).find(text => text.includes(':') === (family === 'IPv6'));
    return address && withoutPrefix(address);
  };
}

/** A pod has a name below a Service that its `subdomain` names (kubernetes/endpointslice, `ShouldSetHostname`). */
function toEndpoint({ name, ports }: ServiceDraft, pod: Pod, address: string): Endpoint {
  return {
    address,
    ports: ports.map(port => targetOf(port, pod)),
    ...{ pod: pod.key, node: pod.node, hostname: pod.subdomain === name ? pod.hostname : null },
    ...{ ready: true, serving: true, terminating: false },
  };
}

/** Nobody knows whether it is ready, and on which node it is. */
function toFixed({ ports }: ServiceDraft, address: string): Endpoint {
  const numbers = ports.map(({ targetPort }) => (typeof targetPort === 'number' ? targetPort : null));
  const place = { pod: null, node: null, hostname: null };
  return { address, ports: numbers, ...place, ready: true, serving: true, terminating: false };
}

function targetOf({ targetPort, protocol }: PortDraft, pod: Pod): number | null {
  if (typeof targetPort === 'number') return targetPort;
  const named = portsOf(pod).find(port => port.name === targetPort && port.protocol === protocol);
  return named?.containerPort ?? null;
}

const portsOf = (pod: Pod) => lastingContainers(pod).flatMap(({ ports }) => ports);

/**
 * A pod without the named port is no endpoint, which Kubernetes does not mention. Nor does it where none has it.
 */
function checkTargetPorts({ ports, key }: ServiceDraft, selected: readonly Pod[], problems: Problems): void {
  if (selected.length === 0) return;
  for (const port of ports) {
    const { targetPort, protocol, entry } = port;
    if (typeof targetPort === 'number') continue;
    const without = selected.filter(pod => targetOf(port, pod) === null);
    const path = [...port.path, entry.targetPort === undefined ? 'port' : 'targetPort'];
    if (without.length === selected.length) {
      const names = selected.flatMap(portsOf).filter(other => other.protocol === protocol);
      const known = [...new Set(names.flatMap(({ name }) => name ?? []))];
      const hint =
        suggestName(targetPort, known) ??
        `name it in a container: "ports: [{ name: ${targetPort}, containerPort: 80 }]"`;
      const message = `no pod of Service "${key}" has a ${protocol} port named "${targetPort}"`;
      problems.warn(path, 'unknown-name', `${message}: its clients will be refused`, hint);
    } else if (without[0]) {
      const message = `pod "${without[0].key}" has no ${protocol} port named "${targetPort}", so it is no endpoint of Service "${key}" here`;
      problems.warn(path, 'unknown-name', message, 'name it in the "ports" of its container');
    }
  }
}

function warnNobody(
  { key, namespace, path }: ServiceDraft,
  selector: readonly LabelPair[],
  pods: readonly Pod[],
  problems: Problems,
): void {
  const labels = selector.map(pair => pair.join('=')).join(',');
  const message = `the selector of Service "${key}" finds no pod: none in namespace "${namespace}" has the labels ${labels}`;
  const near = pods.filter(
    pod => pod.namespace === namespace && selector.some(([label]) => Object.hasOwn(pod.labels, label)),
  );
  const elsewhere = pods.find(
    pod => pod.namespace !== namespace && selector.every(([label, value]) => ownValue(pod.labels, label) === value),
  );
  const values = selector.flatMap(([label, value]) => {
    const known = [...new Set(near.flatMap(pod => ownValue(pod.labels, label) ?? []))];
    return known.includes(value) ? [] : [suggestName(value, known)];
  });
  const hint = elsewhere
    ? `pod "${elsewhere.key}" has them, in another namespace; a Service finds only pods of its own`
    : (values.find(text => text !== undefined) ?? 'its clients will be refused until there is one');
  problems.warn([...path, 'selector'], 'unknown-name', message, hint);
}
