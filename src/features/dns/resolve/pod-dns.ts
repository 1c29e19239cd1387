/** What a pod says of names: its own, and which servers it asks for those of others. Limits are Kubernetes' own. */

import { formatIp } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { LabFile } from '../../../language/lab/generated/lab-file.ts';
import type { Pod } from '../../../language/lab/lab.ts';
import type { PodDraft } from '../../../resolve/model.ts';
import { namespacedKey } from '../../../resolve/names.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { readIp } from '../../../resolve/read-address.ts';
import type { DnsConfig, DnsPolicy } from '../model.ts';
import { readAliases, readFqdn } from './pod-names.ts';

type PodDns = Pick<Pod, 'hostname' | 'subdomain' | 'fqdn' | 'dnsPolicy' | 'dnsConfig' | 'hostAliases'>;

const MOST_SEARCH_LETTERS = 2048;

export function resolvePodDns(pod: PodDraft, file: LabFile, problems: Problems): PodDns {
  const { hostname, subdomain, dnsPolicy = 'ClusterFirst' } = pod.entry;
  const dnsConfig = readConfig(pod, problems);
  checkPolicy(pod, dnsPolicy, dnsConfig, problems);
  if (subdomain !== undefined) warnSubdomain(pod, subdomain, file, problems);
  // Copies are named as a StatefulSet names its pods.
  const own = hostname ?? (pod.replica && subdomain !== undefined ? pod.name : null);
  const fqdn = readFqdn(pod, own, file, problems);
  const hostAliases = readAliases(pod, problems);
  return { hostname: own, subdomain: subdomain ?? null, fqdn, dnsPolicy, dnsConfig, hostAliases };
}

function readConfig({ entry, path }: PodDraft, problems: Problems): DnsConfig {
  if (entry.dnsConfig === undefined) return { nameservers: [], searches: [], options: [] };
  const { nameservers = [], searches = [], options = [] } = entry.dnsConfig;
  const at: Path = [...path, 'dnsConfig'];
  if (searches.join(' ').length > MOST_SEARCH_LETTERS) {
    const message = `"searches" are ${searches.join(' ').length} letters long together`;
    problems.error([...at, 'searches'], 'out-of-range', message, `at most ${MOST_SEARCH_LETTERS} are allowed`);
  }
  return {
    nameservers: nameservers.flatMap((text, index) => readServer(text, [...at, 'nameservers', index], problems)),
    searches,
    options: options.map(({ name, value }) => ({ name, ...(value === undefined ? {} : { value: String(value) }) })),
  };
}

function readServer(text: string, path: Path, problems: Problems): string[] {
  const ip = readIp(text, path, problems, 'a resolver can ask only addresses: write it as 10.96.0.10');
  return ip ? [formatIp(ip)] : [];
}

function checkPolicy({ path, key }: PodDraft, policy: DnsPolicy, config: DnsConfig, problems: Problems): void {
  if (policy !== 'None' || config.nameservers.length > 0) return;
  const hint = 'say whom it asks: "dnsConfig: { nameservers: [10.96.0.10] }"';
  const message = `pod "${key}" has "dnsPolicy: None", and no name server in "dnsConfig"`;
  problems.error([...path, 'dnsPolicy'], 'missing-key', message, hint);
}

/** Kubernetes does not mention it: the name is just not there. */
function warnSubdomain({ key, namespace, path }: PodDraft, subdomain: string, file: LabFile, problems: Problems): void {
  const service = file.services?.[namespacedKey(namespace, subdomain)] ?? file.services?.[`${namespace}/${subdomain}`];
  if (service !== undefined && (service.clusterIP ?? service.clusterIPs?.[0]) === 'None') return;
  const message =
    service === undefined
      ? `there is no Service "${subdomain}" in namespace "${namespace}", so "subdomain" gives pod "${key}" no name`
      : `Service "${subdomain}" is not headless, so "subdomain" gives pod "${key}" no name`;
  const hint = `it takes a Service of that name with "clusterIP: None" that selects the pod`;
  problems.warn([...path, 'subdomain'], 'unknown-name', message, hint);
}
