/**
 * The command line: parses, calls a command, turns errors into exit codes.
 */
import yargs, { type Argv } from 'yargs';
import manifest from '../../package.json' with { type: 'json' };
import { recordCommands } from '../completion/command-line.ts';
import { UsageError } from '../lifecycle/errors.ts';
import { hideDashes } from './arguments.ts';
import type { CliCommand, CommandContext, ExitCode } from './command.ts';
import { loadCommands } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { findManual } from './manual.ts';
import { readSwitches } from './switches.ts';
import { COLUMNS } from './views/columns.ts';
import { reportError } from './views/error.ts';
import { tellWaits } from './waiting.ts';

/** Resolves to the exit code. */
export async function main(typed: readonly string[], context: CommandContext): Promise<number> {
  const { io } = context;
  // People type `netlab help up` too.
  const argv = typed[0] === 'help' ? [...typed.slice(1), '--help'] : typed;
  try {
    if (argv[0] === '__complete') return await answerCompletion(argv.slice(2), context);
    if (argv[0] === '--') throw new UsageError(WHICH, HELP_LISTS);
    const run = await readCommandLine(argv);
    return run ? await run({ ...context, backend: tellWaits(context.backend, io) }) : EXIT.done;
  } catch (error) {
    return reportError(error, io, argv.includes('--json'));
  }
}

/** What the command line asks for; undefined where it was only help. Throws `UsageError`. */
async function readCommandLine(argv: readonly string[]): Promise<((context: CommandContext) => ExitCode) | undefined> {
  let called: ((context: CommandContext) => ExitCode) | undefined;
  const commands = await loadCommands(argv[0]);
  const findOwn = () => recordAll(commands).find(({ name }) => name === argv[0]);
  const usage = commands.find(({ usage }) => usage.split(' ')[0] === argv[0])?.usage;
  const parser = createParser(readSwitches(argv, findOwn), usage);
  for (const addTo of commands)
    addTo(parser, run => {
      called = run;
    });
  await parser.parseAsync();
  return called;
}

const recordAll = (commands: readonly CliCommand[]) =>
  recordCommands(parser => {
    for (const addTo of commands) addTo(parser, () => undefined);
  });

/** What the completion scripts ask: `netlab __complete -- WORD…`. */
async function answerCompletion(words: readonly string[], context: CommandContext): Promise<number> {
  const { completeWords } = await import('./complete-words.ts');
  // The first word may be about to become another command's name.
  const commands = await loadCommands(words.length > 1 ? words[0] : undefined);
  return completeWords(words, recordAll(commands), context);
}

/** `usage` is that of the command. */
function createParser(argv: readonly string[], usage: string | undefined): Argv {
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
        'dot-notation': false,
        'boolean-negation': false,
      })
      .version(manifest.version)
      .strict()
      .demandCommand(1, WHICH)
      .recommendCommands()
      .wrap(COLUMNS)
      .alias('help', 'h')
      .epilogue(argv.length > 1 ? '' : `The manual: ${findManual()}`)
      .exitProcess(false)
      // Its types know of no plural.
      .updateStrings(PLAIN_WORDS as unknown as Record<string, string>)
      .fail((message, error) => {
        // Of an option without its value yargs speaks by an error of its own.
        if (error && error.name !== 'YError') throw error;
        throw explainUsage(message ?? error?.message ?? '', argv, usage);
      })
  );
}

const WHICH = 'which command?';
const HELP_LISTS = 'netlab --help lists them';
const UNKNOWN = 'there is no option or argument: ';

const TOO_FEW = 'too few words';

/** The messages of yargs, in words for those who read them. */
const PLAIN_WORDS = {
  'Not enough non-option arguments: got %s, need at least %s': { one: TOO_FEW, other: TOO_FEW },
  'Not enough arguments following: %s': 'the option "%s" needs a value',
  'Unknown argument: %s': { one: `${UNKNOWN}%s`, other: `${UNKNOWN}%s` },
  'Invalid values:': 'an option has a value that it cannot have:',
  'Argument: %s, Given: %s, Choices: %s': '%s is %s, and may be %s',
};

/** yargs calls every unknown word an argument, and of a misspelt command says only what was meant. */
function explainUsage(message: string, [command = '']: readonly string[], usage = command): UsageError {
  const isMeant = message.startsWith('Did you mean ');
  if (isMeant || message === `${UNKNOWN}${command}`) {
    const hint = isMeant ? message.replace('Did', 'did') : HELP_LISTS;
    return new UsageError(`there is no command "${command}"`, hint);
  }
  if (message === WHICH) return new UsageError(message, HELP_LISTS);
  const missing = message.startsWith(TOO_FEW) ? /<([^>]+)>/.exec(usage)?.[1] : undefined;
  const what =
    missing === undefined ? message.replace(/\n\s*/g, ' ') : `which ${missing}? "netlab ${command}" needs one`;
  return new UsageError(what, `netlab ${usage}; netlab ${command} --help says more`);
}
