import { expect, test } from 'vitest';
import { readBlocks, readSteps } from '../../docs-page.ts';

const PAGE = [
  'Words.',
  '```yaml shop.lab.yaml',
  'nodes: {}',
  '```',
  '```yaml',
  'a: fragment',
  '```',
  '```console',
  '$ netlab up shop.lab.yaml',
  'lab shop is up: 3 steps (1 node, 0.42 s)',
  '$ true',
  '$ ps',
  '    PID COMMAND   ',
  '      1 …',
  '```',
  '<!-- not run: needs a terminal -->',
  '```sh',
  'netlab shell web',
  '```',
  '<!-- not run: needs root -->',
  '',
  '```console',
  '$ mount',
  '/dev/sda',
  '```',
  '```sh',
  'rm -r .',
  '```',
].join('\n');

test('a page is read as steps', () => {
  expect(readSteps(PAGE)).toEqual([
    { kind: 'write', name: 'shop.lab.yaml', text: 'nodes: {}\n' },
    { kind: 'run', command: 'netlab up shop.lab.yaml', seen: ['lab shop is up: 3 steps (1 node, …)'] },
    { kind: 'run', command: 'true', seen: [] },
    { kind: 'run', command: 'ps', seen: ['    PID COMMAND', '      1 …'] },
    { kind: 'skip', command: 'netlab shell web', reason: 'needs a terminal' },
    { kind: 'skip', command: 'mount', reason: 'needs root' },
    { kind: 'skip', command: 'rm -r .', reason: '' },
  ]);
});

test('and as blocks', () => {
  expect(readBlocks(PAGE).map(({ language, name }) => [language, name])).toEqual([
    ['yaml', 'shop.lab.yaml'],
    ['yaml', ''],
    ['console', ''],
    ['sh', ''],
    ['console', ''],
    ['sh', ''],
  ]);
});
