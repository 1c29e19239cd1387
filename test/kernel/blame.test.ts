/**
 * Whom a check blames: faults made by hand in a running lab, one after another, where two answer behind each address. The true
 * culprit is named, and no innocent.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilListening } from './fixtures/netserver.ts';
import { inside, isSweep, labFile, netlab, ORDINARY } from './harness.ts';

const who = ORDINARY;
const LAB = 'blame';

const httpd = (node: string, address: string) =>
  `{ node: ${node}, address: ${address}/24, labels: { app: web }, containers: { httpd: { command: [busybox, httpd, -f, -p, "8080", -h, /etc] } } }`;

const TEXT = `
name: ${LAB}
cluster: { masquerade: true }
nodes: { n1: {}, n2: {}, outside: { external: true } }
pods:
  client: { node: n1 }
  shell: { node: n1, containers: { sh: { command: [sleep, infinity] } } }
  host: { node: n1, containers: { httpd: { command: [busybox, httpd, -f, -p, "8081", -h, /etc], ports: [{ containerPort: 8081, hostPort: 9081 }] } } }
  web-0: ${httpd('n1', '10.244.0.40')}
  web-1: ${httpd('n2', '10.244.1.40')}
  shop/back: { node: n1, labels: { app: back } }
  shop/db: { node: n2, labels: { app: db } }
  shop/guest: { node: n2, labels: { app: guest } }
namespaces: { shop: { labels: { team: a } } }
networkPolicies:
  shop/deny: { podSelector: {} }
  shop/db-from-back:
    podSelector: { matchLabels: { app: db } }
    ingress:
      - { from: [{ podSelector: { matchLabels: { app: back } } }], ports: [{ port: 5432 }] }
      - { from: [{ namespaceSelector: { matchLabels: { team: a } }, podSelector: { matchLabels: { app: web } } }], ports: [{ port: 7 }] }
      - { from: [{ ipBlock: { cidr: 172.18.0.0/16, except: [172.18.0.2/31] } }], ports: [{ port: 9 }] }
  shop/guest:
    podSelector: { matchLabels: { app: guest } }
    policyTypes: [Egress]
    egress: [{ to: [{ ipBlock: { cidr: 10.96.0.0/12 } }] }]
services:
  shop/db: { type: NodePort, clusterIP: 10.96.0.54, selector: { app: db }, ports: [{ port: 9, nodePort: 30009 }] }
  web: { type: NodePort, clusterIP: 10.96.0.80, selector: { app: web }, ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] }
  local: { type: NodePort, externalTrafficPolicy: Local, selector: { app: web }, ports: [{ port: 81, targetPort: 8080, nodePort: 30081 }] }
  sticky: { selector: { app: web }, sessionAffinity: ClientIP, ports: [{ port: 82, targetPort: 8080 }] }
ingresses:
  site: { rules: [{ host: a.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }
checks:
  host port: { from: outside, to: n1, port: 9081, protocol: http, path: /hostname, timeout: 400ms, listen: false }
  site: { from: client, to: { service: ingress-nginx/controller }, port: http, protocol: http, host: a.example, path: /hostname, count: 8, timeout: 400ms, listen: false }
  cluster: { from: client, to: { service: web }, protocol: http, path: /hostname, count: 20, timeout: 400ms, listen: false }
  node port: { from: outside, to: n1, port: 30080, protocol: http, path: /hostname, count: 20, timeout: 400ms, listen: false }
  local: { from: outside, to: n2, port: 30081, protocol: http, path: /hostname, timeout: 400ms, listen: false }
  sticky: { from: client, to: { service: sticky }, protocol: http, path: /hostname, timeout: 400ms, listen: false }
  egress: { from: client, to: outside, port: 7, timeout: 400ms }
  name: { from: client, name: web, timeout: 400ms }
  name of a container: { from: shell, name: web, timeout: 400ms }
  policy: { from: shop/back, to: shop/db, port: 5432, timeout: 400ms }
  isolated: { from: client, to: shop/db, port: 5432, timeout: 400ms, expect: blocked }
`;

/** Checks of which none is true, and what is named: nothing is broken, and only policies have to do with it. */
const WISHES: readonly (readonly [wish: string, culprit: RegExp, note?: RegExp])[] = [
  [
    'from: client, to: shop/db, port: 5432',
    /^blocked on n2: shop\/deny isolates db for ingress and no rule of 2 policies lets client \(default\) in on tcp 5432 \(\S+blame\S*\.lab\.yaml:\d+\)$/,
    /^rule 1 of shop\/db-from-back \(\S+:\d+\) lets in pods app=back of shop, and client \(default\) is none of them$/,
  ],
  [
    'from: shop/back, to: shop/db, port: 80',
    /^blocked on n2: shop\/deny isolates db for ingress and no rule of 2 policies lets back \(shop\) in on tcp 80/,
    /^rule 1 of shop\/db-from-back .* lets back \(shop\) in, but on tcp 5432, not tcp 80$/,
  ],
  [
    'from: web-0, to: shop/db, port: 7',
    /^blocked on n2: shop\/deny isolates db .* lets web-0 \(default\) in on tcp 7/,
    /^rule 2 of shop\/db-from-back .* one item needs both: web-0 is one of the pods, but default is none of the namespaces$/,
  ],
  [
    'from: outside, to: n1, port: 30009',
    /^blocked on n2: shop\/deny isolates db .* lets n1 \(172\.18\.0\.2\) in on tcp 9/,
    /^rule 3 of shop\/db-from-back .* a packet of outside \(\S+\) comes from n1 \(172\.18\.0\.2\), which sends it on under its own/,
  ],
  [
    'from: shop/guest, to: { service: shop/db }, port: 9',
    /^blocked on n2: shop\/guest isolates guest for egress and no rule of it lets it out to db \(shop\) on tcp 9/,
    /^rule 1 of shop\/guest .* lets it out to 10\.96\.0\.0\/12, which has 10\.96\.0\.54; but policies see what that is translated to/,
  ],
  ['from: client, to: shell, port: 7, expect: blocked', /^no policy isolates shell for ingress, or client for egress$/],
  [
    'from: shop/back, to: shop/db, port: 5432, expect: blocked',
    /^rule 1 of shop\/db-from-back \(\S+:\d+\) lets back \(shop\) in on tcp 5432$/,
  ],
  ['from: n2, to: shop/db, port: 7, expect: blocked', /^n2 is the node of shop\/db, and no policy judges/],
];

