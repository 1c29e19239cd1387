import { expect, test } from 'vitest';
import { findTouched } from '../../../src/lifecycle/touched.ts';
import type { Step } from '../../../src/plan/step.ts';
import type { KernelObject } from '../../../src/state/kinds.ts';
import { toState } from '../../../src/state/state.ts';

const veth = (a: string, b: string): KernelObject => ({
  ...{ kind: 'veth', a: { ns: a, name: `to-${b}` }, b: { ns: b, name: 'eth0' } },
});
const step = (operation: Step['operation'], object: KernelObject): Step => ({ operation, object, why: '', source: [] });
const observed = toState([veth('node1', 'web'), veth('node2', 'db'), veth('lan', 'node1')]);

test.each<[string, readonly Step[], readonly string[] | undefined]>([
  ['nothing', [], []],
  ['where an object is', [step('change', { kind: 'sysctl', ns: 'node1', name: 'a', value: '1' })], ['node1']],
  ['both ends of a cable', [step('add', veth('node1', 'new'))], ['node1', 'new']],
  ['whoever was cabled to what goes', [step('delete', { kind: 'namespace', ns: 'web' })], ['web', 'node1']],
  [
    'all, where a container takes namespaces along',
    [step('delete', { kind: 'pod-container', ns: 'web', node: 'node1', image: '' } as never)],
    undefined,
  ],
])('%s', (_, steps, expected) => {
  expect(findTouched({ steps, observed })).toEqual(expected);
});
