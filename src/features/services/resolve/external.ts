/** Addresses of a Service outside of the cluster, and who may use them. */

import { formatIp, formatSubnet } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { readIp } from '../../../resolve/read-address.ts';
import { readSubnetAround } from '../../../resolve/read-subnet.ts';
import { findSpecial, oneAddress } from '../../../resolve/special-use.ts';
import type { IpFamily } from '../model.ts';
import { ipFamilyOf, type ServiceDraft } from './draft.ts';

/** kube-proxy passes over those of a family that the Service has not; rules for one that is there twice say nothing more. */
export function readExternalIPs(
  { entry, path, key }: ServiceDraft,
  families: readonly IpFamily[],
  problems: Problems,
): string[] {
  const ips = (entry.externalIPs ?? []).map((text, index) => {
    const at = [...path, 'externalIPs', index];
    const ip = readReachable(text, at, problems);
    if (ip !== undefined && families.length > 0 && !families.includes(ipFamilyOf(ip)))
      problems.warn(
        at,
        'wrong-family',
        `nobody answers at ${text}: Service "${key}" has no ${ipFamilyOf(ip)}`,
        `write "ipFamilyPolicy: RequireDualStack" for both families, or an ${families[0]} address`,
      );
    return ip;
  });
  return withoutRepeats(ips, [...path, 'externalIPs'], problems);
}

/** What is listed twice counts once; an item that could not be read is undefined. */
export function withoutRepeats(texts: readonly (string | undefined)[], path: Path, problems: Problems): string[] {
  const kept = new Set<string>();
  for (const [index, text] of texts.entries()) {
    if (text === undefined) continue;
    if (kept.has(text)) problems.warn([...path, index], 'conflict', `${text} is there twice`, 'delete one of them');
    kept.add(text);
  }
  return [...kept];
}

/** An address that Kubernetes takes for an endpoint, or for one outside of the cluster, in canonical form. */
export function readReachable(text: string, path: Path, problems: Problems): string | undefined {
  const ip = readIp(text, path, problems, 'write it as 203.0.113.80, without a prefix length');
  const fault = ip && findSpecial(oneAddress(ip), 'target');
  if (!fault) return ip && formatIp(ip);
  problems.error(path, 'bad-address', `${text} is ${fault}, which nobody can be reached at from another machine`);
  return undefined;
}

/** Blanks around a range are allowed, as Kubernetes allows them. */
export function readRanges({ entry, path }: ServiceDraft, families: readonly IpFamily[], problems: Problems): string[] {
  const at = [...path, 'loadBalancerSourceRanges'];
  const read = (entry.loadBalancerSourceRanges ?? []).map((text, index) => {
    const subnet = readSubnetAround(text.trim(), [...at, index], problems);
    return subnet && formatSubnet(subnet);
  });
  const ranges = withoutRepeats(read, at, problems);
  const open = families.find(family => ranges.every(range => ipFamilyOf(range) !== family));
  if (ranges.length > 0 && open !== undefined) {
    const hint = `add ${open === 'IPv4' ? 'one' : 'an IPv6 one'}, or "${open === 'IPv4' ? '192.0.2.0/32' : '2001:db8::/128'}" for nobody`;
    problems.warn(at, 'wrong-family', `no range is ${open}, so kube-proxy lets everybody in over ${open}`, hint);
  }
  return ranges;
}