interface Blame {
  readonly fault: string;
  /** Namespace, and lines for its shell. */
  readonly at: string;
  readonly break: string;
  /** `up` mends it where this is left out, by what the lab wants then: pods may have come and gone meanwhile. */
  readonly mend?: string;
  readonly check: string;
  /** All that is named. */
  readonly culprits: readonly RegExp[];
  /** Another one of its kind is tried always, and this one in a sweep. */
  readonly rare?: true;
}

const DROP = 'INPUT -p tcp --dport 8080 -j DROP';
const drop = (name: string, at: string, check: string): Blame => ({
  ...{ fault: name, at, check, break: `iptables -A ${DROP}`, mend: `iptables -D ${DROP}` },
  culprits: [new RegExp(`^the rule -A INPUT .*--dport 8080 -j DROP of ${at} \\(table filter\\) drops it`)],
});

/** What listens on a port of a namespace gets a signal. */
const signal = (name: string, port: number, protocol: 't' | 'u' = 't') =>
  `kill -${name} $(ss -H -ln${protocol}p "sport = :${port}" | sed -n 's/.*pid=\\([0-9]*\\).*/\\1/p')`;

const NEIGHBOUR = 'lladdr 02:00:00:00:00:01 nud permanent dev cbr0';
const EACH_CHAIN = `for c in $(iptables -t nat -S | sed -n 's/^-N \\(KUBE-SVC-.*\\)/\\1/p'); do`;
const EACH_SEP = `for c in $(iptables-save -t nat | sed -n 's/^-A \\(KUBE-SEP-[^ ]*\\) .*--to-destination 10.244.1.40:.*/\\1/p'); do`;

