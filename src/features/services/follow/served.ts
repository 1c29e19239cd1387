/**
 * To whom nodes may have sent flows of UDP that go to Services: as kube-proxy sees it, to any endpoint that serves, whatever
 * policies and affinity say to new ones (kubernetes/kubernetes, pkg/proxy/conntrack/cleanup.go). Where it lets flows to a
 * Service without endpoints be, they are refused here like new ones (kubernetes/kubernetes#139629).
 */
import type { Lab } from '../../../language/lab/lab.ts';
import type { UnreadyPods } from '../../../language/lab/readiness.ts';
import type { ServedPort, ServedPorts } from '../../../state/translations.ts';
import type { ProxyNode } from '../compile/chains.ts';
import { listProxyNodes, proxiedFamilies } from '../compile/nodes.ts';
import { judgeAgain, listPorts, type ProxiedPort } from '../compile/ports.ts';

/** What takes long, such as the names of chains, is done here, once for a lab. */
export function prepareServed(lab: Lab): (unready: UnreadyPods) => ServedPorts[] {
  const services = lab.services.filter(({ ports }) => ports.some(({ protocol }) => protocol === 'UDP'));
  const families = proxiedFamilies(lab).map(family => {
    const ports = listPorts(services, family, new Set()).filter(({ protocol }) => protocol === 'udp');
    return { family, ports, groups: groupNodes(listProxyNodes(lab, family, ports)) };
  });
  return unready =>
    families.flatMap(({ family, groups, ports }) => {
      const served = ports.flatMap(port => toServed(judgeAgain(port, unready)));
      return groups.map(group => ({ ...group, family, ports: served }));
    });
}

type Group = Pick<ServedPorts, 'namespaces' | 'toNodePorts'>;

/** Nodes whose node ports are at the same addresses: all of them, or each for itself. */
function groupNodes(nodes: readonly ProxyNode[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { ns, nodePortRules: toNodePorts } of nodes) {
    const key = JSON.stringify(toNodePorts);
    groups.set(key, { namespaces: [...(groups.get(key)?.namespaces ?? []), ns], toNodePorts });
  }
  return [...groups.values()];
}

function toServed({ port, nodePort, clusterIP, externalIPs, loadBalancerIPs, endpoints }: ProxiedPort): ServedPort[] {
  const own = endpoints.filter(({ serving, ready }) => serving || ready).map(({ target }) => target);
  const addresses = [clusterIP, ...externalIPs, ...loadBalancerIPs];
  return [
    { port, addresses, endpoints: own },
    ...(nodePort === null ? [] : [{ port: nodePort, addresses: null, endpoints: own }]),
  ];
}
