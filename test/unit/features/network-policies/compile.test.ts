import { describe, expect, test } from 'vitest';
import { compile } from '../../../../src/pipeline/compile.ts';
import type { IpSet } from '../../../../src/state/ip-set.ts';
import { labOf } from '../../resolve/lab-of.ts';

const LAB = `
nodes: { node1: {}, node2: {}, office: { external: true } }
namespaces: { ops: { labels: { team: ops } } }
pods:
  shop/web: { node: node1, labels: { app: web } }
  shop/db: { node: node2, labels: { app: db }, containers: { c: { command: [sleep], ports: [{ name: sql, containerPort: 5432 }] } } }
  ops/probe: { node: node1 }
  ops/agent: { node: node1, hostNetwork: true }
networkPolicies:
`;

function compiled(policies: string, lab = LAB) {
  const objects = [...compile(labOf(lab + policies), { ipv6: true }).values()].map(({ object }) => object);
  const isOurs = (chain: string) => chain.startsWith('NETPOL') || chain === 'FORWARD';
  return {
    objects,
    rules: (node: string, chain: string, family = 4) =>
      objects.flatMap(one =>
        one.kind === 'rules' && one.ns === node && one.family === family && one.chain === chain
          ? one.rules.map(words => words.join(' '))
          : [],
      ),
    chains: (node: string) =>
      objects.flatMap(one => (one.kind === 'rules' && one.ns === node && isOurs(one.chain) ? [one.chain] : [])),
    sets: (node: string) =>
      Object.fromEntries(
        objects.flatMap(one => (one.kind === 'ip-set' && one.ns === node ? [[one.name, one.members]] : [])),
      ) as Record<string, IpSet['members']>,
  };
}

const DB_FROM_WEB = `
  shop/db-from-web:
    podSelector: { matchLabels: { app: db } }
    ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 5432 }] }]
`;

describe('a policy', () => {
  const { rules, sets, chains } = compiled(DB_FROM_WEB);

  test('is asked before all else, on every node of the cluster', () => {
    expect(rules('node1', 'FORWARD')).toEqual(['-m comment --comment network policies -j NETPOL']);
    expect(rules('node2', 'FORWARD')).toEqual(rules('node1', 'FORWARD'));
    expect(chains('office')).toEqual([]);
  });

  test('is reached by sets, from the isolated pod to its namespace to what selects it', () => {
    expect(rules('node2', 'NETPOL')).toEqual([
      '-m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment replies and open connections -j RETURN',
      '-m set --match-set NETPOL-IN dst -m comment --comment isolated for ingress -j NETPOL-IN',
    ]);
    expect(rules('node2', 'NETPOL-IN')).toEqual([
      '-m comment --comment nothing is allowed yet -j MARK --set-xmark 0x0/0x10000',
      '-m set --match-set NETPOL-IN-shop dst -m comment --comment shop -g NETPOL-IN-shop',
    ]);
    expect(rules('node2', 'NETPOL-IN-shop')).toEqual([
      '-m set --match-set NETPOL-shop/db-from-web dst -m comment --comment shop/db-from-web -j NETPOL-IN-shop/db-from-web',
      '-m mark --mark 0x10000/0x10000 -m comment --comment a policy lets it in -g NETPOL-PASS',
      '-m comment --comment no policy of shop lets it in -j DROP',
    ]);
  });

  test('marks what it lets in, which goes back to FORWARD without the mark', () => {
    expect(rules('node2', 'NETPOL-IN-shop/db-from-web')).toEqual([
      '-p tcp -m set --match-set PODS-shop/app=web src -m tcp --dport 5432 -m comment --comment shop/db-from-web rule 1 -g NETPOL-ALLOW',
    ]);
    expect(rules('node2', 'NETPOL-ALLOW')).toEqual([
      '-m comment --comment allowed -j MARK --set-xmark 0x10000/0x10000',
    ]);
    expect(rules('node2', 'NETPOL-PASS')).toEqual([
      '-m comment --comment other rules may follow -j MARK --set-xmark 0x0/0x10000',
    ]);
  });

  test('isolates the pods of its node there, and knows its peers everywhere', () => {
    const local = { 'NETPOL-IN': ['10.244.1.2'], 'NETPOL-IN-shop': ['10.244.1.2'] };
    const web = { 'PODS-shop/app=web': ['10.244.0.3'] };
    expect(sets('node2')).toEqual({ ...local, 'NETPOL-shop/db-from-web': ['10.244.1.2'], ...web });
    const none = { 'NETPOL-IN': [], 'NETPOL-IN-shop': [], 'NETPOL-shop/db-from-web': [] };
    expect(sets('node1')).toEqual({ ...none, ...web });
  });

  test('is nothing where there is none', () => {
    const { objects } = compiled('', 'nodes: { a: {} }\npods: { web: {} }');
    expect(objects.filter(({ kind }) => kind === 'ip-set' || kind === 'rules')).toEqual([]);
  });
});