const FAULTS: readonly Blame[] = [
  {
    ...{ fault: 'what is behind a host port drops', at: 'host', check: 'host port' },
    break: 'iptables -A INPUT -p tcp --dport 8081 -j DROP',
    mend: 'iptables -F INPUT',
    culprits: [/^the rule -A INPUT .*--dport 8081 -j DROP of host/],
  },
  drop('one backend of an Ingress drops', 'web-1', 'site'),
  {
    ...{ fault: 'one backend of an Ingress is stopped', at: 'web-0', check: 'site', rare: true },
    break: signal('STOP', 8080),
    mend: signal('CONT', 8080),
    culprits: [/^the server on tcp port 8080 of web-0 \(busybox, process \d+\) is stopped/],
  },
  drop('one replica drops, by cluster IP', 'web-0', 'cluster'),
  { ...drop('the other replica drops, by node port', 'web-1', 'node port'), rare: true },
  drop('the only endpoint of a node drops, policy Local', 'web-1', 'local'),
  {
    ...{ fault: 'a replica drops its answers', at: 'web-0', check: 'cluster', rare: true },
    break: 'iptables -A OUTPUT -p tcp --sport 8080 -j DROP',
    mend: 'iptables -F OUTPUT',
    culprits: [/^the rule -A OUTPUT .*--sport 8080 -j DROP of web-0/],
  },
  {
    ...{ fault: 'a replica rejects with a reset', at: 'web-1', check: 'cluster' },
    break: 'iptables -A INPUT -p tcp --dport 8080 -j REJECT --reject-with tcp-reset',
    mend: 'iptables -F INPUT',
    culprits: [/^the rule -A INPUT .*-j REJECT --reject-with tcp-reset of web-1 \(table filter\) rejects it/],
  },
  {
    ...{ fault: 'a replica drops by nft', at: 'web-0', check: 'cluster' },
    break: 'nft "table inet fw { chain i { type filter hook input priority 0; tcp dport 8080 drop; }; }"',
    mend: 'nft delete table inet fw',
    culprits: [/^the nft rule "tcp dport 8080 drop" of web-0 \(table inet fw, chain i\) blocks it/],
  },
  {
    ...{ fault: 'both are dropped, with session affinity', at: 'n1', check: 'sticky' },
    break: 'iptables -I FORWARD -p tcp --dport 8080 -j DROP',
    mend: 'iptables -D FORWARD -p tcp --dport 8080 -j DROP',
    culprits: [/^the rule -A FORWARD .*--dport 8080 -j DROP of n1/],
  },
  ...['n1', 'n2'].map((at, index) => ({
    ...{ fault: `${at} forwards nothing to one endpoint of a node port`, at, check: 'node port' },
    ...(index === 0 ? {} : ({ rare: true } as const)),
    break: 'iptables -I FORWARD -d 10.244.1.40 -j DROP',
    mend: 'iptables -D FORWARD -d 10.244.1.40 -j DROP',
    culprits: [new RegExp(`^the rule -A FORWARD -d 10.244.1.40/32 -j DROP of ${at}`)],
  })),
  {
    ...{ fault: 'a wrong permanent neighbour behind a cluster IP', at: 'n1', check: 'cluster', rare: true },
    break: `ip neigh replace 10.244.0.40 ${NEIGHBOUR}`,
    mend: 'ip neigh del 10.244.0.40 dev cbr0',
    culprits: [/^n1's neighbour table lies: it has 10\.244\.0\.40 at 02:00:00:00:00:01, but web-0 has/],
  },
  {
    ...{ fault: 'a wrong permanent neighbour behind a node port', at: 'n2', check: 'node port' },
    break: `ip neigh replace 10.244.1.40 ${NEIGHBOUR}`,
    mend: 'ip neigh del 10.244.1.40 dev cbr0',
    culprits: [/^n2's neighbour table lies: it has 10\.244\.1\.40 at 02:00:00:00:00:01, but web-1 has/],
  },
  {
    ...{ fault: 'a server that is stopped', at: 'web-1', check: 'cluster' },
    break: signal('STOP', 8080),
    mend: signal('CONT', 8080),
    culprits: [/^the server on tcp port 8080 of web-1 \(busybox, process \d+\) is stopped/],
  },
  {
    ...{ fault: 'a route between nodes is gone', at: 'n1', check: 'cluster', rare: true },
    break: 'ip route del 10.244.1.0/24',
    mend: 'ip route add 10.244.1.0/24 via 172.18.0.3 dev eth0',
    culprits: [/^n1 has no route to 10\.244\.1\.40; the lab gives it 10\.244\.1\.0\/24 via 172\.18\.0\.3/],
  },
  {
    ...{ fault: 'a port is pulled out of its bridge', at: 'n1', check: 'cluster', rare: true },
    break: 'ip link set veth-web-0 nomaster',
    mend: 'ip link set veth-web-0 master cbr0; bridge link set dev veth-web-0 hairpin on',
    culprits: [/^veth-web-0 of n1, the port of web-0, is in no bridge; it belongs into cbr0/],
  },
  {
    ...{ fault: 'an interface of an endpoint is down', at: 'web-1', check: 'node port' },
    break: 'ip link set eth0 down',
    mend: 'ip link set eth0 up; ip route add default via 10.244.1.1',
    culprits: [/^eth0 of web-1 is down/],
  },
  {
    ...{ fault: 'a policy rule swallows the answers of one', at: 'web-1', check: 'cluster', rare: true },
    break: 'ip rule add pref 5 to 10.244.0.0/24 blackhole',
    mend: 'ip rule del pref 5',
    culprits: [/^on the way back, web-1 has the route .* takes none: a rule comes before it/],
  },
  {
    ...{ fault: 'a node does not forward', at: 'n2', check: 'node port', rare: true },
    break: 'sysctl -qw net.ipv4.ip_forward=0',
    mend: 'sysctl -qw net.ipv4.ip_forward=1',
    culprits: [/^n2 does not forward: net\.ipv4\.ip_forward is 0/],
  },
  {
    ...{ fault: 'a node does not forward what comes in by one interface', at: 'n1', check: 'cluster' },
    break: 'sysctl -qw net.ipv4.conf.cbr0.forwarding=0',
    mend: 'sysctl -qw net.ipv4.conf.cbr0.forwarding=1',
    culprits: [/^n1 does not forward what comes in on cbr0: net\.ipv4\.conf\.cbr0\.forwarding is 0/],
  },
  {
    ...{ fault: 'a policy rule of a node swallows what a pod sends to one', at: 'n1', check: 'cluster', rare: true },
    break: 'ip rule add pref 5 to 10.244.1.40 iif cbr0 blackhole',
    mend: 'ip rule del pref 5',
    culprits: [/^n1 has the route 10\.244\.1\.0\/24 for 10\.244\.1\.40 .* takes none: a rule comes before it/],
  },
  {
    ...{ fault: 'a node answers no ARP', at: 'n1', check: 'cluster', rare: true },
    break: 'sysctl -qw net.ipv4.conf.cbr0.arp_ignore=8; ip -n client neigh flush dev eth0',
    mend: 'sysctl -qw net.ipv4.conf.cbr0.arp_ignore=0; ip -n client neigh flush dev eth0',
    culprits: [/^n1 answers nobody who asks by ARP for 10\.244\.0\.1 on cbr0: net\.ipv4\.conf\.cbr0\.arp_ignore is 8/],
  },
  {
    ...{ fault: 'nothing is tracked', at: 'n1', check: 'cluster' },
    break: 'iptables -t raw -A PREROUTING -i cbr0 -j NOTRACK',
    mend: 'iptables -t raw -F PREROUTING',
    culprits: [
      /^the rule -A PREROUTING -i cbr0 -j (NOTRACK|CT --notrack) of n1 \(table raw\) changes it, and is not the lab's/,
    ],
  },
  {
    ...{ fault: 'packets live for one hop', at: 'n1', check: 'cluster', rare: true },
    break: 'iptables -t mangle -A PREROUTING -i cbr0 -j TTL --ttl-set 1',
    mend: 'iptables -t mangle -F PREROUTING',
    culprits: [/^the rule -A PREROUTING -i cbr0 -j TTL --ttl-set 1 of n1 \(table mangle\) changes it/],
  },
  {
    ...{ fault: 'the rule that masquerades is gone', at: 'n1', check: 'egress' },
    break: 'iptables -t nat -F POSTROUTING',
    culprits: [
      /^n1 lacks a rule in table nat that the lab gives it: -A POSTROUTING -s 10\.244\.0\.0\/16 .*-j MASQUERADE/,
    ],
  },
  {
    ...{ fault: 'a bridge drops by nft', at: 'n1', check: 'cluster' },
    break: 'nft "table bridge t { chain c { type filter hook forward priority 0; ip daddr 10.244.0.40 drop; }; }"',
    mend: 'nft delete table bridge t',
    culprits: [/^the nft rule "ip daddr 10\.244\.0\.40 drop" of n1 \(table bridge t, chain c\)/],
  },
  {
    ...{ fault: 'an interface drops by nft', at: 'web-1', check: 'cluster', rare: true },
    break:
      'nft "table netdev t { chain c { type filter hook ingress device eth0 priority 0; tcp dport 8080 drop; }; }"',
    mend: 'nft delete table netdev t',
    culprits: [/^the nft rule "tcp dport 8080 drop" of web-1 \(table netdev t, chain c\) (may block|blocks) it/],
  },
  {
    ...{ fault: 'an interface is slowed down', at: 'web-1', check: 'cluster', rare: true },
    break: 'tc qdisc add dev eth0 root tbf rate 8bit burst 10 latency 1ms',
    mend: 'tc qdisc del dev eth0 root',
    culprits: [/^eth0 of web-1 is shaped by tbf/],
  },
  {
    ...{ fault: 'isolated ports', at: 'n1', check: 'cluster' },
    break: 'for p in client web-0; do bridge link set dev veth-$p isolated on; done',
    mend: 'for p in client web-0; do bridge link set dev veth-$p isolated off; done',
    culprits: [/^(on the way back, )?veth-\S+ and veth-\S+ of n1 are isolated ports of cbr0/],
  },
  {
    ...{ fault: "a rule by hand in kube-proxy's chain", at: 'n1', check: 'cluster' },
    break: `${EACH_CHAIN} iptables -t nat -I $c -p tcp -j DNAT --to-destination 10.244.0.2:99; done`,
    mend: `${EACH_CHAIN} iptables -t nat -D $c 1; done`,
    culprits: [/^the rule -A KUBE-SVC-\S+ -p tcp -j DNAT --to-destination 10\.244\.0\.2:99 of n1/],
  },
  {
    ...{ fault: 'the rules of one endpoint are gone', at: 'n1', check: 'cluster' },
    break: `${EACH_SEP} iptables -t nat -F $c; done`,
    culprits: [/^n1 lacks a rule of kube-proxy's in table nat: -A KUBE-SEP-\S+ -s 10\.244\.1\.40\/32/],
  },
  {
    ...{ fault: 'a set of a policy was emptied', at: 'n2', check: 'policy' },
    break: 'ipset flush PODS-shop/app=back',
    culprits: [/^the set PODS-shop\/app=back of n2 lacks 10\.244\.0\.\d+, back \(shop\); the lab has it there$/],
  },
  {
    ...{ fault: "a policy's chain was emptied", at: 'n2', check: 'policy', rare: true },
    break: 'iptables -F NETPOL-IN-shop/db-from-back',
    culprits: [/^n2 lacks a rule in table filter .*: -A NETPOL-IN-shop\/db-from-back .*"shop\/db-from-back rule 1"/],
  },
  {
    ...{ fault: 'a rule by hand drops what policies let in', at: 'n2', check: 'policy', rare: true },
    break: 'iptables -A FORWARD -p tcp --dport 5432 -j DROP',
    mend: 'iptables -D FORWARD -p tcp --dport 5432 -j DROP',
    culprits: [/^the rule -A FORWARD .*--dport 5432 -j DROP of n2/],
  },
  {
    ...{ fault: 'an isolated pod is in no set', at: 'n2', check: 'isolated' },
    break: 'ipset flush NETPOL-IN',
    culprits: [/^the set NETPOL-IN of n2 lacks 10\.244\.1\.\d+, db \(shop\)/],
  },
  {
    ...{ fault: 'a rule by hand stands before the policies', at: 'n2', check: 'isolated', rare: true },
    break: 'iptables -I FORWARD -p tcp -j ACCEPT',
    mend: 'iptables -D FORWARD -p tcp -j ACCEPT',
    culprits: [/^the rule -A FORWARD -p tcp -j ACCEPT of n2 \(table filter\) lets it past the policies/],
  },
  {
    ...{ fault: 'the DNS server drops questions', at: 'kube-system_coredns', check: 'name' },
    break: 'iptables -A INPUT -p udp --dport 53 -j DROP',
    mend: 'iptables -F INPUT',
    culprits: [/^the rule -A INPUT -p udp .*--dport 53 -j DROP of kube-system\/coredns/],
  },
  {
    ...{ fault: 'a node drops questions to the DNS server', at: 'n1', check: 'name' },
    break: 'iptables -I FORWARD -p udp --dport 53 -j DROP',
    mend: 'iptables -D FORWARD -p udp --dport 53 -j DROP',
    culprits: [/^the rule -A FORWARD -p udp .*--dport 53 -j DROP of n1/],
  },
  {
    ...{ fault: 'the DNS server is stopped', at: 'kube-system_coredns', check: 'name' },
    break: signal('STOP', 53, 'u'),
    mend: signal('CONT', 53, 'u'),
    culprits: [/^(the server on udp port 53 of kube-system\/coredns .* is stopped|Service .*has no ready endpoints)/],
  },
  {
    ...{ fault: 'the Service of the DNS has lost its rules', at: 'n1', check: 'name' },
    break: 'iptables -t nat -F KUBE-SERVICES',
    culprits: [/^n1 lacks a rule of kube-proxy's in table nat: -A KUBE-SERVICES -d 10\.96\.0\.10\/32/],
  },
  {
    ...{ fault: 'a resolv.conf was changed by hand', at: 'shell', check: 'name of a container' },
    break:
      'F=$(find /run/netlab/pods/shell -name resolv.conf | head -1); cp $F /run/blame; echo nameserver 10.9.9.9 >$F',
    mend: 'F=$(find /run/netlab/pods/shell -name resolv.conf | head -1); cat /run/blame >$F',
    culprits: [/^\/etc\/resolv\.conf of shell is not as the lab has it: it lacks "search default\.svc/],
  },
];

interface Told {
  readonly passed: boolean;
  readonly message: string;
  readonly details: readonly string[];
}

interface WhyProbe {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly verdict: string;
  readonly why: {
    readonly kind: string;
    readonly text: string;
    readonly by: readonly { readonly policy: string; readonly direction: string; readonly rule: number | null }[];
  };
}

async function check(name: string): Promise<Told> {
  const { stdout, stderr } = await netlab(who, ['check', LAB, '--json', '--only', name]);
  if (!stdout.startsWith('{')) throw new Error(stderr);
  return JSON.parse(stdout).checks[0];
}

describe('a check blames', () => {
  const file = labFile(TEXT, LAB);
  beforeAll(async () => {
    const up = await netlab(who, ['up', file]);
    if (up.code !== 0) throw new Error(up.stderr);
    await untilListening(who, LAB, ['web-0', 'web-1'], 8080, ['tcp']);
  });
  afterAll(() => netlab(who, ['down', LAB]));

  it('policies for what they block and for what they let through', async () => {
    const checks = WISHES.map(([wish], index) => `  wish ${index}: { timeout: 300ms, ${wish} }\n`);
    const wishes = labFile(TEXT + checks.join(''), `${LAB}-wishes`);
    const { stdout } = await netlab(who, ['check', wishes, '--json', '--only', 'wish *']);
    const told: readonly Told[] = JSON.parse(stdout).checks;
    const linesOf = ({ details }: Told, word: string) =>
      details.flatMap(line => (line.startsWith(`${word}: `) ? [line.slice(word.length + 2)] : []));
    expect(told.map(one => linesOf(one, 'culprit'))).toEqual(
      WISHES.map(([, culprit]) => [expect.stringMatching(culprit)]),
    );
    expect(told.map(one => linesOf(one, 'note').filter(note => note.startsWith('rule ')))).toEqual(
      WISHES.map(([, , note]) => (note ? [expect.stringMatching(note)] : [])),
    );
  });

  it('for each pair the rule that its packet met, and a rule by hand where that drops it', async () => {
    const drop = 'FORWARD -s 10.244.0.40 -p tcp --dport 7 -j DROP';
    expect(await inside(who, LAB, 'n2', ['sh', '-c', `iptables -I ${drop}`])).toMatchObject({ code: 0 });
    const pods = ['client', 'web-0', 'shop/back', 'shop/db'].flatMap(name => ['--from', name]);
    const asked = ['--to', 'shop/db', '--to', 'web-1', '--port', '5432,7', '--timeout', '300ms'];
    const { stdout } = await netlab(who, ['reach', LAB, '--why', '--json', ...pods, ...asked]);
    expect(await inside(who, LAB, 'n2', ['sh', '-c', `iptables -D ${drop}`])).toMatchObject({ code: 0 });
    const { probes } = JSON.parse(stdout) as { readonly probes: readonly WhyProbe[] };
    const told = probes.map(({ from, to, port, verdict, why: { kind, by } }) => {
      const rules = by.map(({ policy, direction, rule }) => [policy, direction, rule].join(' '));
      return [`${from} ${to} ${port} ${verdict} ${kind}`, ...rules].join(': ');
    });
    const blocked = (name: string, port: number) => `${name} shop/db ${port} dropped blocked: shop/deny ingress `;
    const free = (name: string, port: number) => `${name} default/web-1 ${port} open not isolated`;
    expect(told.sort()).toEqual(
      [
        ...['default/client', 'shop/back', 'shop/db'].map(name => free(name, 7)),
        ...['default/client', 'default/web-0', 'shop/back', 'shop/db'].map(name => free(name, 5432)),
        ...['default/client', 'shop/back'].map(name => blocked(name, 7)),
        ...['default/client', 'default/web-0'].map(name => blocked(name, 5432)),
        'shop/back shop/db 5432 open allowed: shop/db-from-back ingress 1',
        ...['default/web-1', 'shop/db'].map(to => `default/web-0 ${to} 7 dropped other`),
      ].sort(),
    );
    const byHand = probes.filter(({ why }) => why.kind === 'other').map(({ why }) => why.text);
    expect(byHand).toEqual(Array(2).fill(expect.stringContaining('the rule -A FORWARD -s 10.244.0.40/32')));
  });

  it.each(FAULTS.filter(({ rare }) => isSweep || !rare))(
    'where $fault',
    async ({ at, break: broken, mend, check: name, culprits }) => {
      const ask = (line: string) => inside(who, LAB, at, ['sh', '-c', line]);
      expect(await ask(broken)).toMatchObject({ code: 0 });
      const { passed, message, details } = await check(name);
      const named = details.flatMap(line => /^culprit: (.*)/.exec(line)?.[1] ?? []);
      expect(await (mend === undefined ? netlab(who, ['up', file]) : ask(mend))).toMatchObject({ code: 0 });
      const expected = { passed: false, named: culprits.map(text => expect.stringMatching(text)) };
      expect({ passed, named, message, details }).toMatchObject(expected);
    },
  );

  it('nobody where all is well again', async () => {
    const { code, stdout } = await netlab(who, ['check', LAB, '--wait', '30s']);
    expect({ code, stdout }).toMatchObject({ code: 0 });
  });
});
