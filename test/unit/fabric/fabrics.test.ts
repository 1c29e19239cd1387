import { describe, expect, test } from 'vitest';
import { findFabric } from '../../../src/fabric/fabrics.ts';
import { hostGw } from '../../../src/fabric/host-gw.ts';
import { none } from '../../../src/fabric/none.ts';
import { resolve } from '../../../src/pipeline/resolve.ts';
import { labOf, problemsOf, routesOf } from '../resolve/lab-of.ts';

describe('the way between nodes', () => {
  test('is host-gw where the file names no other', () => {
    expect([undefined, {}, { network: 'none' as const }].map(entry => findFabric(entry))).toEqual([
      hostGw,
      hostGw,
      none,
    ]);
  });

  test('of host-gw leads to each block through its node', () => {
    const lab = labOf('nodes: { a: {}, b: {}, c: {} }');
    expect(routesOf(lab, 'a')).toEqual([
      '10.244.1.0/24 via 172.18.0.3 dev eth0',
      '10.244.2.0/24 via 172.18.0.4 dev eth0',
    ]);
  });

  test('of host-gw leaves alone what the file routes, and says which block nobody reaches', () => {
    const lab = labOf('nodes: { a: {}, b: {} }\nroutes: [{ on: a, to: 10.244.1.0/24, via: b, metric: 5 }]');
    expect(routesOf(lab, 'a')).toEqual(['10.244.1.0/24 via 172.18.0.3 dev eth0 metric 5']);
    const apart = problemsOf(
      'nodes: { a: { interfaces: { eth0: { bridge: x } } }, b: {}, c: {} }\nbridges: { x: { subnet: 10.9.0.0/24 } }',
    );
    expect(apart.map(({ code, message }) => `${code}: ${message}`)).toContain(
      'unreachable-block: "a" shares no subnet with "b" and has no route to its pods (10.244.1.0/24)',
    );
  });

  test('of none is left to the file', () => {
    const lab = labOf('cluster: { network: none }\nnodes: { a: {}, b: {} }');
    expect(lab).toMatchObject({ routes: [], bridges: [] });
    expect(lab.nodes.map(({ podCIDRs }) => podCIDRs)).toEqual([[], []]);
  });

  test('may need more than routes, and what the file has of the same is put behind it', () => {
    const neighbour = { on: 'a', dev: 'eth0', address: '172.18.0.9', mac: '02:00:00:00:00:09', source: ['nodes', 'a'] };
    const written = { on: 'b', address: '172.18.0.8', mac: '02:00:00:00:00:08' };
    const { lab } = resolve(
      { nodes: { a: {}, b: {} }, neighbours: [written] },
      { name: 'lab' },
      { ...hostGw, resolve: ({ machines }) => (machines.get('a') ? { neighbours: [neighbour] } : {}) },
    );
    expect(lab?.neighbours).toEqual([neighbour, { ...written, dev: 'eth0', source: ['neighbours', 0] }]);
  });
});
