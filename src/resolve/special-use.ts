/**
 * Addresses that the kernel or Kubernetes gives a meaning of their own (RFC 6890), so that nobody can have them, or nobody
 * can be reached at them.
 *
 * In: an address, a subnet or a range. Out: what it is, or what is in it.
 */
import { type Ip, type IpRange, parseHost, rangeOf } from '../address/address.ts';

/** What an address is for: an interface has it, or it is an endpoint or an address from outside, to which packets are sent. */
type Use = 'interface' | 'target';

const BOTH: readonly Use[] = ['interface', 'target'];

const SPECIAL: readonly (IpRange & { readonly name: string; readonly not: readonly Use[] })[] = [
  row('127.0.0.0/8', 'a loopback address', BOTH),
  row('224.0.0.0/4', 'a multicast address', BOTH),
  row('0.0.0.0/32', 'the unspecified address', ['target']),
  row('0.0.0.0/8', 'an address of "this network"', ['interface']),
  row('240.0.0.0/4', 'a reserved address', ['interface']),
  row('255.255.255.255/32', 'the broadcast address', ['target']),
  row('169.254.0.0/16', 'a link-local address', ['target']),
  row('::/128', 'the unspecified address', BOTH),
  row('::1/128', 'the loopback address', BOTH),
  row('fe80::/10', 'a link-local address', BOTH),
  row('ff00::/8', 'a multicast address', BOTH),
].flat();

function row(text: string, name: string, not: readonly Use[]) {
  const host = parseHost(text);
  return host ? [{ ...rangeOf(host.subnet), name, not }] : [];
}

export const oneAddress = ({ family, value }: Ip): IpRange => ({ family, first: value, last: value });

/** The first kind of address in the range that cannot be used so. */
export function findSpecial(range: IpRange, use: Use): string | undefined {
  return SPECIAL.find(
    ({ family, first, last, not }) =>
      family === range.family && first <= range.last && range.first <= last && not.includes(use),
  )?.name;
}
