import { describe, expect, it } from 'vitest';
import type { Argv } from 'yargs';
import { recordCommands } from '../../../src/completion/command-line.ts';
import { complete } from '../../../src/completion/complete.ts';
import { completionScript, SHELLS } from '../../../src/completion/scripts.ts';

const LAB = { type: 'string', suggest: 'lab' } as const;
const IN_LAB = { type: 'string', suggest: 'running-lab' } as const;
const COMMAND = { type: 'string', array: true, suggest: 'command' } as const;
const TARGET = { type: 'string', suggest: 'target' } as const;

const commands = recordCommands((parser: Argv) => {
  parser.command('up [lab]', 'bring up', y =>
    y.positional('lab', LAB).option('dry-run', { type: 'boolean', describe: 'print' }),
  );
  parser.command('graph [lab]', 'draw', y =>
    y
      .positional('lab', LAB)
      .option('format', { choices: ['mermaid', 'svg'] })
      .option('output', { type: 'string', alias: 'o' })
      .option('depth', { type: 'number' }),
  );
  return parser.command('exec <target> [command..]', 'run', y =>
    y.option('lab', IN_LAB).positional('target', TARGET).positional('command', COMMAND),
  );
});

/** What is offered for a command line; `|` stands where a word ends. */
function offered(line: string) {
  const { candidates, suggest, before, prefix, lab, skip } = complete(line.split('|'), commands);
  const values = candidates.map(({ value }) => before + value);
  return { values, suggest, prefix, lab, skip };
}

describe('recorded commands', () => {
  it('are those that yargs is told of', () => {
    expect(commands.map(({ name, describe: text }) => [name, text])).toEqual([
      ['up', 'bring up'],
      ['graph', 'draw'],
      ['exec', 'run'],
    ]);
    expect(commands[2]?.positionals).toEqual([
      { name: 'target', isRest: false, choices: [], suggest: 'target' },
      { name: 'command', isRest: true, choices: [], suggest: 'command' },
    ]);
    expect(commands[1]?.options.map(({ flags, takesValue }) => [flags, takesValue])).toEqual([
      [['--format'], true],
      [['--output', '-o'], true],
      [['--depth'], true],
    ]);
  });
});

describe('what is offered', () => {
  it.each<[line: string, values: readonly string[], suggest?: string]>([
    ['', ['up', 'graph', 'exec']],
    ['g', ['graph']],
    ['--v', ['--version']],
    ['nope|', []],
    ['help|', ['up', 'graph', 'exec']],
    ['help|e', ['exec']],
    ['help|up|', []],
    ['up|', [], 'lab'],
    ['up|x|', []],
    ['up|--', ['--dry-run', '--help']],
    ['up|--dry-run|--', ['--help']],
    ['up|--dry-run|', [], 'lab'],
    ['graph|--format|', ['mermaid', 'svg']],
    ['graph|--format|s', ['svg']],
    ['graph|--format=s', ['--format=svg']],
    ['graph|--nope=s', []],
    ['graph|-o|', []],
    ['graph|--format|svg|', [], 'lab'],
    ['graph|--format=svg|', [], 'lab'],
    ['graph|--depth|', []],
    ['graph|--depth|3|', [], 'lab'],
    ['exec|', [], 'target'],
    ['exec|--lab|', [], 'running-lab'],
    ['exec|web|', [], 'command'],
    ['exec|web|--l', ['--lab']],
    ['exec|web|ls|-', [], 'command'],
    ['up|--|', []],
  ])('%s', (line, values, suggest) => {
    expect(offered(line)).toMatchObject({ values, ...(suggest === undefined ? {} : { suggest }) });
    if (suggest === undefined) expect(offered(line).suggest).toBeUndefined();
  });

  it.each([
    ['graph|--format|', undefined, undefined],
    ['graph|one|--format|', 'one', undefined],
    ['exec|web|--lab|one|-', 'one', 'web'],
    ['exec|web|-', undefined, 'web'],
  ])('%s: the lab and the node or pod that are named', (line, lab, target) => {
    const completion = complete(line.split('|'), commands);
    expect([completion.lab, completion.target]).toEqual([lab, target]);
  });

  it.each([
    ['exec|--lab|one|', 'one'],
    ['exec|--lab=one|w', 'one'],
  ])('%s: targets of the lab that was named', (line, lab) => {
    expect(offered(line)).toMatchObject({ lab, suggest: 'target' });
  });

  it.each([
    ['exec|web|--|', 3],
    ['exec|web|--|ip|', 3],
    ['exec|--lab|one|web|--|ip|a', 5],
    ['exec|web|', 2],
    ['exec|web|ip|', 2],
    ['exec|--lab|one|web|ip|', 4],
  ])('%s: the words before the command of its own', (line, skip) => {
    expect(offered(line)).toMatchObject({ suggest: 'command', skip });
  });
});

describe('the scripts', () => {
  it.each(SHELLS)('of %s asks netlab', shell => {
    expect(completionScript(shell)).toContain('__complete -- ');
  });
});
