/** `netlab logs`: what the containers of a pod have written. */
import type { Pod } from '../../language/lab/lab.ts';
import { damagedRecord, UsageError } from '../../lifecycle/errors.ts';
import { recallRunning } from '../../lifecycle/record.ts';
import type { LogLine, LogOptions } from '../../sandbox/sandbox.ts';
import { IN_LAB, once, POD } from '../arguments.ts';
import { defineCommand } from '../command.ts';
import { readDuration } from '../duration.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { readTargetLab } from '../lab-argument.ts';
import { findContainer, findPod } from '../targets.ts';
import { endLog, type LogOutput, type LogStyle, type OpenLine, printLogLine } from '../views/log-lines.ts';

export const command = defineCommand({
  usage: 'logs <pod> [container]',
  describe: 'print what the containers of a pod wrote',
  options: y =>
    y
      .option('lab', IN_LAB)
      .positional('pod', POD)
      .positional('container', {
        type: 'string',
        describe: 'all of the pod where it is left out',
        suggest: 'container',
      })
      .option('follow', { type: 'boolean', alias: 'f', default: false, describe: 'go on with what comes' })
      .option('since', {
        type: 'string',
        requiresArg: true,
        coerce: once('--since'),
        describe: 'only what is newer than this: 30s, 5m, 1h',
      })
      .option('tail', { type: 'number', requiresArg: true, describe: 'only the last lines, as many as this' })
      .option('timestamps', { type: 'boolean', alias: 't', default: false, describe: 'say when each line came' }),
  run: async ({ lab, pod: podName, container, follow, since, tail, timestamps }, { backend, io }) => {
    const filter = readFilter(since, tail);
    const running = await readTargetLab(lab, backend, io);
    const remembered = await recallRunning(running, backend);
    if (!remembered) throw damagedRecord(running.name);
    const pod = findPod(remembered.lab, podName);
    const names = container === undefined ? namesOf(pod) : [findContainer(pod, container).name];
    const signal = follow ? io.catchSignals() : undefined;
    const options = { ...filter, ...(signal ? { follow: AbortSignal.any([signal, io.outLost]) } : {}) };
    const logs = names.map(name => ({ name, read: () => backend.readLog(running, pod.ns, name, options) }));
    await printLogs(logs, follow, { nameWidth: widthFor(names), timestamps }, io);
    return signal?.aborted ? EXIT.interrupted : EXIT.done;
  },
});

function readFilter(since: string | undefined, tail: number | undefined): LogOptions {
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

/** Only where there are several does a line say whose it is. */
const widthFor = (names: readonly string[]) => (names.length > 1 ? Math.max(...names.map(name => name.length)) : 0);

interface Log {
  readonly name: string;
  readonly read: () => AsyncIterable<LogLine>;
}

/** One log after the other, or all at once while they are followed. */
async function printLogs(logs: readonly Log[], atOnce: boolean, style: LogStyle, io: Io): Promise<void> {
  let open: OpenLine;
  const print = (printed: LogOutput) => {
    io.out(printed.output);
    open = printed.open;
  };
  const printOne = async ({ name, read }: Log) => {
    for await (const line of read()) print(printLogLine(open, name, line, style));
    if (open === name) print(endLog(open, name));
  };
  if (atOnce) await Promise.all(logs.map(printOne));
  else for (const log of logs) await printOne(log);
}
