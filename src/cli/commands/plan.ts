/** `netlab plan`: what `up` would do, without doing it. */

import type { Overrides } from '../../language/lab/overrides.ts';
import { UsageError } from '../../lifecycle/errors.ts';
import { findRunning } from '../../lifecycle/find.ts';
import { type LabSource, loadLab } from '../../lifecycle/load-lab.ts';
import { planFresh, prepare } from '../../lifecycle/prepare.ts';
import { planScript } from '../../plan/script.ts';
import type { Step } from '../../plan/step.ts';
import type { Backend, RunningLab } from '../../sandbox/sandbox.ts';
import { BACKEND, IMAGE, JSON_FLAG, LAB, once } from '../arguments.ts';
import { type CommandContext, defineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readLabSource } from '../lab-argument.ts';
import { type LineOf, planJson, planText } from '../views/plan.ts';
import { say, writeInPieces } from '../write.ts';

const FORMATS = ['text', 'sh', 'json'] as const;
type PlanFormat = (typeof FORMATS)[number];

export const command = defineCommand({
  usage: 'plan [lab]',
  describe: 'print what up would do',
  options: y =>
    y
      .positional('lab', LAB)
      .option('backend', BACKEND)
      .option('image', IMAGE)
      .option('format', {
        choices: FORMATS,
        requiresArg: true,
        coerce: once<PlanFormat>('--format'),
        default: 'text' as const,
        describe: 'for people, for a shell, for programs',
      })
      .option('json', JSON_FLAG),
  run: ({ lab, backend, image, format, json }, context) =>
    printPlan({ lab, overrides: { backend, image }, format: json ? 'json' : format }, context),
});

interface PlanArguments {
  readonly lab: string | undefined;
  readonly overrides: Overrides;
  readonly format: PlanFormat;
}

/** What `up --dry-run` prints too. */
export async function printPlan(
  { lab, overrides, format }: PlanArguments,
  { backend, io }: CommandContext,
): Promise<number> {
  const source = await readLabSource(lab, backend, io, overrides);
  const loaded = loadLab(source);
  const { name } = loaded.lab;
  const whyNoScript = format === 'sh' ? backend.whyNoScript(loaded.lab.backend) : undefined;
  if (whyNoScript !== undefined) throw new UsageError(whyNoScript, 'add --backend netns');
  const running = await findRunning(backend, name);
  const steps = running ? await planChange(backend, running, source) : planFresh(loaded, backend);
  const lineOf: LineOf = path => loaded.sources.lineOf(path, 'key');
  if (format === 'sh') writeInPieces(planScript(steps, name), io);
  else if (format === 'json') writeInPieces(planJson(steps, lineOf), io);
  else if (steps.length > 0) writeInPieces(planText(steps, lineOf, io.paint.out), io);
  else say('nothing to do: what netlab looks at is as the file says', io);
  return EXIT.done;
}

async function planChange(backend: Backend, running: RunningLab, source: LabSource): Promise<readonly Step[]> {
  const sandbox = await backend.open(running);
  try {
    return (await prepare(source, backend, sandbox, 'look')).steps;
  } finally {
    await sandbox.close();
  }
}
