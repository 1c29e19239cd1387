/**
 * The chains that every cluster has, also without Services: those that kube-proxy and kubelet make on every node, what
 * is always in them, and how packets get into them.
 */

import type { Family } from '../../../address/address.ts';
import { comment, host, jump, type Words } from '../../../netfilter/rule-words.ts';
import type { NodePortPlaces } from '../node-port-places.ts';
import { MARK_MASQ, type ProxyNode } from './chains.ts';
import { NEW } from './kube-proxy-words.ts';

/**
 * By the canaries kube-proxy and kubelet see that the tables have been flushed; the hint tells which iptables is in
 * use.
 */
const CANARIES = ['KUBE-KUBELET-CANARY', 'KUBE-PROXY-CANARY'];

export const OWN_CHAINS: Readonly<Record<string, readonly string[]>> = {
  mangle: ['KUBE-IPTABLES-HINT', ...CANARIES],
  filter: [
    'KUBE-EXTERNAL-SERVICES',
    'KUBE-FIREWALL',
    'KUBE-FORWARD',
    ...CANARIES,
    'KUBE-NODEPORTS',
    'KUBE-PROXY-FIREWALL',
    'KUBE-SERVICES',
  ],
  nat: [...CANARIES, MARK_MASQ, 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-SERVICES'],
};

interface BaseChain {
  readonly table: string;
  readonly chain: string;
  readonly rules: readonly Words[];
}

const way = (target: string, text: string, match: Words = []): Words => [...match, ...comment(text), ...jump(target)];

const BALANCER = way('KUBE-PROXY-FIREWALL', 'kubernetes load balancer firewall', NEW);
const EXTERNAL = way('KUBE-EXTERNAL-SERVICES', 'kubernetes externally-visible service portals', NEW);
const SERVICES = way('KUBE-SERVICES', 'kubernetes service portals', NEW);

/** kubelet comes first and kube-proxy puts each of its jumps before all others, so they stand the other way round. */
export const BASE_CHAINS: readonly BaseChain[] = [
  {
    table: 'filter',
    chain: 'INPUT',
    rules: [BALANCER, way('KUBE-NODEPORTS', 'kubernetes health check service ports'), EXTERNAL, jump('KUBE-FIREWALL')],
  },
  {
    table: 'filter',
    chain: 'FORWARD',
    rules: [BALANCER, way('KUBE-FORWARD', 'kubernetes forwarding rules'), SERVICES, EXTERNAL],
  },
  { table: 'filter', chain: 'OUTPUT', rules: [BALANCER, SERVICES, jump('KUBE-FIREWALL')] },
  { table: 'nat', chain: 'PREROUTING', rules: [way('KUBE-SERVICES', 'kubernetes service portals')] },
  { table: 'nat', chain: 'OUTPUT', rules: [way('KUBE-SERVICES', 'kubernetes service portals')] },
  { table: 'nat', chain: 'POSTROUTING', rules: [way('KUBE-POSTROUTING', 'kubernetes postrouting rules')] },
];

const NODE_PORTS_TEXT = 'kubernetes service nodeports; NOTE: this must be the last rule in this chain';
const LOCALHOST: Readonly<Record<Family, string>> = { 4: '127.0.0.0/8', 6: '::1/128' };

/** Node ports work at 127.0.0.1 through route_localnet alone; for IPv6 there is no such thing. */
export function nodePortRules({ isEverywhere, ips, localhost }: NodePortPlaces, family: Family): Words[] {
  const about = comment(NODE_PORTS_TEXT);
  const end = jump('KUBE-NODEPORTS');
  if (!isEverywhere) return ips.map(ip => ['-d', host(ip), ...about, ...end]);
  const others = localhost ? [] : ['!', '-d', LOCALHOST[family]];
  return [[...others, ...about, '-m', 'addrtype', '--dst-type', 'LOCAL', ...end]];
}

export function fixedRules(table: string, chain: string, node: ProxyNode): readonly Words[] {
  switch (`${table} ${chain}`) {
    case `nat ${MARK_MASQ}`:
      return [[...jump('MARK'), '--set-xmark', node.mark]];
    case 'nat KUBE-POSTROUTING':
      return postrouting(node);
    case 'filter KUBE-FIREWALL':
      return node.hasLocalnet ? [FIREWALL] : [];
    case 'filter KUBE-FORWARD':
      return forward(node);
    default:
      return [];
  }
}

const postrouting = ({ mark }: ProxyNode): Words[] => [
  ['-m', 'mark', '!', '--mark', mark, ...jump('RETURN')],
  // The mark is taken off, so that a packet that comes by again is not translated again.
  [...jump('MARK'), '--set-xmark', `${mark.split('/')[0]}/0x0`],
  [...comment('kubernetes service traffic requiring SNAT'), ...jump('MASQUERADE'), '--random-fully'],
];

/** With route_localnet another machine could otherwise reach what listens on 127.0.0.1 only. */
const FIREWALL: Words = [
  ...['!', '-s', '127.0.0.0/8', '-d', '127.0.0.0/8', ...comment('block incoming localnet connections')],
  ...['-m', 'conntrack', '!', '--ctstate', 'RELATED,ESTABLISHED,DNAT', ...jump('DROP')],
];

/**
 * What conntrack cannot place would be answered with a reset by the endpoint, past the translation. Where it is liberal
 * there is hardly any such packet.
 */
const forward = ({ mark, dropsInvalid }: ProxyNode): Words[] => [
  ...(dropsInvalid ? [['-m', 'conntrack', '--ctstate', 'INVALID', ...jump('DROP')]] : []),
  [...comment('kubernetes forwarding rules'), '-m', 'mark', '--mark', mark, ...jump('ACCEPT')],
  [
    ...comment('kubernetes forwarding conntrack rule'),
    ...['-m', 'conntrack', '--ctstate', 'RELATED,ESTABLISHED', ...jump('ACCEPT')],
  ],
];
