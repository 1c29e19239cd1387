/** The sysctls that kube-proxy sets on its node, and those that it needs there. */
import type { LabDraft, NodeDraft } from '../../../resolve/model.ts';
import type { KubeProxy } from '../model.ts';
import { servesLocalhost } from '../node-port-places.ts';
import { TCP_BE_LIBERAL } from '../sysctl-names.ts';

/**
 * - The answer of a pod to its neighbour on the same bridge has to pass iptables too, or nothing takes the translation
 *   back; that needs br_netfilter, as kubeadm demands it.
 * - A node port is reached at 127.0.0.1 as well, which the kernel does not route otherwise.
 * - How long connections are remembered, and which packets pass for a part of one (KubeProxyConntrackConfiguration).
 */
export function proxySysctls({ file, cluster }: LabDraft): (node: NodeDraft) => Record<string, string> {
  const has = (family: number) => cluster.serviceNets.some(net => net.family === family);
  const settings = {
    ...(has(4) ? { 'net.bridge.bridge-nf-call-iptables': '1' } : {}),
    ...(has(4) && servesLocalhost(cluster.kubeProxy) ? { 'net.ipv4.conf.all.route_localnet': '1' } : {}),
    ...(has(6) ? { 'net.bridge.bridge-nf-call-ip6tables': '1' } : {}),
    ...conntrackSysctls(cluster.kubeProxy),
  };
  const hasServices = Object.keys(file.services ?? {}).length > 0;
  return ({ external }) => (hasServices && !external ? settings : {});
}

function conntrackSysctls({ conntrack }: KubeProxy): Record<string, string> {
  const { tcpEstablished, tcpCloseWait, udp, udpStream, tcpBeLiberal } = conntrack;
  const tcp = { tcp_timeout_established: tcpEstablished, tcp_timeout_close_wait: tcpCloseWait };
  const timeouts = Object.entries({ ...tcp, udp_timeout: udp, udp_timeout_stream: udpStream });
  const set = timeouts.filter(([, seconds]) => seconds > 0);
  return {
    ...Object.fromEntries(set.map(([name, seconds]) => [`net.netfilter.nf_conntrack_${name}`, String(seconds)])),
    ...(tcpBeLiberal ? { [TCP_BE_LIBERAL]: '1' } : {}),
  };
}
