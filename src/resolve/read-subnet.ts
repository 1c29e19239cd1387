/** A subnet as it is written, read; or what is wrong with it. */
import { formatSubnet, parseHost, rangeOf, type Subnet } from '../address/address.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { Problems } from './problems.ts';
import { findSpecial } from './special-use.ts';

/** From which addresses are handed out: one subnet or a list, at most one per family; undefined where nothing is given. */
export function readSubnets(
  value: string | readonly string[] | undefined,
  path: Path,
  problems: Problems,
): Subnet[] | undefined {
  if (value === undefined) return undefined;
  const texts: readonly string[] = typeof value === 'string' ? [value] : value;
  const subnets: Subnet[] = [];
  for (const [index, text] of texts.entries()) {
    const at = typeof value === 'string' ? path : [...path, index];
    const subnet = readSubnet(text, at, problems);
    if (!subnet || hasSpecial(subnet, at, problems)) continue;
    if (subnets.some(({ family }) => family === subnet.family)) {
      problems.error(at, 'conflict', `"${text}" is a second IPv${subnet.family} subnet`, 'give one subnet per family');
    } else subnets.push(subnet);
  }
  return subnets.length === 0 ? undefined : subnets;
}

/** As kube-proxy reads one: of an address with a prefix length the subnet around it counts. */
export function readSubnetAround(text: string, path: Path, problems: Problems): Subnet | undefined {
  const host = parseHost(text);
  if (!host || host.ip.value === host.subnet.base) return readSubnet(text, path, problems);
  const subnet = formatSubnet(host.subnet);
  problems.warn(path, 'bad-address', `"${text}" stands for all of ${subnet}`, `write it as ${subnet}`);
  return host.subnet;
}

function hasSpecial(subnet: Subnet, path: Path, problems: Problems): boolean {
  const special = findSpecial(rangeOf(subnet), 'interface');
  if (special === undefined) return false;
  const message = `"${formatSubnet(subnet)}" has ${special} in it, which nobody can be given`;
  problems.error(path, 'bad-address', message, 'use a subnet for private use, such as 10.20.0.0/16 or fd00:20::/64');
  return true;
}

export function readSubnet(text: string, path: Path, problems: Problems): Subnet | undefined {
  const host = parseHost(text);
  if (host && host.ip.value === host.subnet.base) return host.subnet;
  if (host) {
    const hint = `did you mean ${formatSubnet(host.subnet)}?`;
    problems.error(path, 'bad-address', `"${text}" is an address inside a subnet, not the subnet itself`, hint);
  } else {
    problems.error(path, 'bad-address', `"${text}" is not a subnet`, 'write it as 10.244.0.0/16 or fd00:10:244::/48');
  }
  return undefined;
}
