/**
 * What a command is: how it is typed, what `--help` says of it, and what it does. Each file of `commands/` exports one.
 *
 * It is given parsed arguments, the backend and the streams, and gives an exit code. What it reports it hands to a view;
 * mistakes are thrown, and turned into words and exit codes in one place.
 */
import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { Backend } from '../sandbox/sandbox.ts';
import type { Io } from './io.ts';

/** What a command works with. */
export interface CommandContext {
  readonly backend: Backend;
  readonly io: Io;
}

export type ExitCode = number | Promise<number>;

export interface CommandDefinition<Args> {
  /** The name and the words behind it, as yargs reads them: `logs <pod> [container]`. */
  readonly usage: string;
  readonly describe: string;
  readonly options: (parser: Argv) => Argv<Args>;
  readonly run: (args: ArgumentsCamelCase<Args>, context: CommandContext) => ExitCode;
}

/** Adds itself to a parser, which later calls `onCall` with what is to be done. */
export interface CliCommand {
  (parser: Argv, onCall: (run: (context: CommandContext) => ExitCode) => void): void;
  readonly usage: string;
}

export function defineCommand<Args>({ usage, describe, options, run }: CommandDefinition<Args>): CliCommand {
  const addTo = (...[parser, onCall]: Parameters<CliCommand>) => {
    parser.command(usage, describe, options, args => onCall(context => run(args, context)));
  };
  return Object.assign(addTo, { usage });
}
