/** What the rules of kube-proxy are made of besides the words of any rule (`netfilter/rule-words.ts`). */
import type { Family } from '../../../address/address.ts';
import { comment, host, jump, type Words } from '../../../netfilter/rule-words.ts';
import type { ProxiedEndpoint } from './ports.ts';

/** Packets to one port of an address. */
export function to(ip: string, protocol: string, text: string, port: number): Words {
  return ['-d', host(ip), ...toPort(protocol, text, port)];
}

export function toPort(protocol: string, text: string, port: number): Words {
  return ['-p', protocol, ...comment(text), '-m', protocol, '--dport', String(port)];
}

export const reject = (family: Family): Words => [
  ...jump('REJECT'),
  '--reject-with',
  family === 4 ? 'icmp-port-unreachable' : 'icmp6-port-unreachable',
];

export const NEW: Words = ['-m', 'conntrack', '--ctstate', 'NEW'];

/** One in `count`. The kernel keeps 31 bits of it. */
export function probability(count: number): Words {
  const kept = Math.round(2 ** 31 * Number((1 / count).toFixed(10)));
  return ['-m', 'statistic', '--mode', 'random', '--probability', (kept / 2 ** 31).toFixed(11)];
}

/** What every use of a list of clients says: the whole address is looked at, and it is the sender's. */
const recentEnd = (name: string, family: Family): Words => [
  ...['--name', name, '--mask', family === 4 ? '255.255.255.255' : 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  '--rsource',
];

/** Whether the client was with this endpoint lately. */
export const wasHere = ({ chain }: ProxiedEndpoint, seconds: number, family: Family): Words => [
  ...['-m', 'recent', '--rcheck', '--seconds', String(seconds), '--reap'],
  ...recentEnd(chain, family),
];

export const remember = ({ chain }: ProxiedEndpoint, family: Family): Words => [
  ...['-m', 'recent', '--set'],
  ...recentEnd(chain, family),
];
