/**
 * Services as kube-proxy sees them: one item for each port in each family, with the endpoints behind it.
 *
 * What is the same on every node is made here, once.
 */
import { type Family, familyOf } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { UnreadyPods } from '../../../language/lab/readiness.ts';
import type { Endpoint, EndpointHints, Service, ServicePort, TrafficDistribution } from '../model.ts';
import { isProxied } from '../proxied.ts';
import { chainsOf, endpointChain, type PortChains, portName } from './names.ts';
import { isReady } from './readiness.ts';

export interface ProxiedPort {
  readonly service: Service;
  readonly family: Family;
  /** `default/web:http` */
  readonly name: string;
  readonly port: number;
  /** `tcp` */
  readonly protocol: string;
  readonly nodePort: number | null;
  readonly chains: PortChains;
  readonly clusterIP: string;
  readonly externalIPs: readonly string[];
  readonly loadBalancerIPs: readonly string[];
  readonly sourceRanges: readonly string[];
  readonly healthCheckNodePort: number | null;
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  /** Reached otherwise than by its cluster IP. */
  readonly isExternal: boolean;
  /** All of them, sorted as text. */
  readonly endpoints: readonly ProxiedEndpoint[];
  readonly source: Path;
}

export interface ProxiedEndpoint extends Readiness {
  /** `10.244.0.2:80`, `[fd00::2]:80` */
  readonly target: string;
  readonly ip: string;
  readonly chain: string;
  readonly node: string | null;
  readonly origin: Endpoint;
}

interface Readiness {
  readonly ready: boolean;
  /** Still answers, also where it is about to end. */
  readonly serving: boolean;
  /** About to end, but still answers: the last resort. */
  readonly lastResort: boolean;
}

export function listPorts(services: readonly Service[], family: Family, unready: UnreadyPods): ProxiedPort[] {
  const inOrder = services.filter(isProxied).sort((a, b) => (fullName(a) < fullName(b) ? -1 : 1));
  return inOrder.flatMap(service => {
    const clusterIP = service.clusterIPs.find(ip => ip !== 'None' && isOf(family, ip));
    if (clusterIP === undefined) return [];
    const own = service.endpoints.filter(({ address }) => isOf(family, address));
    return service.ports.map((port, index) =>
      toPort({ service, port, index }, { family, clusterIP, endpoints: own }, unready),
    );
  });
}

const fullName = ({ namespace, name }: Service) => `${namespace}/${name}`;
const isOf = (family: Family, address: string) => familyOf(address) === family;

/** A port, and which it is of its Service's. */
interface NumberedPort {
  readonly service: Service;
  readonly port: ServicePort;
  readonly index: number;
}

/** What a Service has of one family. */
interface OfFamily {
  readonly family: Family;
  readonly clusterIP: string;
  readonly endpoints: readonly Endpoint[];
}

function toPort(numbered: NumberedPort, { family, clusterIP, endpoints }: OfFamily, unready: UnreadyPods): ProxiedPort {
  const { service, port } = numbered;
  const name = portName(service, port);
  const externalIPs = service.externalIPs.filter(ip => isOf(family, ip));
  const loadBalancerIPs = service.loadBalancerIPs.filter(ip => isOf(family, ip));
  return {
    ...{ service, family, name, clusterIP, externalIPs, loadBalancerIPs },
    port: port.port,
    protocol: port.protocol.toLowerCase(),
    nodePort: port.nodePort,
    chains: chainsOf(name, port.protocol),
    sourceRanges: service.loadBalancerSourceRanges.filter(range => isOf(family, range)),
    healthCheckNodePort: service.healthCheckNodePort,
    internalLocal: service.internalTrafficPolicy === 'Local',
    externalLocal: service.externalTrafficPolicy === 'Local',
    isExternal: port.nodePort !== null || externalIPs.length > 0 || loadBalancerIPs.length > 0,
    endpoints: listEndpoints(numbered, endpoints, unready),
    source: service.source,
  };
}

/** By text, so that .10 comes before .2; one address and port counts once. */
function listEndpoints(
  { service, port: own, index }: NumberedPort,
  endpoints: readonly Endpoint[],
  unready: UnreadyPods,
): ProxiedEndpoint[] {
  const name = portName(service, own);
  const byTarget = new Map<string, ProxiedEndpoint>();
  for (const endpoint of endpoints) {
    const { address, ports, node } = endpoint;
    const port = ports[index];
    if (port === null || port === undefined) continue;
    const target = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
    const chain = endpointChain(name, own.protocol, target);
    byTarget.set(target, {
      ...{ target, ip: address, chain, node, origin: endpoint },
      ...judge(endpoint, service, unready),
    });
  }
  return [...byTarget.values()].sort((a, b) => (a.target < b.target ? -1 : 1));
}