const NEWCOMER = '  shop/web2: { node: node2, labels: { app: web } }\n';

test.each([
  ['comes', LAB.replace('networkPolicies', `${NEWCOMER}networkPolicies`).replace(`${NEWCOMER}network`, 'network')],
  ['is labelled anew', LAB.replace('labels: { app: web }', 'labels: { app: other }')],
  ['goes', LAB.replace(/ {2}shop\/web:.*\n/, '')],
])('a pod that %s changes members of sets, and neither a chain nor which sets there are', (_, other) => {
  const policies = DB_FROM_WEB.replace('  shop/', '  shop/');
  const [was, now] = [compiled(policies), compiled(policies, other)];
  const ofChains = ({ objects }: typeof was) => objects.filter(({ kind }) => kind === 'chain' || kind === 'rules');
  expect(ofChains(now)).toEqual(ofChains(was));
  expect(Object.keys(now.sets('node2'))).toEqual(Object.keys(was.sets('node2')));
});

describe('rules', () => {
  const allowed = (spec: string, direction = 'IN') => {
    const { rules, sets } = compiled(`  shop/p: { podSelector: {}, policyTypes: [Ingress, Egress], ${spec} }`);
    const words = rules('node1', `NETPOL-${direction}-shop/p`).map(rule => rule.replace(/ -m comment .*/, ''));
    return { words: words.map(rule => rule.replace(/^-m comment.*/, '')), sets: sets('node1') };
  };

  test.each([
    ['nobody', '[]', []],
    ['everybody', '[{}]', ['']],
    [
      'everybody on every port of a protocol',
      '[{ ports: [{ protocol: UDP }, { protocol: UDP, port: 53 }] }]',
      ['-p udp'],
    ],
    ['a range', '[{ ports: [{ port: 8000, endPort: 8999 }] }]', ['-p tcp -m tcp --dport 8000:8999']],
    [
      'several ports at once, each protocol by itself',
      '[{ ports: [{ port: 80 }, { port: 443 }, { port: 53, protocol: UDP }, { port: 9, protocol: SCTP }] }]',
      ['-p tcp -m multiport --dports 80,443', '-p udp -m udp --dport 53', '-p sctp -m sctp --dport 9'],
    ],
    ['a block', '[{ from: [{ ipBlock: { cidr: 192.0.2.0/24 } }] }]', ['-s 192.0.2.0/24']],
    ['every address', '[{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }]', ['']],
    ['a block of the other family', '[{ from: [{ ipBlock: { cidr: "fd00::/8" } }] }]', []],
    [
      'one of two peers on one of two ports',
      '[{ from: [{ podSelector: {} }, { ipBlock: { cidr: 192.0.2.1/32 } }], ports: [{ port: 80 }, { port: sql }] }]',
      [
        '-m set --match-set PODS-shop/* src -m set --match-set PORT-tcp/sql dst,dst',
        '-p tcp -m set --match-set PODS-shop/* src -m tcp --dport 80',
        '-s 192.0.2.1/32 -m set --match-set PORT-tcp/sql dst,dst',
        '-s 192.0.2.1/32 -p tcp -m tcp --dport 80',
      ],
    ],
  ])('for %s', (_, ingress, expected) => {
    expect(allowed(`ingress: ${ingress}`).words).toEqual(expected);
  });

  test('of more than fifteen ports are several, as the match takes no more, and a range counts twice', () => {
    const ports = Array.from({ length: 14 }, (_, i) => `{ port: ${i + 1} }`);
    const { words } = allowed(`ingress: [{ ports: [${ports}, { port: 20, endPort: 30 }, { port: 40 }] }]`);
    expect(words.map(rule => rule.split(' ').at(-1))).toEqual(['1,2,3,4,5,6,7,8,9,10,11,12,13,14', '20:30,40']);
  });

  test('for what leaves look at the other end', () => {
    const { words } = allowed('egress: [{ to: [{ ipBlock: { cidr: 192.0.2.0/24 } }, { podSelector: {} }] }]', 'OUT');
    expect(words).toEqual(['-d 192.0.2.0/24', '-m set --match-set PODS-shop/* dst']);
  });

  test('with a name look for whatever is called so, on each pod by its own number', () => {
    expect(allowed('ingress: [{ ports: [{ port: sql }] }]').sets['PORT-tcp/sql']).toEqual(['10.244.1.2,tcp:5432']);
    expect(allowed('ingress: [{ ports: [{ port: sql, protocol: UDP }] }]').sets['PORT-udp/sql']).toEqual([]);
  });

  test.each([
    ['10.0.0.0/8', ['10.1.0.0/16', '10.2.0.1/32'], ['10.0.0.0/8', '10.1.0.0/16 nomatch', '10.2.0.1 nomatch']],
    ['0.0.0.0/0', ['10.0.0.0/8'], ['0.0.0.0/1', '128.0.0.0/1', '10.0.0.0/8 nomatch']],
    ['0.0.0.0/0', ['128.0.0.0/1'], ['0.0.0.0/1']],
  ])('for %s except %s have a set', (cidr, except, members) => {
    const { sets } = allowed(`ingress: [{ from: [{ ipBlock: { cidr: ${cidr}, except: [${except}] } }] }]`);
    expect(Object.entries(sets).find(([name]) => name.startsWith('BLOCK'))?.[1]).toEqual(members);
  });
});

