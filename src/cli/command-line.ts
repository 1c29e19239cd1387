/**
 * Every command's arguments, and the file of `commands/` that does it.
 *
 * Commands are loaded when they are called: `validate` starts without listr2, `down` without the graph.
 */
import type { Argv } from 'yargs';
import type { Backend } from '../backend/backend.ts';
import { SHELLS } from '../completion/scripts.ts';
import { GRAPH_FORMATS } from '../graph/formats.ts';
import { UsageError } from '../lifecycle/errors.ts';
import { COMMAND, IN_LAB, JSON_FLAG, LAB, OUTPUT, showDash, TARGET } from './arguments.ts';
import type { Io } from './io.ts';

export interface Definition {
  readonly parser: Argv;
  readonly backend: Backend;
  readonly io: Io;
  /** Takes what the command that was called resolves to: its exit code. */
  run(code: number | Promise<number>): void;
}

export function defineCommands(definition: Definition): void {
  for (const define of COMMANDS) define(definition);
}

function defineUp({ parser, backend, io, run }: Definition): void {
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
}

function defineDown({ parser, backend, io, run }: Definition): void {
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
}

function definePlan({ parser, backend, io, run }: Definition): void {
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
}

function defineValidate({ parser, backend, io, run }: Definition): void {
  parser.command(
    'validate [lab]',
    'find every mistake in a lab file',
    y => y.positional('lab', LAB).option('json', JSON_FLAG),
    async ({ lab, json }) => {
      const { runValidate } = await import('./commands/validate.ts');
      run(runValidate({ lab, json }, backend, io));
    },
  );
}

function defineExpand({ parser, backend, io, run }: Definition): void {
  parser.command(
    'expand [lab]',
    'print the lab with every default written out',
    y => y.positional('lab', LAB).option('json', JSON_FLAG),
    async ({ lab, json }) => {
      const { runExpand } = await import('./commands/expand.ts');
      run(runExpand({ lab, json }, backend, io));
    },
  );
}

function defineList({ parser, backend, io, run }: Definition): void {
  parser.command(
    'list',
    'list the labs that are up',
    y => y.option('json', JSON_FLAG),
    async ({ json }) => {
      const { runList } = await import('./commands/list.ts');
      run(runList({ json }, backend, io));
    },
  );
}

function defineStatus({ parser, backend, io, run }: Definition): void {
  parser.command(
    'status [lab]',
    'show a running lab, and what has drifted from it',
    y => y.positional('lab', LAB).option('json', JSON_FLAG),
    async ({ lab, json }) => {
      const { runStatus } = await import('./commands/status.ts');
      run(runStatus({ lab, json }, backend, io));
    },
  );
}

function defineExec({ parser, backend, io, run }: Definition): void {
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
}

function defineShell({ parser, backend, io, run }: Definition): void {
  parser.command(
    'shell <target>',
    'open a shell in a node or pod',
    y => y.option('lab', IN_LAB).positional('target', TARGET),
    async ({ lab, target }) => {
      const { runShell } = await import('./commands/exec.ts');
      run(runShell({ lab, target }, backend, io));
    },
  );
}

function defineGraph({ parser, backend, io, run }: Definition): void {
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
}

function defineDoctor({ parser, backend, io, run }: Definition): void {
  parser.command(
    'doctor',
    'show what this host can do',
    y => y.option('json', JSON_FLAG),
    async ({ json }) => {
      const { runDoctor } = await import('./commands/doctor.ts');
      run(runDoctor({ json }, backend, io));
    },
  );
}

function defineSchema({ parser, io, run }: Definition): void {
  parser.command(
    'schema',
    'print the JSON Schema of lab files',
    y => y,
    async () => {
      const { runSchema } = await import('./commands/schema.ts');
      run(runSchema(io));
    },
  );
}

function defineCompletion({ parser, io, run }: Definition): void {
  parser.command(
    'completion <shell>',
    'print a script that completes netlab’s command line',
    y => y.positional('shell', { choices: SHELLS, demandOption: true, describe: 'the shell it is for' }),
    async ({ shell }) => {
      const { runCompletion } = await import('./commands/completion.ts');
      run(runCompletion({ shell }, io));
    },
  );
}

const COMMANDS: readonly ((definition: Definition) => void)[] = [
  defineUp,
  defineDown,
  definePlan,
  defineValidate,
  defineExpand,
  defineList,
  defineStatus,
  defineExec,
  defineShell,
  defineGraph,
  defineDoctor,
  defineSchema,
  defineCompletion,
];
