/**
 * The command line: parses, calls a command, turns errors into exit codes.
 */
import yargs, { type Argv } from 'yargs';
import manifest from '../../package.json' with { type: 'json' };
import { withDocker } from '../backends/docker/docker-backend.ts';
import { makeNetnsBackend } from '../backends/netns/netns-backend.ts';
import { UsageError } from '../lifecycle/errors.ts';
import type { Backend } from '../sandbox/sandbox.ts';
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
  const backend = withDocker(makeNetnsBackend());
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
      .demandCommand(1, WHICH)
      .recommendCommands()
      .wrap(100)
      .alias('help', 'h')
      .exitProcess(false)
      // Its types know of no plural.
      .updateStrings(PLAIN_WORDS as unknown as Record<string, string>)
      .fail((message, error) => {
        // Of an option without its value yargs speaks by an error of its own.
        if (error && error.name !== 'YError') throw error;
        throw explainUsage(message ?? error?.message ?? '', argv);
      })
  );
}

const WHICH = 'which command?';
const UNKNOWN = 'there is no option or argument: ';

/** What yargs says of mistakes, in words for those who make them. */
const PLAIN_WORDS = {
  'Not enough non-option arguments: got %s, need at least %s': {
    one: 'there is %s word behind the command, and it needs at least %s',
    other: 'there are %s words behind the command, and it needs at least %s',
  },
  'Not enough arguments following: %s': 'the option "%s" needs a value',
  'Unknown argument: %s': { one: `${UNKNOWN}%s`, other: `${UNKNOWN}%s` },
  'Invalid values:': 'an option has a value that it cannot have:',
  'Argument: %s, Given: %s, Choices: %s': '%s is %s, and may be %s',
};

/** yargs calls whatever it does not know an argument, and of a command that is nearly one says only what was meant. */
function explainUsage(message: string, [command = '']: readonly string[]): UsageError {
  const isMeant = message.startsWith('Did you mean ');
  if (isMeant || message === `${UNKNOWN}${command}`) {
    const hint = isMeant ? message.replace('Did', 'did') : 'netlab --help lists them';
    return new UsageError(`there is no command "${command}"`, hint);
  }
  return new UsageError(
    message,
    message === WHICH ? 'netlab --help lists them' : `netlab ${command} --help says what it takes`,
  );
}