describe('peers', () => {
  const membersOf = (peer: string) => {
    const { sets } = compiled(`  shop/p: { podSelector: {}, ingress: [{ from: [${peer}] }] }`);
    return Object.entries(sets('node1')).filter(([name]) => name.startsWith('PODS'));
  };
  const [web, db, probe] = ['10.244.0.3', '10.244.1.2', '10.244.0.2'];

  test.each([
    ['{ podSelector: {} }', 'PODS-shop/*', [db, web]],
    ['{ podSelector: { matchLabels: { app: web } } }', 'PODS-shop/app=web', [web]],
    ['{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [web] }] } }', 'PODS-shop/app=web', [web]],
    [
      '{ podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [web] }] } }',
      'PODS-shop/app!=web',
      [db],
    ],
    ['{ podSelector: { matchExpressions: [{ key: app, operator: Exists }] } }', 'PODS-shop/app', [db, web]],
    ['{ namespaceSelector: {} }', 'PODS-ns:*/*', [probe, db, web]],
    ['{ namespaceSelector: { matchLabels: { team: ops } } }', 'PODS-ns:team=ops/*', [probe]],
    ['{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ops } } }', 'PODS-ops/*', [probe]],
    [
      '{ namespaceSelector: { matchLabels: { team: ops } }, podSelector: { matchLabels: { app: web } } }',
      'PODS-ns:team=ops/app=web',
      [],
    ],
  ])('%s are %s', (peer, name, members) => {
    expect(membersOf(peer).map(([own, list]) => [own, [...list].sort()])).toEqual([[name, [...members].sort()]]);
  });

  test('that several rules have are one set', () => {
    const peer = '{ from: [{ podSelector: {} }] }';
    const { sets } = compiled(
      `  shop/a: { podSelector: {}, ingress: [${peer}, ${peer}] }\n  shop/b: { podSelector: {}, ingress: [${peer}] }`,
    );
    expect(Object.keys(sets('node1')).filter(name => name.startsWith('PODS'))).toEqual(['PODS-shop/*']);
  });
});

