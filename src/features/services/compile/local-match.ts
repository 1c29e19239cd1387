/**
 * How kube-proxy tells what pods of its node have sent (kubernetes/kubernetes, pkg/proxy/util/localdetector.go): its
 * configuration and a node in, words of rules out.
 */
import { contains, type Family, familyOf, parseHost } from '../../../address/address.ts';
import type { Lab, Node, Pod } from '../../../language/lab/lab.ts';
import type { Words } from '../../../netfilter/rule-words.ts';
import type { KubeProxy } from '../model.ts';

/** What is about the source stands first in a rule, and what is about the interface behind the destination. */
interface MatchWords {
  readonly source: Words;
  readonly device: Words;
}

export interface LocalMatch {
  readonly isIn: MatchWords;
  readonly isOut: MatchWords;
}

export const NOTHING: MatchWords = { source: [], device: [] };

export function localMatch(
  { detectLocal }: Pick<KubeProxy, 'detectLocal'>,
  { podCIDRs }: Node,
  family: Family,
): LocalMatch | undefined {
  switch (detectLocal.mode) {
    case 'ClusterCIDR':
      return bySource(detectLocal.cidrs, family);
    case 'NodeCIDR':
      return bySource(podCIDRs, family);
    case 'BridgeInterface':
      return byDevice(detectLocal.bridge);
    case 'InterfaceNamePrefix':
      return byDevice(`${detectLocal.prefix}+`);
  }
}

function bySource(cidrs: readonly string[], family: Family): LocalMatch | undefined {
  const cidr = cidrs.find(one => familyOf(one) === family);
  if (cidr === undefined) return undefined;
  // iptables does not print a source that everything has.
  const isAny = cidr.endsWith('/0');
  return { isIn: { source: isAny ? [] : ['-s', cidr], device: [] }, isOut: { source: ['!', '-s', cidr], device: [] } };
}

const byDevice = (name: string): LocalMatch => ({
  isIn: { source: [], device: ['-i', name] },
  isOut: { source: [], device: ['!', '-i', name] },
});

/** Whether kube-proxy on a pod's node takes for a pod's what this one sends. */
export function isTakenForPod(
  { detectLocal }: Pick<KubeProxy, 'detectLocal'>,
  pod: Pod,
  { nodes, links }: Lab,
  family: Family,
): boolean {
  const { mode } = detectLocal;
  if (mode === 'ClusterCIDR') return hasAddressIn(pod, detectLocal.cidrs, family);
  const node = nodes.find(({ key }) => key === pod.node);
  if (mode === 'NodeCIDR') return hasAddressIn(pod, node?.podCIDRs ?? [], family);
  const bridges = pod.interfaces.map(({ bridge }) => bridge.slice(bridge.lastIndexOf('/') + 1));
  const wired = links.filter(({ ends }) => ends.some(({ on }) => on === pod.key)).flatMap(({ ends }) => ends);
  const devices = [...bridges, ...wired.filter(({ on }) => on === pod.node).map(end => end.interface)];
  return devices.some(name =>
    mode === 'BridgeInterface' ? name === detectLocal.bridge : name.startsWith(detectLocal.prefix),
  );
}

function hasAddressIn(pod: Pod, cidrs: readonly string[], family: Family): boolean {
  const subnet = parseHost(cidrs.find(one => familyOf(one) === family) ?? '')?.subnet;
  const own = pod.interfaces.flatMap(({ addresses }) => addresses).filter(address => familyOf(address) === family);
  return own.some(address => {
    const ip = parseHost(address)?.ip;
    return subnet !== undefined && ip !== undefined && contains(subnet, ip);
  });
}
