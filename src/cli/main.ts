/**
 * The command line: parses, calls a command, turns errors into exit codes.
 *
 * Commands are loaded when they are called: `validate` starts without listr2, `exec` without YAML.
 */
import yargs, { type Argv } from 'yargs';
import manifest from '../../package.json' with { type: 'json' };
import type { Backend } from '../backend/backend.ts';
import { makeNetnsBackend } from '../backend/netns/netns-backend.ts';
import { SHELLS } from '../completion/scripts.ts';
import { GRAPH_FORMATS } from '../graph/formats.ts';
import { UsageError } from '../lifecycle/errors.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { reportError } from './report-error.ts';

// yargs makes an empty word of a positional `-`.
const DASH = '\0-';
const hideDashes = (argv: readonly string[]): string[] => {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  return argv.map((word, index) => (word === '-' && index < end ? DASH : word));
};
const showDash = (word: string | undefined) => (word === DASH ? '-' : word);

// `suggest` is what completion offers.
const LAB = {
  type: 'string',
  coerce: showDash,
  describe: 'a lab file, - for standard input, or the name of a running lab',
  suggest: 'lab',
} as const;
const JSON_FLAG = { type: 'boolean', default: false, describe: 'print JSON' } as const;
const IN_LAB = {
  type: 'string',
  describe: 'the running lab; may be left out while one lab runs',
  suggest: 'running-lab',
} as const;
const TARGET = {
  type: 'string',
  demandOption: true,
  describe: 'a node, or a pod as [NAMESPACE/]NAME',
  suggest: 'target',
} as const;
const COMMAND = {
  type: 'string',
  array: true,
  describe: 'the command and its arguments, after --',
  suggest: 'command',
} as const;
const OUTPUT = {
  type: 'string',
  coerce: showDash,
  alias: 'o',
  describe: 'write to this file',
  suggest: 'file',
} as const;

type Run = (code: number | Promise<number>) => void;

/** Resolves to the exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let work: Promise<number> | undefined;
  const run: Run = code => {
    work = Promise.resolve(code);
  };
  const json = argv.includes('--json');
  const backend = makeNetnsBackend();
  const define = (parser: Argv) => defineCommands(parser, backend, io, run);
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
  return yargs(hideDashes(argv))
    .scriptName('netlab')
    .usage('$0 <command>\n\nReal container networks from one YAML file, on this machine’s own kernel.')
    .parserConfiguration({ 'populate--': true, 'halt-at-non-option': false })
    .version(manifest.version)
    .strict()
    .demandCommand(1, 'which command? netlab --help lists them')
    .recommendCommands()
    .wrap(100)
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(message, 'netlab --help lists commands, netlab COMMAND --help their options');
    });
}

function defineCommands(parser: Argv, backend: Backend, io: Io, run: Run): Argv {
  parser.command(
    'up [lab]',
    'bring a lab up, or a running one to what its file says',
    y =>
      y
        .positional('lab', LAB)
        .option('dry-run', { type: 'boolean', default: false, describe: 'print the plan and change nothing' })
        .option('json', JSON_FLAG),
    async ({ lab, dryRun, json }) => {
      const { runUp } = await import('./commands/up.ts');
      run(runUp({ lab, dryRun, json }, backend, io));
    },
  );
  parser.command(
    'down [lab]',
    'take a lab away',
    y =>
      y
        .positional('lab', LAB)
        .option('all', { type: 'boolean', default: false, describe: 'take every lab of yours away' })
        .option('json', JSON_FLAG),
    async ({ lab, all, json }) => {
      const { runDown } = await import('./commands/down.ts');
      run(runDown({ lab, all, json }, backend, io));
    },
  );
  parser.command(
    'plan [lab]',
    'print what up would do',
    y =>
      y
        .positional('lab', LAB)
        .option('format', {
          choices: ['text', 'sh', 'json'] as const,
          default: 'text' as const,
          describe: 'for people, for a shell, for programs',
        })
        .option('json', JSON_FLAG),
    async ({ lab, format, json }) => {
      const { printPlan } = await import('./commands/plan.ts');
      run(printPlan({ lab, format: json ? 'json' : format }, backend, io));
    },
  );
  parser.command(
    'validate [lab]',
    'find every mistake in a lab file',
    y => y.positional('lab', LAB).option('json', JSON_FLAG),
    async ({ lab, json }) => {
      const { runValidate } = await import('./commands/validate.ts');
      run(runValidate({ lab, json }, backend, io));
    },
  );
  parser.command(
    'expand [lab]',
    'print the lab with every default written out',
    y => y.positional('lab', LAB).option('json', JSON_FLAG),
    async ({ lab, json }) => {
      const { runExpand } = await import('./commands/expand.ts');
      run(runExpand({ lab, json }, backend, io));
    },
  );
  parser.command(
    'list',
    'list the labs that are up',
    y => y.option('json', JSON_FLAG),
    async ({ json }) => {
      const { runList } = await import('./commands/list.ts');
      run(runList({ json }, backend, io));
    },
  );
  parser.command(
    'status [lab]',
    'show a running lab, and what has drifted from it',
    y => y.positional('lab', LAB).option('json', JSON_FLAG),
    async ({ lab, json }) => {
      const { runStatus } = await import('./commands/status.ts');
      run(runStatus({ lab, json }, backend, io));
    },
  );
  parser.command(
    'exec <target> [command..]',
    'run a command in a node or pod',
    y => y.option('lab', IN_LAB).positional('target', TARGET).positional('command', COMMAND),
    async ({ lab, target, command, '--': rest }) => {
      const { runExec } = await import('./commands/exec.ts');
      const argv = [...(command ?? []).map(word => showDash(word) ?? ''), ...((rest as string[] | undefined) ?? [])];
      if (argv.length === 0) throw new UsageError('which command?', `netlab exec ${target} -- ip addr`);
      run(runExec({ lab, target, argv }, backend, io));
    },
  );
  parser.command(
    'shell <target>',
    'open a shell in a node or pod',
    y => y.option('lab', IN_LAB).positional('target', TARGET),
    async ({ lab, target }) => {
      const { runShell } = await import('./commands/exec.ts');
      run(runShell({ lab, target }, backend, io));
    },
  );
  parser.command(
    'graph [lab]',
    'draw a lab',
    y =>
      y
        .positional('lab', LAB)
        .option('format', { choices: GRAPH_FORMATS, describe: 'what --output ends with, else mermaid' })
        .option('output', OUTPUT),
    async ({ lab, format, output }) => {
      const { runGraph } = await import('./commands/graph.ts');
      run(runGraph({ lab, format, output }, backend, io));
    },
  );
  parser.command(
    'doctor',
    'show what this host can do',
    y => y.option('json', JSON_FLAG),
    async ({ json }) => {
      const { runDoctor } = await import('./commands/doctor.ts');
      run(runDoctor({ json }, backend, io));
    },
  );
  parser.command(
    'schema',
    'print the JSON Schema of lab files',
    y => y,
    async () => {
      const { runSchema } = await import('./commands/schema.ts');
      run(runSchema(io));
    },
  );
  parser.command(
    'completion <shell>',
    'print a script that completes netlab’s command line',
    y => y.positional('shell', { choices: SHELLS, demandOption: true, describe: 'the shell it is for' }),
    async ({ shell }) => {
      const { runCompletion } = await import('./commands/completion.ts');
      run(runCompletion({ shell }, io));
    },
  );
  return parser;
}
