import { describe, expect, it, test } from 'vitest';
import type { Argv } from 'yargs';
import { COMMANDS, loadCommands } from '../../../src/cli/commands.ts';
import { recordCommands } from '../../../src/completion/command-line.ts';

async function namesOf(word?: string): Promise<string[]> {
  const commands = await loadCommands(word);
  return recordCommands((parser: Argv) => {
    for (const addTo of commands) addTo(parser, () => undefined);
  }).map(({ name }) => name);
}

test('the list calls each command by the name that it is typed by', async () => {
  expect(await namesOf()).toEqual(Object.keys(COMMANDS));
});

describe('loaded are', () => {
  it.each(['validate', 'shell'])('of %s only its own file', async name => {
    expect(await namesOf(name)).toEqual([name]);
  });

  it.each(['--help', 'lost', '', 'constructor', '--lab'])('of %j all', async word => {
    expect(await namesOf(word)).toEqual(Object.keys(COMMANDS));
  });
});
