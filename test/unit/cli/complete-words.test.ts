/** What completion looks up in a running lab. */
import { expect, test } from 'vitest';
import { loadCommands } from '../../../src/cli/commands.ts';
import { completeWords } from '../../../src/cli/complete-words.ts';
import type { Io } from '../../../src/cli/io.ts';
import { recordCommands } from '../../../src/completion/command-line.ts';
import { type Backend, RECORD_FORMAT, type Sandbox } from '../../../src/sandbox/sandbox.ts';
import { labOf } from '../resolve/lab-of.ts';

const lab = labOf(`
nodes: { n: {} }
pods:
  web: { containers: { server: { command: [sleep] }, log: { command: [sleep] } } }
  db: { containers: { server: { command: [sleep] } }, initContainers: { prep: { command: [sleep] } } }
  team/api: { containers: { server: { command: [sleep] } } }
checks: { 'it is': { from: web, to: db } }
`);

const runningLabs = ['one', 'two'].map(name => ({ name, pid: 1, startTime: '1', backend: 'netns' as const }));
const record = { format: RECORD_FORMAT, name: 'one', file: '/x', createdAt: 1, lab, wanted: [] };
const backend = {
  list: async () => runningLabs,
  open: async () => ({ readRecord: async () => record, close: async () => undefined }) as unknown as Sandbox,
} as unknown as Backend;

const commands = await loadCommands();
const recorded = recordCommands(parser => {
  for (const addTo of commands) addTo(parser, () => undefined);
});

async function offered(line: string): Promise<string[]> {
  let text = '';
  const io = { out: (piece: string) => (text += piece), cwd: '/' } as unknown as Io;
  await completeWords(line.split(' '), recorded, { backend, io });
  return text
    .split('\n')
    .slice(1, -1)
    .map(row => row.split('\t')[0] ?? '');
}

test.each([
  ['exec --lab one -c ', ['prep', 'server', 'log']],
  ['exec --lab one web -c ', ['server', 'log']],
  ['exec --lab one default/web -c l', ['log']],
  ['shell --lab one team/api -c ', ['server']],
  ['exec --lab one n -c ', []],
  ['logs --lab one ', ['db', 'team/api', 'web']],
  ['logs --lab one db ', ['server', 'prep']],
  ['exec --lab one ', ['db', 'team/api', 'web', 'n']],
  ['reach one --from ', ['db', 'team/api', 'web', 'n']],
  ['reach --from ', []],
  ['check one --only ', ['it is']],
  ['exec --lab ', ['one', 'two']],
])('%s', async (line, values) => {
  expect((await offered(line)).sort()).toEqual([...values].sort());
});
