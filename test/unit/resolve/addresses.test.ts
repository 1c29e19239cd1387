import { describe, expect, test } from 'vitest';
import { addressesOf, labOf, problemsOf } from './lab-of.ts';

const oneNode = 'nodes: { n: {} }';

describe('addresses', () => {
  test('are the next free ones in natural order of names, after the bridge and those that are given', () => {
    const lab = labOf(`${oneNode}\npods: { p10: {}, p2: {}, fixed: { address: 10.244.0.2/24 } }`);
    expect([addressesOf(lab, 'p2'), addressesOf(lab, 'p10')]).toEqual(['eth0 10.244.0.3/24', 'eth0 10.244.0.4/24']);
  });

  test('stay where a running lab has them, and a freed one is used again', () => {
    const before = labOf(`${oneNode}\npods: { b: {}, c: {} }`);
    const after = labOf(`${oneNode}\npods: { a: {}, c: {} }`, before);
    expect([addressesOf(after, 'a'), addressesOf(after, 'c')]).toEqual(['eth0 10.244.0.2/24', 'eth0 10.244.0.3/24']);
  });

  test('stay in each family that a running lab has', () => {
    const before = labOf(`${oneNode}\npods: { b: {}, c: {} }`);
    const after = labOf(`cluster: { ipFamily: dual }\n${oneNode}\npods: { a: {}, c: {} }`, before);
    expect(addressesOf(after, 'c')).toBe('eth0 10.244.0.3/24 fd00:10:244::3/64');
    expect(addressesOf(after, 'a')).toBe('eth0 10.244.0.2/24 fd00:10:244::2/64');
  });

  test('do not stay where somebody is given them now', () => {
    const after = labOf(
      `${oneNode}\npods: { b: {}, z: { address: 10.244.0.2/24 } }`,
      labOf(`${oneNode}\npods: { b: {} }`),
    );
    expect(addressesOf(after, 'b')).toBe('eth0 10.244.0.3/24');
  });

  test('do not stay two of one subnet', () => {
    const wan = (address: string) =>
      `nodes: { a: { interfaces: { eth1: { bridge: wan${address} } } } }\nbridges: { wan: { subnet: 10.7.0.0/24 } }`;
    expect(addressesOf(labOf(wan(''), labOf(wan(', address: [10.7.0.8/24, 10.7.0.9/24]'))), 'a')).toBe(
      'eth1 10.7.0.8/24',
    );
  });

  test('of a switch keep the first for a gateway, of a link they count from it', () => {
    const lab = labOf(`nodes: { a: { interfaces: { eth1: { bridge: wan } } }, b: {} }
bridges: { wan: { subnet: 10.7.0.0/24 } }
links: [{ ends: [a, b], subnet: 10.0.0.0/30 }]`);
    expect(addressesOf(lab, 'a')).toBe('eth0 172.18.0.2/16, eth1 10.7.0.2/24');
    expect(lab.links[0]?.ends.map(({ addresses }) => addresses)).toEqual([['10.0.0.1/30'], ['10.0.0.2/30']]);
  });

  test('of the smallest subnets are all used', () => {
    const lab = labOf(
      'cluster: { network: none }\nnodes: { a: {}, b: {} }\nlinks: [{ ends: [a, b], subnet: 10.0.0.0/31 }]',
    );
    expect(lab.links[0]?.ends.flatMap(({ addresses }) => addresses).sort()).toEqual(['10.0.0.0/31', '10.0.0.1/31']);
  });

  test('run out once per subnet', () => {
    const found = problemsOf(
      'cluster: { podCIDR: 10.0.0.0/29, blockSize: 29 }\nnodes: { a: {} }\npods: { p: { replicas: 9 } }',
    );
    expect(found.map(({ code }) => code)).toEqual(['subnet-full']);
    expect(found[0]?.message).toContain('"p-5"');
  });

  test('that are given may lie in a subnet of a switch that names none', () => {
    const lab = labOf(
      'cluster: { network: none }\nnodes: { a: { interfaces: { eth0: { bridge: x, address: 10.7.0.9/24 } } } }\nbridges: { x: {} }',
    );
    expect(addressesOf(lab, 'a')).toBe('eth0 10.7.0.9/24');
  });
});
