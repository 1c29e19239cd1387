/** The evaluator that netlab's policies are compared with: by hand, by worked examples, and whether its cases are worth it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryWorld } from '../policies/arbitrary-world.ts';
import {
  type Cluster,
  isLetThrough,
  isSelected,
  isWithin,
  type PolicySpec,
  type Protocol,
} from '../policies/evaluate.ts';
import { EXAMPLES } from '../policies/examples.ts';
import { connectionsOf, rowsOf } from '../policies/matrix.ts';
import { MISREADINGS } from '../policies/misreadings.ts';
import { placeTogether } from '../policies/world.ts';
import { runs } from './runs.ts';

describe('the evaluator', () => {
  it.each(EXAMPLES)('$name', ({ world, expected }) => {
    const cluster = placeTogether([world], [4, 6]);
    for (const [ports, rows] of Object.entries(expected))
      expect(rowsOf(rows, 0, ports, connection => isLetThrough(cluster, { ...connection, family: 4 }))).toEqual(rows);
  });

  it.each([
    ['10.244.0.0/16', '10.244.255.255', true],
    ['10.244.0.0/16', '10.245.0.0', false],
    ['10.244.7.7/16', '10.244.0.1', true],
    ['10.0.0.1/32', '10.0.0.1', true],
    ['10.0.0.1/32', '10.0.0.0', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', 'fd00::1', false],
    ['::/0', 'fd00::1', true],
    ['::/0', '10.0.0.1', false],
    ['fd00:10:244::/63', 'fd00:10:244:1::a', true],
    ['fd00:10:244::/64', 'fd00:10:244:1::a', false],
  ])('%s and %s: %s', (cidr, address, expected) => {
    expect(isWithin(cidr, address)).toBe(expected);
  });

  const labels = { app: 'web', empty: '' };
  const term = (key: string, operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', ...values: string[]) => ({
    matchExpressions: [{ key, operator, values }],
  });
  it.each([
    [{}, true],
    [{ matchLabels: null, matchExpressions: null }, true],
    [{ matchLabels: { app: 'web' } }, true],
    [{ matchLabels: { app: 'web', empty: '' } }, true],
    [{ matchLabels: { app: 'web', tier: '' } }, false],
    [{ matchLabels: { constructor: '' } }, false],
    [term('app', 'In', 'db', 'web'), true],
    [term('app', 'In', 'db'), false],
    [term('tier', 'In', ''), false],
    [term('empty', 'In', ''), true],
    [term('app', 'NotIn', 'db'), true],
    [term('app', 'NotIn', 'db', 'web'), false],
    [term('tier', 'NotIn', 'db'), true],
    [term('empty', 'Exists'), true],
    [term('tier', 'Exists'), false],
    [term('tier', 'DoesNotExist'), true],
    [term('empty', 'DoesNotExist'), false],
    [{ matchLabels: { app: 'web' }, ...term('tier', 'Exists') }, false],
    [
      { matchExpressions: [...term('app', 'Exists').matchExpressions, ...term('tier', 'Exists').matchExpressions] },
      false,
    ],
  ])('%j: %s', (selector, expected) => {
    expect(isSelected(selector, labels)).toBe(expected);
  });

  /** Two pods of one namespace on two nodes and a third pod in the network of a node, all with one policy. */
  const cluster = (spec: PolicySpec): Cluster => ({
    namespaces: {},
    pods: [
      { namespace: 'a', name: 'one', labels: { app: 'one' }, node: 'n1', addresses: ['10.1.0.1'] },
      {
        namespace: 'a',
        name: 'two',
        labels: { app: 'two' },
        node: 'n2',
        addresses: ['10.2.0.1'],
        ports: [{ name: 'web', port: 80 }],
      },
      { namespace: 'a', name: 'host', labels: { app: 'host' }, node: 'n2', addresses: ['10.0.0.2'], hostNetwork: true },
    ],
    nodes: { n1: ['10.0.0.1'], n2: ['10.0.0.2'] },
    outside: { far: ['192.0.2.1'] },
    policies: [{ namespace: 'a', name: 'p', spec }],
  });
  const isOpen = (spec: PolicySpec, from: string, to: string, ports = 'TCP 80') => {
    const [protocol, port] = ports.split(' ') as [Protocol, string];
    return isLetThrough(cluster(spec), { from, to, protocol, port: Number(port), family: 4 });
  };
  const opens = (spec: PolicySpec, ...pairs: readonly string[]) =>
    pairs.filter(pair => {
      const [from = '', to = '', ...ports] = pair.split(' ');
      return isOpen(spec, from, to, ...(ports.length > 0 ? [ports.join(' ')] : []));
    });
  const INTO_TWO = ['a/one a/two', 'n2 a/two', 'n1 a/two', 'a/host a/two', 'far a/two'];
  const FROM_TWO = ['a/two a/one', 'a/two n2', 'a/two n1', 'a/two a/host', 'a/two far'];
  const OWN_NODE = ['n2 a/two', 'a/host a/two'];

  it('lets everything through without a policy, but to and from its own node what a policy forbids', () => {
    const isolates = (...policyTypes: NonNullable<PolicySpec['policyTypes']>) => ({ podSelector: {}, policyTypes });
    expect(opens({ podSelector: { matchLabels: { app: 'none' } } }, ...INTO_TWO, ...FROM_TWO)).toEqual([
      ...INTO_TWO,
      ...FROM_TWO,
    ]);
    expect(opens(isolates('Ingress'), ...INTO_TWO)).toEqual(OWN_NODE);
    expect(opens(isolates('Egress'), ...FROM_TWO)).toEqual(['a/two n2', 'a/two a/host']);
    expect(opens({ podSelector: {} }, ...FROM_TWO)).toEqual(['a/two n2', 'a/two n1', 'a/two a/host', 'a/two far']);
  });

  it('takes a direction that is not said for one with rules, and Ingress always', () => {
    for (const policyTypes of [undefined, null, []]) {
      expect(opens({ policyTypes, egress: [{}] }, ...INTO_TWO, 'a/two far')).toEqual([...OWN_NODE, 'a/two far']);
      expect(
        opens({ policyTypes, ingress: [{}], egress: [{ to: [{ podSelector: {} }] }] }, 'far a/two', 'a/two far'),
      ).toEqual(['far a/two']);
      for (const egress of [undefined, null, []])
        expect(opens({ policyTypes, egress }, 'a/two far')).toEqual(['a/two far']);
    }
    expect(opens({ policyTypes: ['Egress'], ingress: [{ from: [{ podSelector: {} }] }] }, 'far a/two')).toEqual([
      'far a/two',
    ]);
  });

  it('takes no list of rules for nothing, and no list of peers or ports for everything', () => {
    for (const ingress of [undefined, null, []]) expect(opens({ ingress }, ...INTO_TWO)).toEqual(OWN_NODE);
    for (const none of [undefined, null, []])
      expect(opens({ ingress: [{ from: none, ports: none }] }, ...INTO_TWO, 'far a/two UDP 9')).toEqual([
        ...INTO_TWO,
        'far a/two UDP 9',
      ]);
  });

  it('means by a selector no machine, and no pod in the network of one', () => {
    expect(opens({ ingress: [{ from: [{ namespaceSelector: {} }] }] }, ...INTO_TWO)).toEqual([
      'a/one a/two',
      ...OWN_NODE,
    ]);
    expect(opens({ policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }] }] }, ...FROM_TWO)).toEqual([
      'a/two a/one',
      'a/two n2',
      'a/two a/host',
    ]);
  });

  it('means by a block whoever has the address', () => {
    const block = (cidr: string, ...except: string[]) => ({ ingress: [{ from: [{ ipBlock: { cidr, except } }] }] });
    expect(opens(block('10.0.0.0/8', '10.0.0.0/31'), ...INTO_TWO)).toEqual(['a/one a/two', ...OWN_NODE]);
    expect(opens(block('10.0.0.1/32'), ...INTO_TWO)).toEqual(['n2 a/two', 'n1 a/two', 'a/host a/two']);
    expect(opens(block('::/0'), ...INTO_TWO)).toEqual(OWN_NODE);
  });

  it('takes the name of a port for the number on whom is called, and TCP for a protocol that is not said', () => {
    const egress = (port: string | number | null) => ({
      policyTypes: ['Egress' as const],
      egress: [{ ports: [{ port }] }],
    });
    const calls = ['a/one a/two TCP 80', 'a/one a/two TCP 81', 'a/one a/two UDP 80', 'a/one far TCP 80'];
    expect(opens(egress('web'), ...calls)).toEqual(['a/one a/two TCP 80']);
    expect(opens(egress('none'), ...calls)).toEqual([]);
    expect(opens(egress(80), ...calls)).toEqual(['a/one a/two TCP 80', 'a/one far TCP 80']);
    expect(opens(egress(null), ...calls)).toEqual(['a/one a/two TCP 80', 'a/one a/two TCP 81', 'a/one far TCP 80']);
  });

  it('has both ends of a range in it', () => {
    const range = { ingress: [{ ports: [{ port: 80, endPort: 82, protocol: 'UDP' as const }] }] };
    const calls = [79, 80, 82, 83].map(port => `far a/two UDP ${port}`);
    expect(opens(range, ...calls, 'far a/two TCP 80')).toEqual(calls.slice(1, 3));
  });
});

describe('the cases', () => {
  // What shows least is in one of twenty.
  const worlds = fc.sample(arbitraryWorld(1), { ...(runs(0) as object), numRuns: 400 });
  const cases = worlds.map((world, index) => ({
    // Beside each is another, which has the namespace `default`.
    cluster: placeTogether([worlds[(index + 1) % worlds.length] ?? world, world], [4, 6]),
    connections: connectionsOf(world, 1, [4, 6]),
  }));

  it('are neither all open nor all closed', () => {
    const verdicts = cases
      .slice(0, 60)
      .flatMap(({ cluster, connections }) => connections.map(connection => isLetThrough(cluster, connection)));
    const closed = verdicts.filter(isOpen => !isOpen).length / verdicts.length;
    expect(closed).toBeGreaterThan(0.25);
    expect(closed).toBeLessThan(0.75);
  });

  it.each(Object.entries(MISREADINGS))('would show it if %s', (_, misread) => {
    const shows = cases.some(({ cluster, connections }) => {
      const misreadCluster = misread(cluster);
      return connections.some(
        connection => isLetThrough(cluster, connection) !== isLetThrough(misreadCluster, connection),
      );
    });
    expect(shows).toBe(true);
  });
});
