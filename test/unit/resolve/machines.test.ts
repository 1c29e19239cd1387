import { describe, expect, test } from 'vitest';
import { labOf, machineOf, problemsOf } from './lab-of.ts';

const placesOf = (text: string, previous?: string) =>
  Object.fromEntries(
    labOf(text, previous === undefined ? undefined : labOf(previous)).pods.map(({ key, node }) => [key, node]),
  );

describe('pods', () => {
  test('without a node go where the fewest are, in natural order, those with a node counted first', () => {
    expect(placesOf('nodes: { a: {}, b: {} }\npods: { p10: {}, p2: {}, z: { node: a } }')).toEqual({
      p2: 'b',
      p10: 'a',
      z: 'a',
    });
  });

  test('stay on their node in a running lab, however uneven that is', () => {
    const before = 'nodes: { a: {} }\npods: { x: {}, y: {} }';
    expect(placesOf('nodes: { a: {}, b: {} }\npods: { w: {}, x: {}, y: {} }', before)).toEqual({
      w: 'b',
      x: 'a',
      y: 'a',
    });
  });

  test('move where their node is gone, stands outside now, or is named', () => {
    const before = 'nodes: { a: {}, b: {} }\npods: { x: { node: b } }';
    expect(placesOf('nodes: { a: {} }\npods: { x: {} }', before)).toEqual({ x: 'a' });
    expect(placesOf('nodes: { a: {}, b: { external: true } }\npods: { x: {} }', before)).toEqual({ x: 'a' });
    expect(placesOf('nodes: { a: {}, b: {} }\npods: { x: { node: a } }', before)).toEqual({ x: 'a' });
  });

  test('never go on a node that stands outside', () => {
    expect(placesOf('nodes: { a: { external: true }, b: {} }\npods: { x: {}, y: {} }')).toEqual({ x: 'b', y: 'b' });
  });
});

describe('names', () => {
  test('of replicas are counted from 0 in natural order, and one replica is none', () => {
    const { nodes, pods } = labOf(
      'nodes: { n: { replicas: 11 } }\npods: { p: { replicas: 1 }, team/q: { replicas: 2 } }',
    );
    expect(nodes.map(({ key }) => key).slice(-2)).toEqual(['n-9', 'n-10']);
    expect(pods.map(({ key, ns }) => [key, ns])).toEqual([
      ['p', 'p'],
      ['team/q-0', 'team_q-0'],
      ['team/q-1', 'team_q-1'],
    ]);
  });

  test('of pods in "default" may be written with it', () => {
    const lab = labOf(
      'nodes: { a: {} }\npods: { default/web: {} }\nroutes: [{ on: default/web, to: 10.9.0.0/16, via: cbr0 }]',
    );
    expect(machineOf(lab, 'web')).toMatchObject({ namespace: 'default', name: 'web', ns: 'web' });
    expect(lab.routes[0]?.on).toBe('web');
  });

  test('that replicas take too are refused', () => {
    expect(problemsOf('nodes: { a: {} }\npods: { web-1: {}, web: { replicas: 2 } }').map(({ code }) => code)).toEqual([
      'name-taken',
    ]);
  });
});

test('what is wrong with an entry is said once for all its replicas', () => {
  const found = problemsOf('nodes: { a: {} }\npods: { web: { replicas: 50, gateway: 10.9.9.9 } }');
  expect(found.map(({ code, path }) => [code, path])).toEqual([['off-link', ['pods', 'web', 'gateway']]]);
});
