/** `netlab logs`: what the containers of a pod have written. */

import type { Pod } from '../../language/lab/lab.ts';
import { damagedRecord, UsageError } from '../../lifecycle/errors.ts';
import { recallRunning } from '../../lifecycle/record.ts';
import type { Backend, LogLine, LogOptions, RunningLab } from '../../sandbox/sandbox.ts';
import { readDuration } from '../duration.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { readTargetLab } from '../lab-argument.ts';
import { findContainer, findPod } from '../targets.ts';

export interface LogsArguments {
  readonly lab: string | undefined;
  readonly pod: string;
  readonly container: string | undefined;
  readonly follow: boolean;
  readonly since: string | undefined;
  readonly tail: number | undefined;
  readonly timestamps: boolean;
}

export async function runLogs(args: LogsArguments, backend: Backend, io: Io): Promise<number> {
  const filter = readFilter(args);
  const running = await readTargetLab(args.lab, backend, io);
  const remembered = await recallRunning(running, backend);
  if (!remembered) throw damagedRecord(running.name);
  const pod = findPod(remembered.lab, args.pod);
  const names = args.container === undefined ? namesOf(pod) : [findContainer(pod, args.container).name];
  const signal = args.follow ? io.catchSignals() : undefined;
  const width = names.length > 1 ? Math.max(...names.map(name => name.length)) : 0;
  const pen: Pen = { inLineOf: undefined };
  const printOne = (name: string) =>
    print(name, width, pod, running, { ...filter, ...(signal ? { follow: signal } : {}) }, args, backend, io, pen);
  if (args.follow) await Promise.all(names.map(printOne));
  else for (const name of names) await printOne(name);
  return signal?.aborted ? EXIT.interrupted : EXIT.done;
}

function readFilter({ since, tail }: LogsArguments): LogOptions {
  if (tail !== undefined && !(Number.isInteger(tail) && tail >= 0))
    throw new UsageError('--tail takes a number of lines', 'for instance --tail 20');
  return {
    ...(since === undefined ? {} : { since: Date.now() - readDuration(since, '--since') }),
    ...(tail === undefined ? {} : { tail }),
  };
}

function namesOf({ key, initContainers, containers }: Pod): string[] {
  const names = [...initContainers, ...containers].map(({ name }) => name);
  if (names.length === 0) throw new UsageError(`pod ${key} has no containers`, 'the lab file gives it none');
  return names;
}

/** Whose line has been begun, but not ended yet: nobody else writes on in it. */
interface Pen {
  inLineOf: string | undefined;
}

const NEWLINE = Buffer.from('\n');

async function print(
  name: string,
  width: number,
  { ns }: Pod,
  running: RunningLab,
  options: LogOptions,
  { timestamps }: LogsArguments,
  backend: Backend,
  io: Io,
  pen: Pen,
): Promise<void> {
  const head = ({ time }: LogLine) =>
    `${width > 0 ? `${name.padEnd(width)}  ` : ''}${timestamps ? `${new Date(time).toISOString()} ` : ''}`;
  for await (const line of backend.readLog(running, ns, name, options)) {
    const begin = pen.inLineOf === name ? '' : `${pen.inLineOf === undefined ? '' : '\n'}${head(line)}`;
    io.out(Buffer.concat([Buffer.from(begin), line.bytes, ...(line.whole ? [NEWLINE] : [])]));
    pen.inLineOf = line.whole ? undefined : name;
  }
  if (pen.inLineOf !== name) return;
  io.out(NEWLINE);
  pen.inLineOf = undefined;
}
