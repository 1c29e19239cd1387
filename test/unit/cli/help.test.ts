/** Help as a terminal of 80 columns shows it: yargs prints it on the console, whatever streams there are. */
import { expect, test, vi } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands.ts';
import type { Io } from '../../../src/cli/io.ts';
import { main } from '../../../src/cli/main.ts';
import type { Backend } from '../../../src/sandbox/sandbox.ts';

const help = (...argv: string[]) => said(...argv, '--help');

async function said(...argv: string[]): Promise<string[]> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await main(argv, { backend: {} as Backend, io: {} as Io });
    return log.mock.calls.join('\n').split('\n');
  } finally {
    log.mockRestore();
  }
}

test('a line for each command', async () => {
  const lines = await help();
  expect(lines.filter(line => line.startsWith('  netlab ')).length).toBe(Object.keys(COMMANDS).length);
  expect(lines.filter(line => /^ {10,}/.test(line))).toEqual([]);
});

test('no line is broken by the terminal, but a path', async () => {
  for (const words of [[], ...Object.keys(COMMANDS).map(name => [name])]) {
    const lines = await help(...words);
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.filter(line => line.length > 80 && !line.startsWith('The manual: '))).toEqual([]);
  }
});

test('`help` before a command says the same as `--help` after it', async () => {
  expect(await said('help')).toEqual(await help());
  for (const name of Object.keys(COMMANDS)) {
    const lines = await said('help', name);
    expect(lines.join('\n')).toContain(`netlab ${name}`);
    expect(lines).toEqual(await help(name));
  }
});
