/** The sysctls that kube-proxy sets on its node, and those that it needs there. */
import type { LabDraft, NodeDraft } from '../../../resolve/model.ts';

/**
 * - The answer of a pod to its neighbour on the same bridge has to pass iptables too, or nothing takes the translation
 *   back; that needs br_netfilter, as kubeadm demands it.
 * - A node port is reached at 127.0.0.1 as well, which the kernel does not route otherwise.
 * - How long connections are remembered (KubeProxyConntrackConfiguration).
 */
export function proxySysctls({ file, cluster }: LabDraft): (node: NodeDraft) => Record<string, string> {
  const has = (family: number) => cluster.serviceNets.some(net => net.family === family);
  const settings = {
    ...(has(4) ? { 'net.bridge.bridge-nf-call-iptables': '1', 'net.ipv4.conf.all.route_localnet': '1' } : {}),
    ...(has(6) ? { 'net.bridge.bridge-nf-call-ip6tables': '1' } : {}),
    'net.netfilter.nf_conntrack_tcp_timeout_established': '86400',
    'net.netfilter.nf_conntrack_tcp_timeout_close_wait': '3600',
  };
  const hasServices = Object.keys(file.services ?? {}).length > 0;
  return ({ external }) => (hasServices && !external ? settings : {});
}
