import { expect, test } from 'vitest';
import { makeSources } from '../../../src/language/diagnostic/sources.ts';
import { parse } from '../../../src/language/parse/parse.ts';
import { explainFailure } from '../../../src/lifecycle/explain-failure.ts';
import type { Step } from '../../../src/plan/step.ts';

const toSource = (file: string, text: string) => ({ file, text, locate: parse(text).locate });
const sources = makeSources(
  [toSource('lab.yaml', 'nodes:\n  node1: {}\n'), toSource('db.yaml', 'kind: Pod\nspec: {}\n')],
  [{ entry: ['pods', 'db'], file: 'db.yaml', path: ['spec'] }],
);

function explain(source: Step['source']) {
  const step: Step = { operation: 'add', object: { kind: 'namespace', ns: 'x' }, why: 'so', source };
  const unit = { step, command: { ns: null, argv: ['ip', 'netns', 'add', 'x'] } };
  return explainFailure({ unit, stderr: 'no' }, sources, ['undone']);
}

test.each([
  [['nodes', 'node1'], ['asked for by lab.yaml:2']],
  [['pods', 'db'], ['asked for by db.yaml:2']],
  [[], []],
])('a failed command of %j says which line of which file asks for it', (source, from) => {
  expect(explain(source)).toEqual([
    'this command failed: ip netns add x',
    ['no', 'it is there because so', ...from, 'undone'],
  ]);
});
