/** Addresses of a Service outside of the cluster, and who may use them. */

import { formatIp, formatSubnet } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { ServiceEntry } from '../../../language/lab/generated/lab-file.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { readIp } from '../../../resolve/read-address.ts';
import { readSubnet } from '../../../resolve/read-subnet.ts';

/** One address or a list, each in canonical form. */
export function readIps(written: string | readonly string[], path: Path, problems: Problems): string[] {
  const list = typeof written === 'string' ? [written] : written;
  return list.flatMap(
    (text, index) => readReachable(text, typeof written === 'string' ? path : [...path, index], problems) ?? [],
  );
}

/** An address that Kubernetes takes for an endpoint, or for one outside of the cluster, in canonical form. */
export function readReachable(text: string, path: Path, problems: Problems): string | undefined {
  const ip = readIp(text, path, problems, 'write it as 203.0.113.80, without a prefix length');
  const fault = ip && whyNotReachable(formatIp(ip));
  if (!fault) return ip && formatIp(ip);
  problems.error(path, 'bad-address', `${text} is ${fault}, which nobody can be reached at from another machine`);
  return undefined;
}

function whyNotReachable(ip: string): string | undefined {
  if (/^127\./.test(ip) || ip === '::1') return 'a loopback address';
  if (/^169\.254\./.test(ip) || /^fe[89ab]/.test(ip)) return 'a link-local address';
  if (ip === '0.0.0.0' || ip === '::') return 'the unspecified address';
  if (/^(22[4-9]|23\d)\./.test(ip) || /^ff/.test(ip)) return 'a multicast address';
  return undefined;
}

/** Blanks around a range are allowed, as Kubernetes allows them. */
export function readRanges({ loadBalancerSourceRanges = [] }: ServiceEntry, path: Path, problems: Problems): string[] {
  return loadBalancerSourceRanges.flatMap((text, index) => {
    const subnet = readSubnet(text.trim(), [...path, 'loadBalancerSourceRanges', index], problems);
    return subnet ? [formatSubnet(subnet)] : [];
  });
}
