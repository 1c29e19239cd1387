/**
 * Load balancers' addresses in, who answers for them out: one node each, as MetalLB's layer-2 mode has it
 * (metallb/metallb, speaker/layer2_controller.go).
 *
 * A node that answers has the address on the interface of that network, so that its kernel answers ARP and neighbour
 * discovery; kube-proxy's rules take over before anything else looks at it. Which node it is follows the readiness of
 * pods.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { contains, parseHost, parseIp } from '../../../address/address.ts';
import type { Lab, Node } from '../../../language/lab/lab.ts';
import type { UnreadyPods } from '../../../language/lab/readiness.ts';
import type { Address } from '../../../state/address.ts';
import type { Wanted } from '../../../state/state.ts';
import { isReady } from '../../services/compile/readiness.ts';
import type { Service } from '../../services/model.ts';

export interface Announcement {
  readonly service: Service;
  /** Without prefix length. */
  readonly ip: string;
  readonly node: Node;
  readonly dev: string;
}

export function compileAnnouncements(lab: Lab, unready?: UnreadyPods): Wanted[] {
  return chooseAnnouncers(lab, unready).map(announcement => {
    const { service, ip, node } = announcement;
    const why = `${node.key} answers for ${ip}, the load balancer of Service ${service.key}; another node would if it could not`;
    return { object: toAddress(announcement), why, source: service.source };
  });
}

export function toAddress({ ip, node, dev }: Pick<Announcement, 'ip' | 'node' | 'dev'>): Address {
  const at = { kind: 'address', ns: node.ns, dev } as const;
  if (!ip.includes(':')) return { ...at, address: `${ip}/32` };
  // It is the load balancer's: the node must send nothing from it, which would be answered elsewhere once it has moved.
  return { ...at, address: `${ip}/128`, deprecated: true };
}

/** No node answers for a Service without endpoints, nor for an address that is in no network of the nodes. */
export function chooseAnnouncers(lab: Lab, unready: UnreadyPods = new Set()): Announcement[] {
  const chosen = new Map<string, Announcement>();
  for (const service of lab.services ?? []) {
    const [first] = service.loadBalancerIPs;
    if (first === undefined) continue;
    const order = electionOrder(lab.nodes, first);
    const eligible = new Set(eligibleNodes(service, lab.nodes, unready));
    for (const ip of service.loadBalancerIPs) {
      const places = order.filter(node => eligible.has(node.key)).flatMap(node => deviceTo(node, ip, lab) ?? []);
      const [place] = places;
      if (place && !chosen.has(ip)) chosen.set(ip, { service, ip, ...place });
    }
  }
  return [...chosen.values()];
}

/** Every place where one of the addresses may be at some time. */
export function listCandidates(lab: Lab): Pick<Announcement, 'ip' | 'node' | 'dev'>[] {
  const ips = (lab.services ?? []).flatMap(({ loadBalancerIPs }) => loadBalancerIPs);
  return ips.flatMap(ip =>
    lab.nodes.flatMap(node => (node.external ? [] : (deviceTo(node, ip, lab) ?? []))).map(place => ({ ip, ...place })),
  );
}

function eligibleNodes(service: Service, nodes: readonly Node[], unready: UnreadyPods): string[] {
  const ready = service.endpoints.filter(endpoint => isReady(endpoint, service, unready));
  const isLocal = service.externalTrafficPolicy === 'Local';
  const own = nodes.filter(({ external }) => !external).map(({ key }) => key);
  if (isLocal) return own.filter(key => ready.some(({ node }) => node === key));
  return ready.length > 0 ? own : [];
}

/** By a hash of the node's name and the first address, so that addresses are spread over nodes, and all agree on it. */
function electionOrder(nodes: readonly Node[], ip: string): Node[] {
  const rank = new Map(nodes.map(node => [node, bytesToHex(sha256(utf8ToBytes(`${node.key}#${ip}`)))]));
  return [...nodes].sort((a, b) => ((rank.get(a) ?? '') < (rank.get(b) ?? '') ? -1 : 1));
}

/** The interface through which a node is in the network of an address, outside of the pods'. */
function deviceTo(node: Node, text: string, { links }: Lab): { readonly node: Node; readonly dev: string } | undefined {
  const ip = parseIp(text);
  const ends = links.flatMap(link => link.ends).filter(({ on }) => on === node.key);
  const wired = [...node.interfaces, ...ends.map(end => ({ name: end.interface, addresses: end.addresses }))];
  const found = wired.find(({ addresses }) =>
    addresses.some(address => {
      const subnet = parseHost(address)?.subnet;
      return ip !== undefined && subnet !== undefined && contains(subnet, ip);
    }),
  );
  return found && { node, dev: found.name };
}
