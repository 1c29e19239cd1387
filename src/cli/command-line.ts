/**
 * Every command's arguments, and the file of `commands/` that does it.
 *
 * Commands are loaded when they are called: `validate` starts without listr2, `down` without the graph.
 */
import type { Argv } from 'yargs';
import { SHELLS } from '../completion/scripts.ts';
import { GRAPH_FORMATS } from '../graph/formats.ts';
import { UsageError } from '../lifecycle/errors.ts';
import type { Backend } from '../sandbox/sandbox.ts';
import {
  BACKEND,
  COMMAND,
  CONTAINER,
  IMAGE,
  IN_LAB,
  JSON_FLAG,
  JUNIT,
  LAB,
  ONLY,
  OUTPUT,
  POD,
  showDash,
  TARGET,
  TARGETS,
  WAIT,
} from './arguments.ts';
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
        .option('backend', BACKEND)
        .option('image', IMAGE)
        .option('timeout', {
          type: 'string',
          requiresArg: true,
          default: '60s',
          describe: 'how long containers may take until they are ready; 0 is not to wait for them',
        })
        .option('dry-run', { type: 'boolean', default: false, describe: 'print the plan and change nothing' })
        .option('check', { type: 'boolean', default: false, describe: 'then try what the file says should be true' })
        .option('wait', WAIT)
        .option('json', JSON_FLAG),
    async ({ lab, backend: kind, image, timeout, dryRun, check, wait, json }) => {
      const { runUp } = await import('./commands/up.ts');
      run(runUp({ lab, overrides: { backend: kind, image }, timeout, dryRun, check, wait, json }, backend, io));
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
        .option('backend', BACKEND)
        .option('image', IMAGE)
        .option('format', {
          choices: ['text', 'sh', 'json'] as const,
          requiresArg: true,
          default: 'text' as const,
          describe: 'for people, for a shell, for programs',
        })
        .option('json', JSON_FLAG),
    async ({ lab, backend: kind, image, format, json }) => {
      const { printPlan } = await import('./commands/plan.ts');
      run(printPlan({ lab, overrides: { backend: kind, image }, format: json ? 'json' : format }, backend, io));
    },
  );
}

function defineValidate({ parser, backend, io, run }: Definition): void {
  parser.command(
    'validate [lab]',
    'find every mistake in a lab file',
    y => y.positional('lab', LAB).option('backend', BACKEND).option('image', IMAGE).option('json', JSON_FLAG),
    async ({ lab, backend: kind, image, json }) => {
      const { runValidate } = await import('./commands/validate.ts');
      run(runValidate({ lab, overrides: { backend: kind, image }, json }, backend, io));
    },
  );
}

function defineExpand({ parser, backend, io, run }: Definition): void {
  parser.command(
    'expand [lab]',
    'print the lab with every default written out',
    y => y.positional('lab', LAB).option('backend', BACKEND).option('image', IMAGE).option('json', JSON_FLAG),
    async ({ lab, backend: kind, image, json }) => {
      const { runExpand } = await import('./commands/expand.ts');
      run(runExpand({ lab, overrides: { backend: kind, image }, json }, backend, io));
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

function defineCheck({ parser, backend, io, run }: Definition): void {
  parser.command(
    'check [lab]',
    'try whether what the file says should be true is true',
    y =>
      y
        .positional('lab', LAB)
        .option('only', ONLY)
        .option('wait', WAIT)
        .option('junit', JUNIT)
        .option('json', JSON_FLAG),
    async ({ lab, only, wait, junit, json }) => {
      const { runCheck } = await import('./commands/check.ts');
      run(runCheck({ lab, only: only ?? [], wait, junit, json }, backend, io));
    },
  );
}

function defineReach({ parser, backend, io, run }: Definition): void {
  parser.command(
    'reach [lab]',
    'show who reaches whom',
    y =>
      y
        .positional('lab', LAB)
        .option('from', { ...TARGETS, describe: 'who tries: a node or pod, * for any letters; all pods if left out' })
        .option('to', {
          ...TARGETS,
          describe: 'whom: a node, a pod, service/NAME or an address; all pods if left out',
          suggest: 'destination',
        })
        .option('port', { type: 'number', requiresArg: true, describe: 'destination port; 80 if left out' })
        .option('protocol', {
          requiresArg: true,
          choices: ['tcp', 'udp', 'icmp'] as const,
          default: 'tcp' as const,
          describe: 'what is sent',
        })
        .option('json', JSON_FLAG),
    async ({ lab, from, to, port, protocol, json }) => {
      const { runReach } = await import('./commands/reach.ts');
      run(runReach({ lab, from: from ?? [], to: to ?? [], port, protocol, json }, backend, io));
    },
  );
}

function defineExec({ parser, backend, io, run }: Definition): void {
  parser.command(
    'exec <target> [command..]',
    'run a command in a node or pod',
    y =>
      y
        .option('lab', IN_LAB)
        .option('container', CONTAINER)
        .positional('target', TARGET)
        .positional('command', COMMAND),
    async ({ lab, target, container, command, '--': rest }) => {
      const { runExec } = await import('./commands/exec.ts');
      const argv = [...(command ?? []).map(word => showDash(word) ?? ''), ...((rest as string[] | undefined) ?? [])];
      if (argv.length === 0) throw new UsageError('which command?', `netlab exec ${target} -- ip addr`);
      run(runExec({ lab, target, container, argv }, backend, io));
    },
  );
}

function defineShell({ parser, backend, io, run }: Definition): void {
  parser.command(
    'shell <target>',
    'open a shell in a node or pod',
    y => y.option('lab', IN_LAB).option('container', CONTAINER).positional('target', TARGET),
    async ({ lab, target, container }) => {
      const { runShell } = await import('./commands/exec.ts');
      run(runShell({ lab, target, container }, backend, io));
    },
  );
}

function defineLogs({ parser, backend, io, run }: Definition): void {
  parser.command(
    'logs <pod> [container]',
    'print what the containers of a pod have written',
    y =>
      y
        .option('lab', IN_LAB)
        .positional('pod', POD)
        .positional('container', {
          type: 'string',
          describe: 'all of the pod where it is left out',
          suggest: 'container',
        })
        .option('follow', { type: 'boolean', alias: 'f', default: false, describe: 'go on with what comes' })
        .option('since', { type: 'string', requiresArg: true, describe: 'only what is newer than this: 30s, 5m, 1h' })
        .option('tail', { type: 'number', requiresArg: true, describe: 'only the last lines, as many as this' })
        .option('timestamps', { type: 'boolean', alias: 't', default: false, describe: 'say when each line came' }),
    async ({ lab, pod, container, follow, since, tail, timestamps }) => {
      const { runLogs } = await import('./commands/logs.ts');
      run(runLogs({ lab, pod, container, follow, since, tail, timestamps }, backend, io));
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
        .option('format', {
          choices: GRAPH_FORMATS,
          requiresArg: true,
          describe: 'what --output ends with, else mermaid',
        })
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
  defineCheck,
  defineReach,
  defineExec,
  defineShell,
  defineLogs,
  defineGraph,
  defineDoctor,
  defineSchema,
  defineCompletion,
];
