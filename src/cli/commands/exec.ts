/** `netlab exec`: run a command in a node, pod, container or switch of a running lab. */

import { podView } from '../../features/dns/compile/pod-view.ts';
import type { Container, Lab, Pod } from '../../language/lab/lab.ts';
import { hostnameOf } from '../../language/lab/lab.ts';
import { stateOf } from '../../lifecycle/container-state.ts';
import { damagedRecord, FailedError, UsageError } from '../../lifecycle/errors.ts';
import { recallRunning } from '../../lifecycle/record.ts';
import type { Backend, Place, RunningLab } from '../../sandbox/sandbox.ts';
import { containerEnv } from '../../state/container.ts';
import { COMMAND, CONTAINER, IN_LAB, showDash, TARGET } from '../arguments.ts';
import { type Context, defineCommand } from '../command.ts';
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

/** What `shell` does too. Resolves to the command's own exit code. */
export async function runInside(
  { lab, target, container: name, argv }: Inside,
  { backend, io }: Context,
): Promise<number> {
  const running = await readTargetLab(lab, backend, io);
  const remembered = await recallRunning(running, backend);
  if (name === undefined) {
    const place = remembered ? findPlace(remembered.lab, target) : { ns: target, paused: false };
    return passThrough(backend.enter(running, place, argv, io.cwd));
  }
  if (!remembered) throw damagedRecord(running.name);
  const pod = findPod(remembered.lab, target);
  const container = findContainer(pod, name);
  await checkRuns(pod, container, running, backend);
  const place = { ns: pod.ns, paused: true, container: container.name, image: container.image !== undefined };
  return passThrough(
    backend.enter(running, place, place.image ? argv : inContainer(pod, container, argv), container.workingDir),
  );
}

function findPlace(lab: Lab, target: string): Place {
  const ns = findTarget(lab, target);
  const pod = lab.pods.find(candidate => candidate.ns === ns);
  const view = pod && podView(pod, lab);
  if (view) return { ns, paused: false, view };
  return { ns, paused: pod !== undefined && pod.containers.length + pod.initContainers.length > 0 };
}

/** The command finds the environment that the container has, and no other. */
function inContainer(pod: Pod, container: Container, argv: readonly string[]): string[] {
  const { PATH, TERM } = process.env;
  const inherited = { ...(PATH === undefined ? {} : { PATH }), ...(TERM === undefined ? {} : { TERM }) };
  const settings = Object.entries({ ...inherited, ...containerEnv(hostnameOf(pod), container) }).map(
    ([key, value]) => `${key}=${value}`,
  );
  return ['env', '-i', ...settings, ...argv];
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
