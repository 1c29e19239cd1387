/**
 * What a pod has in /etc of its own: a pod and its lab in, the texts that kubelet would write out.
 *
 * Sources: kubernetes/kubernetes, pkg/kubelet/network/dns/dns.go and pkg/kubelet/kubelet_pods.go.
 */
import { familyOf } from '../../../address/address.ts';
import { bareAddresses } from '../../../compile/pod-addresses.ts';
import { hostnameOf, type Lab, type Link, type Pod } from '../../../language/lab/lab.ts';
import { DNS_SERVICE, type DnsOption } from '../model.ts';

/** By path. */
export function podFiles(pod: Pod, lab: Lab, links: readonly Link[]): Record<string, string> {
  const addresses = bareAddresses(pod, links);
  return {
    '/etc/hostname': `${hostnameOf(pod)}\n`,
    '/etc/hosts': hostsFile(pod, lab, addresses),
    '/etc/resolv.conf': resolvConf(pod, lab, addresses),
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

interface Resolver {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly DnsOption[];
}

/** What the C library reads of it, and no more. */
const MOST_SERVERS = 3;

function resolvConf(pod: Pod, lab: Lab, addresses: readonly string[]): string {
  const { nameservers, searches, options } = merge(policyOf(pod, lab, addresses), pod.dnsConfig);
  const lines = [
    ...(searches.length === 0 ? [] : [`search ${searches.join(' ')}`]),
    ...nameservers.slice(0, MOST_SERVERS).map(address => `nameserver ${address}`),
    ...(options.length === 0 ? [] : [`options ${options.map(writeOption).join(' ')}`]),
  ];
  const silence = nameservers.length === 0 ? ['# no name server: names are those of /etc/hosts'] : [];
  return [...silence, ...lines, ''].join('\n');
}

const writeOption = ({ name, value }: DnsOption) => (value === undefined ? name : `${name}:${value}`);

const NO_SERVERS: Resolver = { nameservers: [], searches: [], options: [] };

function policyOf({ dnsPolicy, namespace }: Pod, { dns, services }: Lab, addresses: readonly string[]): Resolver {
  if (!dns || dnsPolicy === 'None') return NO_SERVERS;
  if (dnsPolicy === 'Default') return { ...NO_SERVERS, nameservers: dns.upstream };
  const own = services.find(({ key }) => key === DNS_SERVICE)?.clusterIPs.filter(ip => ip !== 'None') ?? [];
  return {
    nameservers: inReach(own, addresses),
    searches: [`${namespace}.svc.${dns.domain}`, `svc.${dns.domain}`, dns.domain],
    options: [{ name: 'ndots', value: '5' }],
  };
}

/** A pod of one family cannot ask in the other, and would wait for nothing. */
function inReach(servers: readonly string[], addresses: readonly string[]): readonly string[] {
  const families = new Set(addresses.map(familyOf));
  const near = servers.filter(server => families.has(familyOf(server)));
  return near.length === 0 ? servers : near;
}

/** The pod's own are added behind; an option of the same name is the pod's. */
function merge(policy: Resolver, own: Resolver): Resolver {
  const options = new Map([...policy.options, ...own.options].map(option => [option.name, option]));
  return {
    nameservers: [...new Set([...policy.nameservers, ...own.nameservers])],
    searches: [...new Set([...policy.searches, ...own.searches])],
    options: [...options.values()],
  };
}