test('the mark is another one where kube-proxy has that bit', () => {
  const lab = LAB.replace('\nnodes', '\ncluster: { kubeProxy: { iptables: { masqueradeBit: 16 } } }\nnodes');
  const marked = (bit: string) => [`-m comment --comment allowed -j MARK --set-xmark ${bit}/${bit}`];
  const services = 'services: { shop/db: { selector: { app: db }, ports: [{ port: 5432 }] } }\n';
  const served = lab.replace('\nnodes', `\n${services}nodes`);
  expect(compiled(DB_FROM_WEB, served).rules('node2', 'NETPOL-ALLOW')).toEqual(marked('0x20000'));
  // Without Services it has no rules.
  expect(compiled(DB_FROM_WEB, lab).rules('node2', 'NETPOL-ALLOW')).toEqual(marked('0x10000'));
});

test('names that are too long keep their beginning, and no two become one', () => {
  const long = (end: string) => `  shop/${'a'.repeat(60)}${end}: { podSelector: {} }\n`;
  const { objects } = compiled(long('b') + long('c'));
  const chains = new Set(objects.flatMap(one => (one.kind === 'chain' && one.ns === 'node1' ? [one.chain] : [])));
  const sets = objects.flatMap(one => (one.kind === 'ip-set' && one.ns === 'node1' ? [one.name] : []));
  expect([...chains].filter(name => name.startsWith('NETPOL-IN-shop/aaa'))).toHaveLength(2);
  expect(Math.max(...[...chains].map(({ length }) => length))).toBe(28);
  expect(new Set(sets).size).toBe(sets.length);
  expect(Math.max(...sets.map(({ length }) => length))).toBe(31);
});

test('peers whose names could be read in two ways have two sets', () => {
  const peer = (namespaceKey: string, podKey: string) =>
    `{ namespaceSelector: { matchExpressions: [{ key: ${namespaceKey}, operator: Exists }] }, podSelector: { matchLabels: { ${podKey}: x } } }`;
  const { sets } = compiled(
    `  shop/a: { podSelector: {}, ingress: [{ from: [${peer('a', 'b/c')}, ${peer('a/b', 'c')}] }] }`,
  );
  expect(Object.keys(sets('node1')).filter(name => name.startsWith('PODS'))).toHaveLength(2);
});

test('IPv6 has sets and rules of its own, by which neighbours always find each other', () => {
  const lab = LAB.replace('\nnodes', '\ncluster: { podCIDR: [10.244.0.0/16, "fd00:244::/48"] }\nnodes');
  const { rules, sets } = compiled(DB_FROM_WEB, lab);
  expect(sets('node2')['NETPOL6-IN']).toEqual(['fd00:244:0:1::2']);
  expect(rules('node2', 'NETPOL', 6).filter(rule => rule.includes('icmpv6-type 135'))).toHaveLength(1);
  expect(rules('node2', 'NETPOL', 6).filter(rule => rule.endsWith('-j DROP'))).toEqual([
    '-m set --match-set NETPOL6-fe80 src -m comment --comment no policy knows link-local addresses -j DROP',
    '-m set --match-set NETPOL6-fe80 dst -m comment --comment no policy knows link-local addresses -j DROP',
  ]);
  expect([sets('node1')['NETPOL6-fe80'], sets('node2')['NETPOL6-fe80']]).toEqual([[], ['fe80::/10']]);
  expect(rules('node2', 'NETPOL-IN-shop/db-from-web', 6)[0]).toContain('PODS6-shop/app=web src');
});
