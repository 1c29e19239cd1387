import { describe, expect, test } from 'vitest';
import { labOf, problemsOf } from './lab-of.ts';

const blocksOf = (text: string, previous?: string) =>
  Object.fromEntries(
    labOf(text, previous === undefined ? undefined : labOf(previous)).nodes.map(({ key, podCIDRs }) => [
      key,
      podCIDRs.join(' '),
    ]),
  );

describe('blocks of the pod CIDR', () => {
  test('go to the nodes in natural order of their names', () => {
    expect(blocksOf('nodes: { node10: {}, node2: {}, alpha: {} }')).toEqual({
      alpha: '10.244.0.0/24',
      node2: '10.244.1.0/24',
      node10: '10.244.2.0/24',
    });
  });

  test('step around those that are given, of whatever size', () => {
    const text = `nodes:
      a: {}
      b: { podCIDR: 10.244.0.0/23 }
      c: {}
      d: { podCIDR: 10.244.3.128/25 }
      e: {}`;
    expect(blocksOf(text)).toEqual({
      a: '10.244.2.0/24',
      b: '10.244.0.0/23',
      c: '10.244.4.0/24',
      d: '10.244.3.128/25',
      e: '10.244.5.0/24',
    });
  });

  test('are one per family', () => {
    expect(blocksOf('cluster: { ipFamily: dual }\nnodes: { a: {}, b: { podCIDR: 10.244.9.0/24 } }')).toEqual({
      a: '10.244.0.0/24 fd00:10:244::/64',
      b: '10.244.9.0/24 fd00:10:244:1::/64',
    });
  });

  test('are of the size that is asked for, a number meaning the first family', () => {
    expect(blocksOf('cluster: { blockSize: 28 }\nnodes: { a: {}, b: {} }')['b']).toBe('10.244.0.16/28');
    expect(blocksOf('cluster: { ipFamily: ipv6, blockSize: 120 }\nnodes: { a: {}, b: {} }')['b']).toBe(
      'fd00:10:244::100/120',
    );
    expect(blocksOf('cluster: { ipFamily: dual, blockSize: 28 }\nnodes: { a: {}, b: {} }')['b']).toBe(
      '10.244.0.16/28 fd00:10:244:1::/64',
    );
  });

  test('stay where a running lab has them', () => {
    const blocks = blocksOf('nodes: { a: {}, m: {}, z: {} }', 'nodes: { m: {}, z: {} }');
    expect(blocks).toEqual({ m: '10.244.0.0/24', z: '10.244.1.0/24', a: '10.244.2.0/24' });
  });

  test('move where a running lab has them in another pod CIDR, of another size, or given away', () => {
    const other = 'cluster: { podCIDR: 10.100.0.0/16 }\nnodes: { a: {} }';
    expect(blocksOf('nodes: { a: {} }', other)).toEqual({ a: '10.244.0.0/24' });
    expect(blocksOf('cluster: { blockSize: 25 }\nnodes: { a: {} }', 'nodes: { a: {} }')).toEqual({
      a: '10.244.0.0/25',
    });
    expect(blocksOf('nodes: { a: {}, b: { podCIDR: 10.244.0.0/24 } }', 'nodes: { a: {} }')).toEqual({
      a: '10.244.1.0/24',
      b: '10.244.0.0/24',
    });
  });

  test('are not for what stands outside of the cluster, nor for a network wired by hand', () => {
    expect(blocksOf('nodes: { a: { external: true }, b: {} }')).toEqual({ a: '', b: '10.244.0.0/24' });
    expect(blocksOf('cluster: { network: none }\nnodes: { a: {} }')).toEqual({ a: '' });
  });

  test('run out once, with the first node that gets none', () => {
    const found = problemsOf('cluster: { podCIDR: 10.0.0.0/23 }\nnodes: { a: { replicas: 9 } }');
    expect(found.map(({ code, path }) => [code, path])).toEqual([['subnet-full', ['nodes', 'a']]]);
    expect(found[0]?.message).toContain('"a-2"');
  });
});
