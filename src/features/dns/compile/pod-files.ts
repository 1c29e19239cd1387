/**
 * What a pod has in /etc of its own: a pod and its lab in, the texts that kubelet would write out.
 *
 * Source: kubernetes/kubernetes, pkg/kubelet/kubelet_pods.go.
 */
import { bareAddresses } from '../../../compile/pod-addresses.ts';
import { hostnameOf, type Lab, type Link, type Pod, shortHostnameOf } from '../../../language/lab/lab.ts';
import { resolvConf, resolverOf } from './resolver.ts';

/** By path. */
export function podFiles(pod: Pod, lab: Lab, links: readonly Link[]): Record<string, string> {
  const addresses = bareAddresses(pod, links, lab);
  return {
    '/etc/hostname': `${hostnameOf(pod)}\n`,
    '/etc/hosts': hostsFile(pod, lab, addresses),
    '/etc/resolv.conf': resolvConf(resolverOf(pod, lab, addresses)),
  };
}

/** On its node's network a pod has what the node has, and its own aliases behind it. */
function hostsFile(pod: Pod, lab: Lab, addresses: readonly string[]): string {
  const names = pod.hostNetwork ? pod.node : namesOf(pod, lab);
  return [
    `# written by netlab for this pod${pod.hostNetwork ? ' (host network)' : ''}`,
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    ...addresses.map(address => `${address}\t${names}`),
    ...aliasLines(pod),
    '',
  ].join('\n');
}

function namesOf(pod: Pod, { dns }: Lab): string {
  const hostname = shortHostnameOf(pod);
  const { subdomain, namespace } = pod;
  return subdomain !== null && dns ? `${hostname}.${subdomain}.${namespace}.svc.${dns.domain}\t${hostname}` : hostname;
}

function aliasLines({ hostAliases }: Pod): string[] {
  if (hostAliases.length === 0) return [];
  const lines = hostAliases.map(({ ip, hostnames }) => `${ip}\t${hostnames.join('\t')}`);
  return ['', '# Entries added by HostAliases.', ...lines];
}
