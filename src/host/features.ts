/**
 * What a lab may need from the host, and how each is tried for real: a command in a scratch network namespace. The last
 * ones no lab needs by itself: the labs of the course have them in their containers and lessons.
 *
 * Pure: it says what to run; who runs it is `lifecycle/check-host.ts` for one lab and `netlab doctor` for all.
 */
import { INGRESS_FILE } from '../language/lab/ingress.ts';
import type { KernelObject } from '../state/kinds.ts';

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
  | 'ipv6'
  | 'br_netfilter'
  | 'kube-proxy'
  | 'nginx'
  | 'openssl'
  | 'connections'
  | 'busybox'
  | 'ping'
  | 'dig'
  | 'conntrack';

const TRY = 'try0';

function link(id: FeatureId, title: string, use: string, words: readonly string[]): Feature {
  return { id, title, use, argv: ['ip', 'link', 'add', 'name', TRY, ...words], package: 'iproute2', module: id };
}

function qdisc(id: FeatureId, title: string, use: string, words: readonly string[], module: string): Feature {
  return { id, title, use, argv: ['tc', 'qdisc', 'add', 'dev', 'lo', 'root', ...words], package: 'iproute2', module };
}

function program(id: FeatureId, use: string, words: readonly string[], debian: string): Feature {
  return { id, title: id, use, argv: [id, ...words], package: debian };
}

const PROXY_MATCHES = [
  ...['-m', 'comment', '--comment', 'try', '-m', 'statistic', '--mode', 'random', '--probability', '0.5'],
  ...['-m', 'recent', '--name', 'try', '--set', '-m', 'addrtype', '--dst-type', 'LOCAL', '-m', 'mark', '--mark', '1'],
];

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
  {
    id: 'br_netfilter',
    title: 'iptables on bridges',
    use: 'Services, whose answers pass a bridge',
    argv: ['sysctl', '-n', 'net.bridge.bridge-nf-call-iptables'],
    package: 'procps',
    module: 'br_netfilter',
  },
  {
    id: 'kube-proxy',
    title: 'iptables matches of kube-proxy',
    use: 'Services',
    argv: ['iptables', '-t', 'nat', '-A', 'OUTPUT', ...PROXY_MATCHES, '-j', 'MARK', '--set-xmark', '0x4000/0x4000'],
    package: 'iptables',
    module: 'xt_recent',
  },
  program('nginx', 'Ingresses', ['-v'], 'nginx-light'),
  program('openssl', 'TLS of Ingresses', ['version'], 'openssl'),
  { id: 'tc', title: 'tc', use: 'rate, delay, jitter and loss', argv: ['tc', 'qdisc', 'show'], package: 'iproute2' },
  qdisc(
    'tbf',
    'token bucket',
    'a rate by itself',
    ['tbf', 'rate', '1mbit', 'burst', '32k', 'latency', '50ms'],
    'sch_tbf',
  ),
  qdisc('netem', 'netem', 'delay, jitter and loss', ['netem', 'delay', '1ms'], 'sch_netem'),
  {
    id: 'connections',
    title: 'table of connections',
    use: '"conntrack" in checks',
    argv: ['cat', '/proc/net/nf_conntrack'],
    package: 'coreutils',
    module: 'nf_conntrack',
  },
  program('busybox', 'containers of the labs from 15 on', ['true'], 'busybox'),
  program('ping', 'lessons', ['-V'], 'iputils-ping'),
  program('dig', 'lesson of 35-dns', ['-v'], 'bind9-dnsutils'),
  program('conntrack', 'lesson of 40-way-back', ['--version'], 'conntrack'),
];

const certificateTools = (config: string) => (config.includes('ssl_certificate ') ? (['openssl'] as const) : []);

/** The features that an object's commands use. */
export function featuresOf(object: KernelObject): readonly FeatureId[] {
  switch (object.kind) {
    case 'namespace':
    case 'device':
    case 'route':
    case 'foreign-link':
    case 'foreign-qdisc':
    case 'pause':
    case 'node-container':
    case 'pod-container':
    case 'image':
    case 'container':
      return ['ip'];
    case 'file':
      return object.path === INGRESS_FILE ? ['ip', 'nginx', ...certificateTools(object.text)] : ['ip'];
    case 'address':
      return object.address.includes(':') ? ['ip', 'ipv6'] : ['ip'];
    case 'veth':
      return ['veth'];
    case 'bridge':
      return ['bridge'];
    case 'sysctl':
      return object.name.startsWith('net.bridge.') ? ['sysctl', 'br_netfilter'] : ['sysctl'];
    case 'chain':
    case 'rules':
      return [
        object.family === 4 ? 'iptables' : 'ip6tables',
        ...(object.chain.startsWith('KUBE-') ? (['kube-proxy'] as const) : []),
      ];
    case 'qdisc':
      return ['tc', object.type];
  }
}
