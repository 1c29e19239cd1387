/**
 * The command line: parses, calls a command, turns errors into exit codes.
 */
import yargs, { type Argv } from 'yargs';
import manifest from '../../package.json' with { type: 'json' };
import type { Backend } from '../backend/backend.ts';
import { makeNetnsBackend } from '../backend/netns/netns-backend.ts';
import { UsageError } from '../lifecycle/errors.ts';
import { hideDashes } from './arguments.ts';
import { defineCommands } from './command-line.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { reportError } from './report-error.ts';

/** Resolves to the exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let work: Promise<number> | undefined;
  const run = (code: number | Promise<number>): void => {
    work = Promise.resolve(code);
  };
  const json = argv.includes('--json');
  const backend = makeNetnsBackend();
  const define = (parser: Argv) => {
    defineCommands({ parser, backend, io, run });
    return parser;
  };
  try {
    if (argv[0] === '__complete') return await completeWords(argv.slice(2), define, backend, io);
    await define(createParser(argv)).parseAsync();
    return work === undefined ? EXIT.done : await work;
  } catch (error) {
    return reportError(error, io, json);
  }
}

/** What the completion scripts ask: `netlab __complete -- WORD…`. */
async function completeWords(
  words: readonly string[],
  define: (parser: Argv) => Argv,
  backend: Backend,
  io: Io,
): Promise<number> {
  const { recordCommands } = await import('../completion/command-line.ts');
  const { runComplete } = await import('./commands/completion.ts');
  return runComplete(words, recordCommands(define), backend, io);
}

function createParser(argv: readonly string[]): Argv {
  return (
    yargs(hideDashes(argv))
      .scriptName('netlab')
      .usage('$0 <command>\n\nReal container networks from one YAML file, on this machine’s own kernel.')
      // Without the last two, `exec web -- echo 1e3` says 1000.
      .parserConfiguration({
        'populate--': true,
        'halt-at-non-option': false,
        'parse-numbers': false,
        'parse-positional-numbers': false,
      })
      .version(manifest.version)
      .strict()
      .demandCommand(1, 'which command? netlab --help lists them')
      .recommendCommands()
      .wrap(100)
      .alias('help', 'h')
      .exitProcess(false)
      .fail((message, error) => {
        const hint = 'netlab --help lists commands, netlab COMMAND --help their options';
        throw error ?? new UsageError(explainUsage(message, argv), hint);
      })
  );
}

/** yargs calls whatever it does not know an argument. */
function explainUsage(message: string, [command]: readonly string[]): string {
  return message === `Unknown argument: ${command}` ? `there is no command "${command}"` : message;
}
