/** Help as a terminal of 80 columns shows it: yargs prints it on the console, whatever streams there are. */
import { expect, test, vi } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands.ts';
import type { Io } from '../../../src/cli/io.ts';
import { main } from '../../../src/cli/main.ts';
import type { Backend } from '../../../src/sandbox/sandbox.ts';

async function help(...argv: string[]): Promise<string[]> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await main([...argv, '--help'], { backend: {} as Backend, io: {} as Io });
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
