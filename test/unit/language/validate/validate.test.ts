import { describe, expect, test } from 'vitest';
import { countMistakes, findNearest } from '../../../../src/language/diagnostic/nearest.ts';
import { validate } from '../../../../src/language/validate/validate.ts';

function codes(value: unknown): readonly string[] {
  return validate(value).diagnostics.map(({ code, path, at }) => `${code} ${path.join('.')} ${at}`);
}

describe('a mistake is one diagnostic, at its own place', () => {
  test.each<readonly [unknown, readonly string[]]>([
    [{ nodes: { node1: null, node2: {} }, pods: { 'team-a/web': null } }, []],
    [[], ['wrong-type  value']],
    [{ pods: { web: { adress: 'x' } } }, ['unknown-key pods.web.adress key']],
    [{ nodes: { Web: {} } }, ['name-not-allowed nodes.Web key']],
    [{ pods: { 'a/b/c': {} } }, ['name-not-allowed pods.a/b/c key']],
    [{ nodes: { a: { sysctls: { 'kernel.x': 1 } } } }, ['name-not-allowed nodes.a.sysctls.kernel.x key']],
    [{ routes: [{ on: 'a' }] }, ['missing-key routes.0 key']],
    [{ routes: [{ on: 'a', dst: 'b' }] }, ['unknown-key routes.0.dst key']],
    [{ links: [{ ends: ['a'] }] }, ['too-few links.0.ends value']],
    [{ links: [{ ends: ['a', 'b', 'c'] }] }, ['too-many links.0.ends value']],
    [{ pods: { a: { mtu: 1 } } }, ['out-of-range pods.a.mtu value']],
    [{ pods: { a: { mac: 'x' } } }, ['not-allowed pods.a.mac value']],
    [{ pods: { a: { jitter: '1ms' } } }, ['conflict pods.a.jitter key']],
    [{ cluster: { network: 'x' } }, ['not-allowed cluster.network value']],
    [{ pods: { a: { address: ['x', 'y', 'x'] } } }, ['conflict pods.a.address.2 value']],
  ])('%j', (value, expected) => {
    expect(codes(value)).toEqual(expected);
  });
});

describe('the draft for later stages', () => {
  test('takes a misspelt key for what it is meant for', () => {
    expect(validate({ pods: { web: { nodee: 'node1' } } }).draft).toEqual({ pods: { web: { node: 'node1' } } });
  });

  test('leaves out broken values that concern nothing else', () => {
    const { file, draft } = validate({ pods: { web: { mtu: 'big', node: 'node1', labels: { a: 1 } } } });
    expect([file, draft]).toEqual([undefined, { pods: { web: { node: 'node1' } } }]);
  });

  test.each([
    { cluster: { network: 'x' } },
    { nodes: { Web: {} } },
    { links: [{ ends: ['a'] }] },
    { pods: { a: { nodee: 7 } } },
  ])('is not made where it would mislead: %j', value => {
    expect(validate(value).draft).toBeUndefined();
  });

  test('leaves the value that it is given as it is', () => {
    const value = { pods: { web: { nodee: 'node1', mtu: 'big' } } };
    validate(value);
    expect(value).toEqual({ pods: { web: { nodee: 'node1', mtu: 'big' } } });
  });
});

describe('the nearest word', () => {
  test.each([
    ['adress', 'address', 1],
    ['netwrok', 'network', 1],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
  ])('%s and %s are %d mistakes apart', (from, to, distance) => {
    expect(countMistakes(from, to)).toBe(distance);
  });

  test.each([
    ['podCidr', 'podCIDR'],
    ['dual-stack', 'dual'],
    ['banana', undefined],
    ['x'.repeat(10_000), undefined],
  ])('%s', (word, nearest) => {
    expect(findNearest(word, ['podCIDR', 'nodeCIDR', 'dual'])).toBe(nearest);
  });
});
