import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chainsOf, endpointChain } from '../../../../src/features/services/compile/names.ts';
import { compile } from '../../../../src/pipeline/compile.ts';
import { load } from '../../../../src/pipeline/load.ts';
import { keyOf } from '../../../../src/state/kinds.ts';
import type { Rules } from '../../../../src/state/netfilter.ts';
import { parseSave } from '../../../../src/state/netfilter.ts';
import { tracePacket } from './kube-proxy/trace.ts';

const folder = new URL('./kube-proxy/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

function labOf(text: string) {
  const { lab, diagnostics } = load(text, { name: 'lab' });
  if (!lab) throw new Error(JSON.stringify(diagnostics));
  return lab;
}

function rulesOf(text: string, unready: readonly string[] = []): (node: string, chain: string) => string[] {
  const state = compile(labOf(text), { ipv6: true, unready: new Set(unready) });
  const all = [...state.values()].flatMap(({ object }) => (object.kind === 'rules' ? [object] : []));
  return (node, place) => {
    const isIt = (rules: Rules) => rules.ns === node && `${rules.family} ${rules.table} ${rules.chain}` === place;
    return all.find(isIt)?.rules.map(words => words.join(' ')) ?? [];
  };
}

describe('names of chains', () => {
  test('are those of every real cluster', () => {
    expect(chainsOf('default/kubernetes:https', 'TCP').cluster).toBe('KUBE-SVC-NPX46M4PTMTKRN6Y');
    expect(chainsOf('kube-system/kube-dns:dns', 'UDP').cluster).toBe('KUBE-SVC-TCOU7JCQXEZGVUNU');
    expect(chainsOf('kube-system/kube-dns:dns-tcp', 'TCP').cluster).toBe('KUBE-SVC-ERIFXISQEP7F7OF4');
  });

  test('are those that kube-proxy is tested with', () => {
    expect(chainsOf('ns1/svc1:p80', 'TCP')).toEqual({
      cluster: 'KUBE-SVC-XPGD46QRK7WJZT7O',
      local: 'KUBE-SVL-XPGD46QRK7WJZT7O',
      external: 'KUBE-EXT-XPGD46QRK7WJZT7O',
      firewall: 'KUBE-FW-XPGD46QRK7WJZT7O',
    });
    expect(endpointChain('ns1/svc1:p80', 'TCP', '10.180.0.1:80')).toBe('KUBE-SEP-SXIVWICOYRO3J4NJ');
  });
});

const cases = readdirSync(folder).flatMap(name => (name.endsWith('.save') ? [name.replace('.save', '')] : []));

describe('chains of a node are those that a real one has', () => {
  test.each(cases)('%s', name => {
    const isOther = (key: string) => /CANARY|HINT| (INPUT|OUTPUT|FORWARD|PREROUTING|POSTROUTING)$/.test(key);
    const wanted = parseSave({ ns: 'test-node', family: 4 }, read(`${name}.save`));
    const made = [...compile(labOf(read(`${name}.lab.yaml`)), { ipv6: true }).values()].flatMap(({ object }) =>
      (object.kind === 'chain' || object.kind === 'rules') && object.ns === 'test-node' ? [object] : [],
    );
    const byKey = (objects: typeof wanted) =>
      Object.fromEntries(objects.map(object => [keyOf(object), object]).filter(([key]) => !isOther(String(key))));
    expect(byKey(made)).toEqual(byKey(wanted));
  });
});

/** Flows that Kubernetes' own tests of kube-proxy ask for, on the same Services. */
interface Flow {
  readonly name: string;
  readonly src: string;
  readonly dst: string;
  readonly proto: string;
  readonly port: number;
  readonly output: string;
  readonly masq: boolean;
}

describe.each(cases)('packets go where kube-proxy sends them: %s', name => {
  const rules = [...compile(labOf(read(`${name}.lab.yaml`)), { ipv6: true }).values()].flatMap(({ object }) =>
    object.kind === 'rules' && object.ns === 'test-node' && object.family === 4 ? [object] : [],
  );
  const isLocal = (ip: string) => ip === '192.168.0.2' || ip.startsWith('127.');
  const flows: Flow[] = JSON.parse(read(`${name}.flows.json`));

  test.each(flows)('$name', ({ output, masq, ...packet }) => {
    const wanted = { output: output === '' ? [] : output.split(', '), masq };
    expect(tracePacket(rules, packet, isLocal)).toEqual(wanted);
  });
});

const LAB = (spec: string, more = '') => `
nodes: { node1: {}, node2: {}, out: { external: true } }
pods:
  web-0: { node: node1, labels: { app: web } }
  web-1: { node: node2, labels: { app: web } }
services:
  web: { selector: { app: web }, ports: [{ port: 80 }], ${spec} }
${more}`;

describe('kube-proxy', () => {
  const svc = chainsOf('default/web', 'TCP');
  const sep = (target: string) => endpointChain('default/web', 'TCP', target);

  test('does not run beside the cluster', () => {
    expect(rulesOf(LAB(''))('out', '4 nat KUBE-SERVICES')).toEqual([]);
    const cluster = rulesOf(LAB(''))('node2', '4 nat KUBE-SERVICES');
    expect(cluster.filter(rule => !rule.includes('kube-system/kube-dns'))).toHaveLength(2);
  });

  test('keeps a client with its endpoint where it shall', () => {
    const rules = rulesOf(
      LAB('sessionAffinity: ClientIP, sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } }'),
    );
    const first = sep('10.244.0.2:80');
    expect(rules('node1', `4 nat ${svc.cluster}`)[1]).toBe(
      `-m comment --comment default/web -> 10.244.0.2:80 -m recent --rcheck --seconds 60 --reap --name ${first} --mask 255.255.255.255 --rsource -j ${first}`,
    );
    expect(rules('node1', `4 nat ${first}`)[1]).toContain(`-m recent --set --name ${first} `);
  });

  test('leaves out who is not ready, and refuses for a Service that nobody answers for', () => {
    const one = rulesOf(LAB(''), ['web-0']);
    expect(one('node1', `4 nat ${svc.cluster}`).at(-1)).toMatch(/10\.244\.1\.2:80 -j KUBE-SEP-/);
    expect(one('node1', `4 nat ${svc.cluster}`)).toHaveLength(2);
    expect(one('node1', `4 nat ${sep('10.244.0.2:80')}`)).toEqual([]);
    const none = rulesOf(LAB(''), ['web-0', 'web-1']);
    expect(none('node1', '4 filter KUBE-SERVICES')).toEqual([
      '-d 10.96.1.1/32 -p tcp -m comment --comment default/web has no endpoints -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable',
    ]);
    expect(none('node1', '4 nat KUBE-SERVICES').filter(rule => rule.includes('default/web'))).toEqual([]);
  });

  test('counts who is not ready where a Service asks for that', () => {
    const rules = rulesOf(LAB('publishNotReadyAddresses: true'), ['web-0', 'web-1']);
    expect(rules('node1', `4 nat ${svc.cluster}`)).toHaveLength(3);
  });

  test('uses the own node alone where a Service asks for that, and drops where it has nobody', () => {
    const rules = rulesOf(LAB('internalTrafficPolicy: Local'), ['web-1']);
    expect(rules('node1', `4 nat ${svc.local}`)).toHaveLength(2);
    expect(rules('node1', `4 nat ${svc.cluster}`)).toEqual([]);
    expect(rules('node2', '4 filter KUBE-SERVICES')).toEqual([
      '-d 10.96.1.1/32 -p tcp -m comment --comment default/web has no local endpoints -m tcp --dport 80 -j DROP',
    ]);
  });

  test('falls back on who is about to end', () => {
    const slice = (ready: boolean) =>
      `{ endpoints: [{ addresses: [10.9.9.1], conditions: { ready: ${ready} } }, { addresses: [10.9.9.2], conditions: { ready: false, serving: true, terminating: true } }] }`;
    const lab = (ready: boolean) => `
nodes: { node1: {} }
services: { db: { ports: [{ port: 80 }], endpointSlices: [${slice(ready)}] } }
`;
    const chain = `4 nat ${chainsOf('default/db', 'TCP').cluster}`;
    expect(rulesOf(lab(true))('node1', chain).at(-1)).toContain('10.9.9.1:80');
    expect(rulesOf(lab(false))('node1', chain).at(-1)).toContain('10.9.9.2:80');
  });

  test('writes no comments for endpoints where there are more than a thousand', () => {
    const addresses = Array.from({ length: 1001 }, (_, i) => `{ addresses: [10.9.${i >> 8}.${i & 255}] }`);
    const rules = rulesOf(`
nodes: { node1: {} }
services: { db: { ports: [{ port: 80 }], endpointSlices: [{ endpoints: [${addresses.slice(1).join(', ')}, { addresses: [10.9.200.1] }] }] } }
`);
    const last = rules('node1', `4 nat ${chainsOf('default/db', 'TCP').cluster}`);
    expect(last).toHaveLength(1002);
    expect(last.at(-1)).toMatch(/^-j KUBE-SEP-/);
    expect(last[1]).toMatch(/^-m statistic --mode random --probability 0\.00099900085 -j KUBE-SEP-/);
  });

  test('writes the same in IPv6, with its own words', () => {
    const rules = rulesOf(`cluster: { ipFamily: ipv6, dns: false }\n${LAB('')}`, ['web-0', 'web-1']);
    expect(rules('node1', '6 filter KUBE-SERVICES')[0]).toContain('fd00:10:96::101/128');
    expect(rules('node1', '6 filter KUBE-SERVICES')[0]).toContain('--reject-with icmp6-port-unreachable');
    expect(rules('node1', '6 nat KUBE-SERVICES').at(-1)).toMatch(/^! -d ::1\/128 /);
    expect(rules('node1', '4 nat KUBE-SERVICES')).toEqual([]);
  });

  test('puts its jumps before the rules of the node', () => {
    const text = LAB('').replace('node1: {}', 'node1: { iptables: ["-A FORWARD -j DROP", "-P FORWARD DROP"] }');
    const rules = rulesOf(text);
    expect(rules('node1', '4 filter FORWARD').at(-1)).toBe('-j DROP');
    expect(rules('node1', '4 filter FORWARD')).toHaveLength(5);
  });
});
