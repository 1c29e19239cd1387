import { expect, test } from 'vitest';
import type { Paint } from '../../../../src/cli/paint.ts';
import { planJson, planText, stepToJson } from '../../../../src/cli/views/plan.ts';
import type { Step } from '../../../../src/plan/step.ts';
import type { KernelObject } from '../../../../src/state/kinds.ts';

const step = (operation: Step['operation'], object: KernelObject, source: Step['source'] = ['nodes', 'a']): Step => ({
  operation,
  object,
  why: 'so',
  source,
});
const route = { kind: 'route', ns: 'a', to: '10.9.0.0/16', type: 'unicast', via: '10.0.0.1', dev: 'eth0' } as const;
const steps = [step('delete', route), step('add', { kind: 'namespace', ns: 'b' })];
const lineOf = () => ({ file: 'lab.yaml', line: 7 });
const marked: Paint = (style, text) => `<${style} ${text}>`;

test('as text a plan has phases, marks, reasons and lines of the file', () => {
  expect([...planText(steps, lineOf, marked)].join('')).toBe(`<title Take routes and addresses away>
  <bad -> ip -n a route del 10.9.0.0/16 via 10.0.0.1 dev eth0
      <faint # so (lab.yaml:7)>

<title Make network namespaces>
  <good +> ip netns add b
      <faint # so (lab.yaml:7)>
`);
});

test('what no entry of the file asks for has no line', () => {
  expect([...planText([step('add', { kind: 'namespace', ns: 'b' }, [])], lineOf, marked)].at(-1)).toBe(
    '      <faint # so>\n',
  );
});

test('as JSON a step has label, commands and undo', () => {
  expect(stepToJson(step('add', route), lineOf)).toEqual({
    operation: 'add',
    label: 'route to 10.9.0.0/16',
    object: route,
    why: 'so',
    source: { path: ['nodes', 'a'], file: 'lab.yaml', line: 7 },
    commands: [{ ns: 'a', argv: ['ip', 'route', 'add', '10.9.0.0/16', 'via', '10.0.0.1', 'dev', 'eth0'] }],
    undo: [{ ns: 'a', argv: ['ip', 'route', 'del', '10.9.0.0/16', 'via', '10.0.0.1', 'dev', 'eth0'] }],
  });
  expect(stepToJson(step('delete', route, []), lineOf).source).toBeNull();
});

test('the pieces of the JSON are one document', () => {
  const whole = (some: readonly Step[]) => JSON.parse([...planJson(some, lineOf)].join('')) as { steps: unknown[] };
  expect(whole([])).toEqual({ steps: [] });
  expect(whole(steps).steps).toHaveLength(2);
});
