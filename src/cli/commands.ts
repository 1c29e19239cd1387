/**
 * Every command by its name, in the order in which `--help` lists them.
 *
 * A command's file is loaded when it is called, with all that it imports: `validate` starts without listr2, `down`
 * without the graph. Only help, completion and a name that is none load all of them.
 */
import type { CliCommand } from './command.ts';

interface CommandFile {
  readonly command: CliCommand;
}

export const COMMANDS: Readonly<Record<string, () => Promise<CommandFile>>> = {
  up: () => import('./commands/up.ts'),
  down: () => import('./commands/down.ts'),
  plan: () => import('./commands/plan.ts'),
  validate: () => import('./commands/validate.ts'),
  expand: () => import('./commands/expand.ts'),
  list: () => import('./commands/list.ts'),
  status: () => import('./commands/status.ts'),
  check: () => import('./commands/check.ts'),
  reach: () => import('./commands/reach.ts'),
  policy: () => import('./commands/policy.ts'),
  exec: () => import('./commands/exec.ts'),
  shell: () => import('./commands/shell.ts'),
  logs: () => import('./commands/logs.ts'),
  graph: () => import('./commands/graph.ts'),
  doctor: () => import('./commands/doctor.ts'),
  schema: () => import('./commands/schema.ts'),
  completion: () => import('./commands/completion.ts'),
};

/** The command that the first word names, else all: a word before a command may be an option's value. */
export async function loadCommands(word = ''): Promise<readonly CliCommand[]> {
  const named = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  const files = await Promise.all((named ? [named] : Object.values(COMMANDS)).map(load => load()));
  return files.map(({ command }) => command);
}
