/** The cluster's DNS and what pods say of names, as the lab file writes them; its Service and pods are entries like others. */
import type { LabFile, PodEntry } from '../../language/lab/generated/lab-file.ts';
import type { Lab, Pod } from '../../language/lab/lab.ts';

export function expandClusterDns({ dns, services }: Lab): Pick<LabFile, 'cluster'> {
  if (!dns) return services.length === 0 ? {} : { cluster: { dns: false } };
  const { domain, ttl, upstream } = dns;
  return { cluster: { dns: { domain, ttl, ...(upstream.length === 0 ? {} : { upstream }) } } };
}

export function expandPodDns({
  hostname,
  subdomain,
  fqdn,
  dnsPolicy,
  dnsConfig,
  hostAliases,
}: Pod): NonNullable<PodEntry> {
  const lists = Object.entries(dnsConfig).filter(([, list]) => list.length > 0);
  return {
    ...(hostname === null ? {} : { hostname }),
    ...(subdomain === null ? {} : { subdomain }),
    ...(fqdn === null ? {} : { setHostnameAsFQDN: true }),
    ...(dnsPolicy === 'ClusterFirst' ? {} : { dnsPolicy }),
    ...(lists.length === 0 ? {} : { dnsConfig: Object.fromEntries(lists) }),
    ...(hostAliases.length === 0 ? {} : { hostAliases }),
  };
}
