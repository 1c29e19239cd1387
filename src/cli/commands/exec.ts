/** `netlab exec`: run a command in a node, pod, container or switch of a running lab. */

import type { Container, Lab, Pod } from '../../language/lab/lab.ts';
import { stateOf } from '../../lifecycle/container-state.ts';
import { damagedRecord, FailedError, UsageError } from '../../lifecycle/errors.ts';
import { recallRunning } from '../../lifecycle/record.ts';
import { placeOfContainer, placeOfMachine, placeOfPod } from '../../pipeline/place.ts';
import type { Place } from '../../sandbox/place.ts';
import type { Backend, RunningLab } from '../../sandbox/sandbox.ts';
import { COMMAND, CONTAINER, IN_LAB, showDash, TARGET } from '../arguments.ts';
import { type CommandContext, defineCommand } from '../command.ts';
import { readTargetLab } from '../lab-argument.ts';
import { passThrough } from '../pass-through.ts';
import { findContainer, findPod, findTarget } from '../targets.ts';

export const command = defineCommand({
  usage: 'exec <target> [command..]',
  describe: 'run a command in a node or pod',
  options: y =>
    y.option('lab', IN_LAB).option('container', CONTAINER).positional('target', TARGET).positional('command', COMMAND),
  run: ({ lab, target, container, command: words = [], '--': rest = [] }, context) => {
    const argv = [...words.map(word => showDash(word) ?? ''), ...(rest as string[])];
    if (argv.length === 0) throw new UsageError('which command?', `netlab exec ${target} -- ip addr`);
    return runInside({ lab, target, container, argv }, context);
  },
});

interface Inside {
  readonly lab: string | undefined;
  readonly target: string;
  readonly container: string | undefined;
  readonly argv: readonly string[];
}

/** `shell` is the same. Resolves to the command's own exit code. */
export async function runInside(
  { lab, target, container: name, argv }: Inside,
  { backend, io }: CommandContext,
): Promise<number> {
  const running = await readTargetLab(lab, backend, io);
  const remembered = await recallRunning(running, backend);
  if (name === undefined) {
    const place: Place = remembered ? findPlace(remembered.lab, target) : { kind: 'network', ns: target };
    return passThrough(backend.enter(running, place, argv, io.cwd));
  }
  if (!remembered) throw damagedRecord(running.name);
  const pod = findPod(remembered.lab, target);
  const container = findContainer(pod, name);
  await checkRuns(pod, container, running, backend);
  return passThrough(backend.enter(running, placeOfContainer(pod, container, remembered.lab), argv, io.cwd));
}

function findPlace(lab: Lab, target: string): Place {
  const ns = findTarget(lab, target);
  const pod = lab.pods.find(candidate => candidate.ns === ns);
  return pod ? placeOfPod(pod, lab) : placeOfMachine(ns, lab);
}

async function checkRuns(pod: Pod, { name }: Container, running: RunningLab, backend: Backend): Promise<void> {
  const sandbox = await backend.open(running);
  const { containers } = await sandbox.readProcesses();
  await sandbox.close();
  const status = containers.find(container => container.ns === pod.ns && container.name === name);
  if (status?.process) return;
  throw new FailedError(
    `container ${name} of pod ${pod.key} does not run: ${status ? stateOf(status) : 'not started'}`,
    [`what it has written: netlab logs ${pod.key} ${name}`, `the pod without its containers: netlab shell ${pod.key}`],
  );
}
