/** The name under which the name of an address is asked for (RFC 1035, 3.5; RFC 3596, 2.5). */
import { familyBits, parseIp } from '../../../address/address.ts';

/** `10.96.0.10` → `10.0.96.10.in-addr.arpa.` */
export function reverseName(address: string): string {
  const ip = parseIp(address);
  if (!ip) throw new Error(`${address} is no address`);
  if (ip.family === 4) return `${address.split('.').reverse().join('.')}.in-addr.arpa.`;
  const digits = ip.value.toString(16).padStart(familyBits(6) / 4, '0');
  return `${[...digits].reverse().join('.')}.ip6.arpa.`;
}
