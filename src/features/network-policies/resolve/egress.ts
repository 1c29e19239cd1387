/** Rules for egress that let out nobody whom their author meant: Services by their addresses, and DNS without UDP. */
import { covers, parseHost, type Subnet, withoutPrefix } from '../../../address/address.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { NAME_LABEL } from '../../namespaces/model.ts';
import type { NetworkPolicy, PolicyPort } from '../model.ts';

/** Of a Service, what this asks. */
interface ServiceAddresses {
  readonly key: string;
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly clusterIPs: readonly string[];
}

interface ClusterServices {
  readonly services: readonly ServiceAddresses[];
  readonly serviceNets: readonly Subnet[];
}

/** Packets to a Service have the address of a pod when they are judged: its node has rewritten them before. */
export function checkServiceBlocks(policy: NetworkPolicy, cluster: ClusterServices, problems: Problems): void {
  const { services, serviceNets } = cluster;
  if (services.length === 0) return;
  for (const peer of policy.egress.flatMap(({ peers }) => peers ?? [])) {
    const block = peer.kind === 'block' ? parseHost(peer.cidr)?.subnet : undefined;
    if (peer.kind !== 'block' || !block || !serviceNets.some(net => covers(net, block))) continue;
    const service = services.find(({ clusterIPs }) => clusterIPs.includes(withoutPrefix(peer.cidr)));
    const whose = service ? `is the cluster IP of Service "${service.key}"` : 'has cluster IPs alone';
    const message = `this lets nobody through: ${peer.cidr} ${whose}, and what is sent there has the address of a pod when it is judged`;
    problems.warn([...peer.source, 'ipBlock', 'cidr'], 'conflict', message, hintPods(service, policy));
  }
}

function hintPods(service: ServiceAddresses | undefined, { namespace }: NetworkPolicy): string {
  const labels = Object.entries(service?.selector ?? { app: '…' }).map(([key, value]) => `${key}: ${value}`);
  const pods = `podSelector: { matchLabels: { ${labels.join(', ')} } }`;
  const isOwn = service === undefined || service.namespace === namespace;
  const place = isOwn ? '' : `namespaceSelector: { matchLabels: { ${NAME_LABEL}: ${service.namespace} } }, `;
  return `write who answers: "{ ${place}${pods} }", and the port of the pods`;
}

/** A port without a protocol is one of TCP, and names are asked for by UDP. */
export function checkDnsPorts(policies: readonly NetworkPolicy[], problems: Problems): void {
  const withUdp = new Set(policies.filter(letsOutUdp).map(({ namespace }) => namespace));
  for (const { namespace, egress } of policies) {
    const ports = withUdp.has(namespace) ? [] : egress.flatMap(({ ports }) => ports ?? []);
    for (const { protocol, port, endPort, source } of ports) {
      if (protocol !== 'TCP' || port !== 53 || endPort !== null) continue;
      const message = 'this is TCP, and pods ask DNS by UDP, which no policy here lets out';
      problems.warn([...source, 'port'], 'conflict', message, 'add "{ protocol: UDP, port: 53 }" to the ports');
    }
  }
}

const letsOutUdp = ({ egress }: NetworkPolicy) => egress.some(({ ports }) => ports === null || ports.some(isUdpDns));

/** A name may be that of the port. */
function isUdpDns({ protocol, port, endPort }: PolicyPort): boolean {
  if (protocol !== 'UDP') return false;
  return typeof port !== 'number' || (port <= 53 && (endPort ?? port) >= 53);
}
