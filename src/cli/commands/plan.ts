/** `netlab plan`: what `up` would do, without doing it. */

import type { ProgramOptions } from '../../features/containers/resolve/programs.ts';
import type { Locate } from '../../language/diagnostic/format.ts';
import { makeLineMap } from '../../language/diagnostic/line-map.ts';
import { type LabSource, UsageError } from '../../lifecycle/errors.ts';
import { findRunning } from '../../lifecycle/find.ts';
import { loadLab, planFresh, prepare } from '../../lifecycle/prepare.ts';
import { type LineOf, type Paint, planScript, planText, stepToJson } from '../../plan/print.ts';
import type { Step } from '../../plan/step.ts';
import type { Backend } from '../../sandbox/sandbox.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { readLabSource } from '../lab-argument.ts';
import { writeInPieces } from '../write.ts';

export interface PlanArguments {
  readonly lab: string | undefined;
  readonly overrides: ProgramOptions;
  readonly format: 'text' | 'sh' | 'json';
}

export async function printPlan({ lab, overrides, format }: PlanArguments, backend: Backend, io: Io): Promise<number> {
  const source = await readLabSource(lab, backend, io, overrides);
  const loaded = loadLab(source);
  const { name } = loaded.lab;
  if (format === 'sh' && loaded.lab.backend === 'docker')
    throw new UsageError(
      'a plan for Docker is no script: its namespaces are those of containers',
      'add --backend netns',
    );
  const running = await findRunning(backend, name);
  const steps = running ? await planChange(backend, running, source) : planFresh(loaded);
  const lineOf = toLineOf(source, loaded.locate);
  writeInPieces(print(steps, format, name, source.file, lineOf, io), io);
  return EXIT.done;
}

async function planChange(
  backend: Backend,
  running: Parameters<Backend['open']>[0],
  source: LabSource,
): Promise<readonly Step[]> {
  const sandbox = await backend.open(running);
  try {
    return (await prepare(source, sandbox, 'look')).steps;
  } finally {
    await sandbox.close();
  }
}

export function toLineOf(source: LabSource, locate: Locate): LineOf {
  const lineMap = makeLineMap(source.text);
  const lines = new Map<string, number>();
  return path => {
    const key = path.join('\0');
    const line = lines.get(key) ?? lineMap(locate(path, 'key').start).line;
    lines.set(key, line);
    return line;
  };
}

function* print(
  steps: readonly Step[],
  format: PlanArguments['format'],
  name: string,
  file: string,
  lineOf: LineOf,
  io: Io,
) {
  if (format === 'sh') yield* planScript(steps, name);
  else if (format === 'json') yield* printJson(steps, lineOf);
  else if (steps.length > 0) yield* planText(steps, file, lineOf, io.colour.out ? coloured : plain);
  else io.err('nothing to do: the lab is as its file says\n');
}

/** Written step by step: a large plan as one string would take all the memory there is. */
function* printJson(steps: readonly Step[], lineOf: LineOf): Generator<string> {
  yield '{"steps":[';
  for (const [index, step] of steps.entries())
    yield `${index === 0 ? '\n' : ',\n'}${JSON.stringify(stepToJson(step, lineOf))}`;
  yield `${steps.length === 0 ? '' : '\n'}]}\n`;
}

const plain: Paint = { title: text => text, mark: (_, text) => text, why: text => `# ${text}` };

const COLOURS = { add: 32, change: 33, delete: 31 } as const;

const coloured: Paint = {
  title: text => `\u001b[1m${text}\u001b[0m`,
  mark: (operation, text) => `\u001b[${COLOURS[operation]}m${text}\u001b[0m`,
  why: text => `\u001b[2m# ${text}\u001b[0m`,
};
