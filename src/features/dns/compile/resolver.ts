/**
 * Whom a pod or a node asks for names: the servers, search domains and options of its /etc/resolv.conf, as kubelet writes
 * them. Pure.
 *
 * Sources: kubernetes/kubernetes, pkg/kubelet/network/dns/dns.go and pkg/apis/core/validation (its limits).
 */
import { familyOf } from '../../../address/address.ts';
import type { Lab, Pod } from '../../../language/lab/lab.ts';
import { DNS_SERVICE, type DnsOption } from '../model.ts';

export interface Resolver {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly DnsOption[];
}

/** What the C library reads of it, and no more. */
const MOST_SERVERS = 3;
/** Kubelet leaves out whatever is behind them. */
const MOST_SEARCHES = 32;
const MOST_SEARCH_LETTERS = 2048;

const NO_SERVERS: Resolver = { nameservers: [], searches: [], options: [] };

/** A pod's; `addresses` are its own. */
export function resolverOf(pod: Pod, lab: Lab, addresses: readonly string[]): Resolver {
  return withinLimits(merge(policyOf(pod, lab, addresses), pod.dnsConfig));
}

/**
 * A node's: the servers that the lab names for all but the cluster, and never this host's own, which a lab does not reach
 * or should not ask.
 */
export function nodeResolver({ dns }: Lab): Resolver {
  return withinLimits({ ...NO_SERVERS, nameservers: dns?.upstream ?? [] });
}

function policyOf(pod: Pod, lab: Lab, addresses: readonly string[]): Resolver {
  const { dnsPolicy, namespace } = pod;
  const { dns, services } = lab;
  if (!dns || dnsPolicy === 'None') return NO_SERVERS;
  if (dnsPolicy === 'Default' || (pod.hostNetwork && dnsPolicy === 'ClusterFirst')) return nodeResolver(lab);
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

function withinLimits({ nameservers, searches, options }: Resolver): Resolver {
  const first = searches.slice(0, MOST_SEARCHES);
  const count = first.findIndex((_, index) => first.slice(0, index + 1).join(' ').length > MOST_SEARCH_LETTERS);
  return {
    nameservers: nameservers.slice(0, MOST_SERVERS),
    searches: count < 0 ? first : first.slice(0, count),
    options,
  };
}

/** `/etc/resolv.conf` */
export function resolvConf({ nameservers, searches, options }: Resolver): string {
  const lines = [
    ...(searches.length === 0 ? [] : [`search ${searches.join(' ')}`]),
    ...nameservers.map(address => `nameserver ${address}`),
    ...(options.length === 0 ? [] : [`options ${options.map(writeOption).join(' ')}`]),
  ];
  const silence = nameservers.length === 0 ? ['# no name server: names are those of /etc/hosts'] : [];
  return [...silence, ...lines, ''].join('\n');
}

const writeOption = ({ name, value }: DnsOption) => (value === undefined ? name : `${name}:${value}`);

/** The names that are asked for, in their order, for one that somebody has written (resolv.conf(5)). */
export function candidatesOf(name: string, { searches, options }: Resolver): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const ndots = Number(options.find(option => option.name === 'ndots')?.value ?? 1);
  const searched = searches.filter(domain => domain !== '.').map(domain => `${name}.${domain.replace(/\.$/, '')}`);
  return name.split('.').length > ndots ? [name, ...searched] : [...searched, name];
}
