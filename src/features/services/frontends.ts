/** Services in, their addresses and ports out, with who should answer behind each: what kube-proxy would do with what is sent there. */
import { type Family, familyOf } from '../../address/address.ts';
import type { Directory, DirectoryEntry } from '../../language/lab/directory.ts';
import type { Lab } from '../../language/lab/lab.ts';
import type { UnreadyPods } from '../../language/lab/readiness.ts';
import type { FindFrontend, Frontend, FrontendBackend, NamedFrontendKind } from '../../path/frontend.ts';
import { isTakenForPod } from './compile/local-match.ts';
import { type Endpoint, isChoosy, kubeProxyOf, type Service, type ServicePort, toServiceTarget } from './model.ts';
import { nodePortPlaces } from './node-port-places.ts';
import { isProxied } from './proxied.ts';

export const FEATURE_NAME = 'services';

/** By their cluster IPs. The record of a lab may be older than Services. */
export function serviceTargets({ services }: Lab): NamedFrontendKind {
  const targets = (services ?? []).map(({ key, clusterIPs }) => ({
    ...{ key: toServiceTarget(key), name: key, title: `service ${key}` },
    addresses: clusterIPs.filter(ip => ip !== 'None'),
  }));
  return { label: 'Service', prefix: 'service/', noun: 'Service with a cluster IP', targets };
}

export function makeFindFrontend(lab: Lab, directory: Directory, unready: UnreadyPods): FindFrontend {
  const external = new Set(lab.nodes.flatMap(node => (node.external ? [node.key] : [])));
  const byAddress = new Map<string, Reached>();
  const byNodePort = new Map<string, Reached>();
  for (const service of lab.services.filter(isProxied))
    for (const [index, port] of service.ports.entries()) {
      const add = (ip: string, kind: Reached['kind']) =>
        byAddress.set(`${ip} ${port.port} ${port.protocol}`, { service, port, index, kind });
      for (const ip of service.clusterIPs) add(ip, 'cluster');
      for (const ip of [...service.externalIPs, ...service.loadBalancerIPs]) add(ip, 'external');
      if (port.nodePort !== null)
        byNodePort.set(`${port.nodePort} ${port.protocol}`, { service, port, index, kind: 'node' });
    }
  const kubeProxy = kubeProxyOf(lab);
  /** The node of the cluster that has an address, and node ports there; the sender itself for 127.0.0.1. */
  const nodeAt = (address: string, from: DirectoryEntry): string | undefined => {
    const isLocalhost = /^127\./.test(address);
    const entry = isLocalhost ? from : directory.ownerOf(address)?.entry;
    const node = entry?.kind === 'node' ? lab.nodes.find(({ key }) => key === entry.key) : undefined;
    if (node === undefined || node.external) return undefined;
    const { isEverywhere, ips, localhost } = nodePortPlaces(kubeProxy, node, lab, familyOf(address));
    const isThere = isEverywhere ? localhost || !isLocalhost : ips.includes(address);
    return isThere ? node.key : undefined;
  };
  return (from, address, port, transport) => {
    const node = nodeAt(address, from);
    const reached =
      byAddress.get(`${address} ${port} ${transport}`) ??
      (node === undefined ? undefined : byNodePort.get(`${port} ${transport}`));
    if (!reached) return undefined;
    // A port of a node is the Service's only in its own families.
    if (!reached.service.clusterIPs.some(ip => familyOf(ip) === familyOf(address))) return undefined;
    const isMeant = policyOf(reached, { from, node, family: familyOf(address) }, lab, external);
    return toFrontend(reached, {
      backends: backendsOf(reached, address, directory, unready, isMeant),
      isWhole: isWhole(reached, address, directory),
    });
  };
}

interface Reached {
  readonly service: Service;
  readonly port: ServicePort;
  /** Of the port among those of its Service. */
  readonly index: number;
  /** `node` is a node port. */
  readonly kind: 'cluster' | 'external' | 'node';
}

function toFrontend({ service }: Reached, more: Pick<Frontend, 'backends' | 'isWhole'>): Frontend {
  const { key, affinitySeconds } = service;
  const whySpread = affinitySeconds === null ? `${serviceTitle(key)} has no sessionAffinity` : undefined;
  return { feature: FEATURE_NAME, key, whySpread, ...more };
}

export const serviceTitle = (key: string) => `Service "${key}"`;

/** A packet on its way: whose it is, and the node whose port it is for. */
interface Sent {
  readonly from: DirectoryEntry;
  readonly node: string | undefined;
  readonly family: Family;
}

type IsMeant = (node: string | null) => boolean | undefined;

/** Which nodes' endpoints a policy allows (kubernetes/kubernetes, pkg/proxy/iptables/proxier.go). */
function policyOf(
  { service, kind }: Reached,
  { from, node, family }: Sent,
  lab: Lab,
  external: ReadonlySet<string>,
): IsMeant {
  const own = from.pod?.node ?? from.key;
  if (kind === 'cluster' && service.internalTrafficPolicy === 'Local') return other => other === own;
  const all: IsMeant = isChoosy(service) ? () => undefined : () => true;
  if (kind === 'cluster') return all;
  // Pods and the node itself go anywhere; for pods kube-proxy has to know which addresses are theirs.
  const isInside =
    from.pod === undefined || from.pod.hostNetwork
      ? !external.has(from.key) && own === node
      : isTakenForPod(kubeProxyOf(lab), from.pod, lab, family);
  if (service.externalTrafficPolicy === 'Cluster' || isInside) return all;
  return node === undefined ? () => undefined : other => other === node;
}

const isOfFamily = (endpoint: Endpoint, address: string) => familyOf(endpoint.address) === familyOf(address);

/** What a node sends to itself is not seen to arrive. */
function isWhole({ service }: Reached, address: string, directory: Directory): boolean {
  const own = service.endpoints.filter(endpoint => isOfFamily(endpoint, address));
  return own.every(endpoint => directory.ownerOf(endpoint.address)?.entry.kind === 'pod');
}

function backendsOf(
  { service, index }: Reached,
  address: string,
  directory: Directory,
  unready: UnreadyPods,
  isMeant: IsMeant,
): FrontendBackend[] {
  const own = service.endpoints.filter(endpoint => isOfFamily(endpoint, address));
  const all = own.flatMap(endpoint => {
    const port = endpoint.ports[index];
    const entry = directory.ownerOf(endpoint.address)?.entry;
    if (port === null || port === undefined || !entry) return [];
    const isUp = endpoint.pod === null || !unready.has(endpoint.pod);
    const ready = service.publishNotReadyAddresses || (endpoint.ready && isUp);
    const isLast = endpoint.serving && endpoint.terminating && isUp;
    return [{ endpoint, entry, port, ready, isLast, meant: isMeant(endpoint.node) }];
  });
  // An endpoint that is about to end is asked only where no other is left.
  const usable = all.filter(({ meant }) => meant !== false);
  const isAnyReady = usable.some(({ ready }) => ready);
  return all.map(({ endpoint, entry, port, ready, isLast, meant }) => ({
    ...{ key: endpoint.pod ?? entry.key, ns: entry.ns, address: endpoint.address, port, meant },
    ready: ready || (isLast && !isAnyReady),
  }));
}
