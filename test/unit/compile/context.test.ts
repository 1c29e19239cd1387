import { describe, expect, test } from 'vitest';
import { toContext } from '../../../src/compile/context.ts';
import type { LabRoute, Pod } from '../../../src/language/lab/lab.ts';
import { labOf } from '../resolve/lab-of.ts';

const lab = labOf('nodes: { node1: {} }\npods: { web: {} }');
const [web] = lab.pods as readonly [Pod];
const route: LabRoute = { on: 'node1', to: '10.96.0.0/12', type: 'unicast', source: [] };

describe('what features contribute', () => {
  test('is nothing where there is none', () => {
    const context = toContext(lab, { ipv6: true }, [{}, {}]);
    expect(context).toMatchObject({ hairpin: false });
    expect([context.routeReason(route), context.isContained(web)]).toEqual([undefined, false]);
    expect([context.podFiles(web), context.ownFiles(web)]).toEqual([{}, []]);
  });

  test('is that of all of them; of reasons the first counts, of files of one path the last', () => {
    const context = toContext(lab, { ipv6: true }, [
      { hairpin: false, ownFiles: () => ['/run/a'], podFiles: () => ({ '/etc/a': 'one', '/etc/b': 'two' }) },
      { hairpin: true, routeReason: ({ to }) => `to ${to}`, isContained: ({ key }) => key === 'web' },
      { routeReason: () => 'another', ownFiles: () => ['/run/b'], podFiles: () => ({ '/etc/a': 'three' }) },
    ]);
    expect(context.hairpin).toBe(true);
    expect(context.routeReason(route)).toBe('to 10.96.0.0/12');
    expect([context.isContained(web), lab.nodes.some(node => context.isContained(node))]).toEqual([true, false]);
    expect(context.podFiles(web)).toEqual({ '/etc/a': 'three', '/etc/b': 'two' });
    expect(context.ownFiles(web)).toEqual(['/run/a', '/run/b']);
  });
});
