/**
 * What a lab may need from the host, and how each is tried for real: a command in a scratch network namespace.
 *
 * Pure: it says what to run; who runs it is `lifecycle/check-host.ts` for one lab and `netlab doctor` for all.
 */
import type { KernelObject } from '../state/objects.ts';

export interface Feature {
  readonly id: FeatureId;
  /** What it is, for people. */
  readonly title: string;
  /** What a lab needs it for. */
  readonly use: string;
  readonly argv: readonly string[];
  /** The Debian and Ubuntu package that brings the command. */
  readonly package: string;
  /** The kernel module that brings the rest. */
  readonly module?: string;
}

export type FeatureId =
  | 'ip'
  | 'veth'
  | 'bridge'
  | 'tc'
  | 'tbf'
  | 'netem'
  | 'sysctl'
  | 'iptables'
  | 'ip6tables'
  | 'ipv6';

const TRY = 'try0';

function link(id: FeatureId, title: string, use: string, words: readonly string[]): Feature {
  return { id, title, use, argv: ['ip', 'link', 'add', 'name', TRY, ...words], package: 'iproute2', module: id };
}

function qdisc(id: FeatureId, title: string, use: string, words: readonly string[], module: string): Feature {
  return { id, title, use, argv: ['tc', 'qdisc', 'add', 'dev', 'lo', 'root', ...words], package: 'iproute2', module };
}

export const FEATURES: readonly Feature[] = [
  { id: 'ip', title: 'iproute2', use: 'every lab', argv: ['ip', 'link', 'show', 'dev', 'lo'], package: 'iproute2' },
  link('veth', 'veth pairs', 'every interface', ['type', 'veth', 'peer', 'name', 'try1']),
  link('bridge', 'bridges', 'cbr0 and switches', ['type', 'bridge']),
  {
    id: 'sysctl',
    title: 'sysctl',
    use: 'forwarding on nodes',
    argv: ['sysctl', '-n', 'net.ipv4.ip_forward'],
    package: 'procps',
  },
  {
    id: 'ipv6',
    title: 'IPv6',
    use: 'IPv6 and dual-stack labs',
    argv: ['ip', 'addr', 'add', 'fd00::1/64', 'dev', 'lo'],
    package: 'iproute2',
    module: 'ipv6',
  },
  {
    id: 'iptables',
    title: 'iptables',
    use: 'iptables rules and masquerading',
    argv: ['iptables', '-t', 'nat', '-A', 'POSTROUTING', '-j', 'MASQUERADE'],
    package: 'iptables',
    module: 'nf_tables',
  },
  {
    id: 'ip6tables',
    title: 'ip6tables',
    use: 'ip6tables rules',
    argv: ['ip6tables', '-A', 'INPUT', '-j', 'ACCEPT'],
    package: 'iptables',
    module: 'nf_tables',
  },
  { id: 'tc', title: 'tc', use: 'rate, delay, jitter and loss', argv: ['tc', 'qdisc', 'show'], package: 'iproute2' },
  qdisc(
    'tbf',
    'token bucket',
    'a rate by itself',
    ['tbf', 'rate', '1mbit', 'burst', '32k', 'latency', '50ms'],
    'sch_tbf',
  ),
  qdisc('netem', 'netem', 'delay, jitter and loss', ['netem', 'delay', '1ms'], 'sch_netem'),
];

/** The features that an object's commands use. */
export function featuresOf(object: KernelObject): readonly FeatureId[] {
  switch (object.kind) {
    case 'namespace':
    case 'device':
    case 'route':
    case 'foreign-link':
    case 'foreign-qdisc':
      return ['ip'];
    case 'address':
      return object.address.includes(':') ? ['ip', 'ipv6'] : ['ip'];
    case 'veth':
      return ['veth'];
    case 'bridge':
      return ['bridge'];
    case 'sysctl':
      return ['sysctl'];
    case 'chain':
    case 'rules':
      return [object.family === 4 ? 'iptables' : 'ip6tables'];
    case 'qdisc':
      return ['tc', object.type];
  }
}