function judge(endpoint: Endpoint, service: Service, unready: UnreadyPods): Readiness {
  const { pod, serving, terminating } = endpoint;
  const stillServes = serving && !(pod !== null && unready.has(pod));
  const ready = isReady(endpoint, service, unready);
  return { ready, serving: stillServes, lastResort: stillServes && terminating };
}

/** The same port when other pods are ready. */
export function judgeAgain(port: ProxiedPort, unready: UnreadyPods): ProxiedPort {
  const endpoints = port.endpoints.map(endpoint => ({
    ...endpoint,
    ...judge(endpoint.origin, port.service, unready),
  }));
  return { ...port, endpoints };
}

export interface Choice {
  /** Of the whole cluster; empty where none of the policies asks for them. */
  readonly cluster: readonly ProxiedEndpoint[];
  /** Of the own node. */
  readonly local: readonly ProxiedEndpoint[];
  /** Either of the two, each once. */
  readonly reachable: readonly ProxiedEndpoint[];
  /** Whether an endpoint of any node answers. */
  readonly any: boolean;
}

/** A node as the choice of endpoints sees it. */
export interface ChoosingNode {
  readonly key: string;
  /** The zone of every node that has one. */
  readonly zones: ReadonlyMap<string, string>;
}

/** Which endpoints a node uses (kubernetes/kubernetes, pkg/proxy/topology.go). */
export function chooseEndpoints(port: ProxiedPort, node: ChoosingNode): Choice {
  const { endpoints, internalLocal, externalLocal, isExternal } = port;
  const usesCluster = !internalLocal || isExternal;
  const usesLocal = internalLocal || (externalLocal && isExternal);
  const everywhere = readyOrLastResort(endpoints);
  const cluster = usesCluster ? preferNear(everywhere, port.service.trafficDistribution ?? null, node) : [];
  const local = usesLocal ? readyOrLastResort(endpoints.filter(endpoint => endpoint.node === node.key)) : [];
  const known = new Set(cluster);
  const reachable = usesLocal ? [...cluster, ...local.filter(endpoint => !known.has(endpoint))] : cluster;
  return { cluster, local, reachable, any: everywhere.length > 0 };
}

function readyOrLastResort(endpoints: readonly ProxiedEndpoint[]): readonly ProxiedEndpoint[] {
  const ready = endpoints.filter(endpoint => endpoint.ready);
  return ready.length > 0 ? ready : endpoints.filter(endpoint => endpoint.lastResort);
}

/**
 * Those whose hints are for the own node or zone, where there are any, and nobody goes by hints that a ready one lacks
 * (kubernetes/kubernetes, pkg/proxy/topology.go).
 */
function preferNear(
  endpoints: readonly ProxiedEndpoint[],
  distribution: TrafficDistribution | null,
  { key, zones }: ChoosingNode,
): readonly ProxiedEndpoint[] {
  if (!endpoints.some(({ ready }) => ready)) return endpoints;
  const near = (kind: keyof EndpointHints, own: string | undefined) => {
    const hints = endpoints.map(endpoint => hintsOf(endpoint, distribution, zones)[kind]);
    if (own === undefined || hints.some(places => places.length === 0)) return [];
    return endpoints.filter((_, index) => hints[index]?.includes(own));
  };
  const onNode = near('nodes', key);
  const inZone = onNode.length > 0 ? onNode : near('zones', zones.get(key));
  return inZone.length > 0 ? inZone : endpoints;
}

const NO_HINTS: EndpointHints = { zones: [], nodes: [] };

/** Those of a pod are its place, which Kubernetes gives it where the Service has a distribution (k8s.io/endpointslice, trafficdist). */
function hintsOf(
  { node, origin }: ProxiedEndpoint,
  distribution: TrafficDistribution | null,
  zones: ChoosingNode['zones'],
): EndpointHints {
  if (origin.pod === null) return origin.hints ?? NO_HINTS;
  if (distribution === null || node === null) return NO_HINTS;
  const zone = zones.get(node);
  return { zones: zone === undefined ? [] : [zone], nodes: distribution === 'PreferSameNode' ? [node] : [] };
}
