/**
 * The chains that every cluster has, also without Services: those that kube-proxy and kubelet make on every node, what
 * is always in them, and how packets get into them.
 */
import type { Family } from '../../../address/address.ts';
import { comment, jump, type Words } from '../../../netfilter/rule-words.ts';
import { MARK_MASQ } from './chains.ts';
import { MARKED, NEW } from './kube-proxy-words.ts';

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
const NODE_PORTS: Words = [
  ...comment(NODE_PORTS_TEXT),
  '-m',
  'addrtype',
  '--dst-type',
  'LOCAL',
  ...jump('KUBE-NODEPORTS'),
];

/** Node ports work at 127.0.0.1 too, through route_localnet; for IPv6 there is no such thing. */
export const NODE_PORTS_LAST: Readonly<Record<Family, Words>> = {
  4: NODE_PORTS,
  6: ['!', '-d', '::1/128', ...NODE_PORTS],
};

export function fixedRules(table: string, chain: string, family: Family): readonly Words[] {
  return (FIXED[`${table} ${chain}`] ?? []).filter(words => family === 4 || !words.includes('127.0.0.0/8'));
}

const FIXED: Readonly<Record<string, readonly Words[]>> = {
  [`nat ${MARK_MASQ}`]: [[...jump('MARK'), '--set-xmark', '0x4000/0x4000']],
  'nat KUBE-POSTROUTING': [
    ['-m', 'mark', '!', ...MARKED, ...jump('RETURN')],
    // The mark is taken off, so that a packet that comes by again is not translated again.
    [...jump('MARK'), '--set-xmark', '0x4000/0x0'],
    [...comment('kubernetes service traffic requiring SNAT'), ...jump('MASQUERADE'), '--random-fully'],
  ],
  // With route_localnet another machine could otherwise reach what listens on 127.0.0.1 only.
  'filter KUBE-FIREWALL': [
    [
      ...['!', '-s', '127.0.0.0/8', '-d', '127.0.0.0/8', ...comment('block incoming localnet connections')],
      ...['-m', 'conntrack', '!', '--ctstate', 'RELATED,ESTABLISHED,DNAT', ...jump('DROP')],
    ],
  ],
  'filter KUBE-FORWARD': [
    // What conntrack cannot place would be answered with a reset by the endpoint, past the translation.
    ['-m', 'conntrack', '--ctstate', 'INVALID', ...jump('DROP')],
    [...comment('kubernetes forwarding rules'), '-m', 'mark', ...MARKED, ...jump('ACCEPT')],
    [
      ...comment('kubernetes forwarding conntrack rule'),
      ...['-m', 'conntrack', '--ctstate', 'RELATED,ESTABLISHED', ...jump('ACCEPT')],
    ],
  ],
};
