import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Lab } from '../../../../src/language/lab/lab.ts';
import { compile } from '../../../../src/pipeline/compile.ts';
import { keyOf } from '../../../../src/state/kinds.ts';
import { parseSave } from '../../../../src/state/netfilter.ts';
import { labOf } from '../../resolve/lab-of.ts';
import { staleness } from '../../state/staleness.ts';

/** What version 1.1.1 of the plugin makes of the ports of `RECORDED`. */
const [ipv4 = '', ipv6 = ''] = readFileSync(new URL('./portmap/save.txt', import.meta.url), 'utf8').split(
  /(?<=\n)(?=\*nat)/,
);
const RECORDED = readFileSync(new URL('./portmap/lab.yaml', import.meta.url), 'utf8');

const natOf = (lab: Lab, ns: string) =>
  [...compile(lab, { ipv6: true }).values()].flatMap(({ object }) =>
    (object.kind === 'chain' || object.kind === 'rules') && object.ns === ns ? [object] : [],
  );

describe('host ports', () => {
  test('make the chains that the plugin makes', () => {
    const recorded = [...parseSave({ ns: 'node1', family: 4 }, ipv4), ...parseSave({ ns: 'node1', family: 6 }, ipv6)];
    const byKey = (objects: ReturnType<typeof natOf>) => new Map(objects.map(object => [keyOf(object), object]));
    expect(byKey(natOf(labOf(RECORDED), 'node1'))).toEqual(byKey(recorded));
  });

  test('of more than fifteen ports are several rules, as one takes no more', () => {
    const ports = Array.from({ length: 17 }, (_, i) => `{ containerPort: ${i + 1}, hostPort: ${i + 100} }`);
    const pod = `{ containers: { c: { command: [sleep], ports: [${ports}] } } }`;
    const rules = natOf(labOf(`nodes: { a: {} }\npods: { web: ${pod} }`), 'a').find(
      object => object.kind === 'rules' && object.chain === 'CNI-HOSTPORT-DNAT',
    );
    const ranges = rules?.kind === 'rules' ? rules.rules.map(words => words[words.indexOf('--dports') + 1]) : [];
    expect(ranges).toEqual(['100,101,102,103,104,105,106,107,108,109,110,111,112,113,114', '115,116']);
  });

  test('are looked up behind the rules of Services, and masqueraded before them', () => {
    const pod = '{ containers: { c: { command: [sleep], ports: [{ containerPort: 80, hostPort: 80 }] } } }';
    const text = `cluster: { masquerade: true }\nnodes: { a: {} }\npods: { web: ${pod} }\nservices: { web: { ports: [{ port: 80 }] } }`;
    const rules = natOf(labOf(text), 'a').flatMap(object => (object.kind === 'rules' ? [object] : []));
    const targets = (chain: string) =>
      rules
        .find(item => item.chain === chain && item.table === 'nat')
        ?.rules.map(words => words[words.indexOf('-j') + 1]);
    expect(targets('PREROUTING')).toEqual(['KUBE-SERVICES', 'CNI-HOSTPORT-DNAT']);
    expect(targets('POSTROUTING')).toEqual(['CNI-HOSTPORT-MASQ', 'KUBE-POSTROUTING', 'MASQUERADE']);
  });
});

describe('connections to host ports', () => {
  const ports = [
    '{ containerPort: 80, hostPort: 53, protocol: UDP }',
    '{ containerPort: 81, hostPort: 54, protocol: UDP, hostIP: 172.18.0.2 }',
    '{ containerPort: 82, hostPort: 30053, protocol: UDP }',
    '{ containerPort: 83, hostPort: 55 }',
  ];
  const lab = labOf(`
nodes: { a: {}, b: {} }
pods: { web: { node: a, containers: { c: { command: [sleep], ports: [${ports}] } } } }
`);
  const isStale = (at: string, answer: string, ns = 'a') => {
    const [destination = '', port] = at.split(' ');
    const [answeredBy = '', answeringPort] = answer.split(' ');
    const connection = { source: '172.18.0.9', destination, port: Number(port), answeredBy };
    const own = ['127.0.0.1', '172.18.0.2', '10.244.0.1'];
    return staleness(lab, ns)?.({ ...connection, answeringPort: Number(answeringPort) }, address =>
      own.includes(address),
    );
  };

  test.each([
    ['172.18.0.2 53', '10.244.0.2 80', false],
    ['172.18.0.2 53', '10.244.0.9 80', true],
    ['172.18.0.2 53', '10.244.0.2 99', true],
    ['172.18.0.2 53', '172.18.0.2 53', true],
    ['10.244.0.1 53', '10.244.0.9 80', true],
    ['127.0.0.1 53', '127.0.0.1 53', true],
    ['172.18.0.3 53', '172.18.0.3 53', false],
    ['172.18.0.3 53', '10.244.0.2 80', true],
    ['172.18.0.2 54', '10.244.0.9 81', true],
    ['10.244.0.1 54', '10.244.0.1 54', false],
    ['172.18.0.2 30053', '10.244.0.2 82', false],
    ['172.18.0.2 55', '10.244.0.2 83', true],
  ])('to %s, answered by %s: stale is %s', (at, answer, expected) => expect(isStale(at, answer)).toBe(expected));

  test('are looked at on the node of the pod', () =>
    expect(isStale('172.18.0.3 53', '10.244.0.2 80', 'b')).toBeUndefined());
});

describe('pods with host ports and without a node', () => {
  const pod = (extra: string, port = 80) =>
    `{ ${extra} containers: { c: { command: [sleep], ports: [{ containerPort: 1, hostPort: ${port} }] } } }`;
  const nodesOf = (lab: Lab) => Object.fromEntries(lab.pods.map(({ key, node }) => [key, node]));

  test('go where their ports are free, also where more pods are', () => {
    const text = `nodes: { a: {}, b: {} }\npods: { x: { node: b }, y: { node: b }, fixed: ${pod('node: a,')}, free: ${pod('')} }`;
    expect(nodesOf(labOf(text))).toMatchObject({ free: 'b' });
  });

  test('stay where they are, unless somebody is to have their port there', () => {
    const before = labOf(`nodes: { a: {}, b: {} }\npods: { free: ${pod('')} }`);
    expect(nodesOf(before)).toEqual({ free: 'a' });
    const more = `pods: { free: ${pod('')}, aaa: ${pod('')} }`;
    expect(nodesOf(labOf(`nodes: { a: {}, b: {} }\n${more}`, before))).toEqual({ free: 'a', aaa: 'b' });
    const fixed = `pods: { free: ${pod('')}, aaa: ${pod('node: a,')} }`;
    expect(nodesOf(labOf(`nodes: { a: {}, b: {} }\n${fixed}`, before))).toEqual({ free: 'b', aaa: 'a' });
  });
});
