/**
 * What a pod has in /etc of its own: a pod and its lab in, the texts that kubelet would write out.
 *
 * Source: kubernetes/kubernetes, pkg/kubelet/kubelet_pods.go.
 */
import { bareAddresses } from '../../../compile/pod-addresses.ts';
import { hostnameOf, type Lab, type Link, type Pod } from '../../../language/lab/lab.ts';
import { resolvConf, resolverOf } from './resolver.ts';

/** By path. */
export function podFiles(pod: Pod, lab: Lab, links: readonly Link[]): Record<string, string> {
  const addresses = bareAddresses(pod, links);
  return {
    '/etc/hostname': `${hostnameOf(pod)}\n`,
    '/etc/hosts': hostsFile(pod, lab, addresses),
    '/etc/resolv.conf': resolvConf(resolverOf(pod, lab, addresses)),
  };
}

function hostsFile(pod: Pod, { dns }: Lab, addresses: readonly string[]): string {
  const hostname = hostnameOf(pod);
  const long = pod.subdomain !== null && dns ? `${hostname}.${pod.subdomain}.${pod.namespace}.svc.${dns.domain}\t` : '';
  return [
    '# written by netlab for this pod',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    ...addresses.map(address => `${address}\t${long}${hostname}`),
    '',
  ].join('\n');
}
