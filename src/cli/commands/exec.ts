/** `netlab exec` and `netlab shell`: run a command in a node, pod, container or switch of a running lab. */
import { existsSync } from 'node:fs';
import { hostnameOf } from '../../features/dns/compile/pod-files.ts';
import { podView } from '../../features/dns/compile/pod-view.ts';
import type { Container, Lab, Pod } from '../../language/lab/lab.ts';
import { stateOf } from '../../lifecycle/container-state.ts';
import { damagedRecord, FailedError } from '../../lifecycle/errors.ts';
import { recallRunning } from '../../lifecycle/record.ts';
import type { Backend, Place, RunningLab } from '../../sandbox/sandbox.ts';
import { containerEnv } from '../../state/container.ts';
import type { Io } from '../io.ts';
import { readTargetLab } from '../lab-argument.ts';
import { passThrough } from '../pass-through.ts';
import { findContainer, findPod, findTarget } from '../targets.ts';

export interface ExecArguments {
  readonly lab: string | undefined;
  readonly target: string;
  readonly container: string | undefined;
  readonly argv: readonly string[];
}

export async function runExec(args: ExecArguments, backend: Backend, io: Io): Promise<number> {
  const running = await readTargetLab(args.lab, backend, io);
  const remembered = await recallRunning(running, backend);
  if (args.container !== undefined) {
    if (!remembered) throw damagedRecord(running.name);
    const pod = findPod(remembered.lab, args.target);
    const container = findContainer(pod, args.container);
    await checkRuns(pod, container, running, backend);
    const place = { ns: pod.ns, paused: true, container: container.name, image: container.image !== undefined };
    const argv = place.image ? args.argv : inContainer(pod, container, args.argv);
    return passThrough(backend.enter(running, place, argv, container.workingDir));
  }
  const place = remembered ? findPlace(remembered.lab, args.target) : { ns: args.target, paused: false };
  return passThrough(backend.enter(running, place, args.argv, io.cwd));
}

export function runShell(args: Omit<ExecArguments, 'argv'>, backend: Backend, io: Io): Promise<number> {
  const shell = process.env['SHELL'] ?? '';
  return runExec({ ...args, argv: [existsSync(shell) ? shell : '/bin/sh'] }, backend, io);
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
