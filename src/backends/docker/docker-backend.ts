/**
 * The `docker` backend: a lab whose nodes are containers of this host's Docker, each with a Docker of its own for the
 * containers of its pods.
 *
 * The lab is still a sandbox of the `netns` backend, which holds the switches and a name for every network namespace,
 * wires them, and keeps what runs in them. What is added here is what a sandbox cannot take along by itself.
 */
import { readJsonFile } from '../../memory/json-file.ts';
import type { ContainerPlace, Place } from '../../sandbox/place.ts';
import type { Backend, CommandRunner, OnHelp, RunningLab, Sandbox } from '../../sandbox/sandbox.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { containerName } from '../../state/container.ts';
import { NODE_SOCKET, nodeContainerName } from '../../state/docker.ts';
import type { Tell } from '../netns/agent-client.ts';
import { pathInside } from '../netns/find-labs.ts';
import { createSandbox } from '../netns/netns-backend.ts';
import { describeDockerHost, requireDocker } from './docker-host.ts';
import { examineDocker } from './examine.ts';
import { fetchImages } from './fetch-images.ts';
import { type Holder, holderPath } from './holders.ts';
import { listLeftovers, removeLeftovers } from './leftovers.ts';
import { findMarkedFirst, markedJob, markWords, newMark } from './marked-command.ts';

/** Labs without a Docker are left to `netns`. */
export function withDocker(netns: Backend, tell: Tell = () => undefined): Backend {
  const destroy = async (lab: RunningLab, onHelp?: OnHelp) => {
    await netns.destroy(lab, onHelp);
    if (lab.docker !== null) await removeLeftovers(lab.name, lab.docker, true);
  };
  return {
    ...netns,
    describeHost: () => ({ ...netns.describeHost(), docker: describeDockerHost() }),
    examineHost: examineDocker,
    whyNoScript: kind => (kind === 'docker' ? NO_SCRIPT : netns.whyNoScript(kind)),
    open: async lab => (lab.docker === null ? netns.open(lab) : addDocker(await netns.open(lab))),
    create: (lab, kind, signal) =>
      kind === 'docker' ? createDocker(lab, destroy, tell, signal) : netns.create(lab, kind, signal),
    destroy,
    listLeftovers,
    removeLeftovers: lab => removeLeftovers(lab),
    enter: (lab, place, argv, cwd) =>
      isFromImage(place) ? enterContainer(lab, place, argv) : netns.enter(lab, place, argv, cwd),
  };
}

const NO_SCRIPT = 'a plan for Docker is no script: its namespaces are those of containers';

const isFromImage = (place: Place): place is ContainerPlace => place.kind === 'container' && place.fromImage;

const nameOf = ({ ns, container }: ContainerPlace) => containerName(ns, container);

/** To a sandbox that has a Docker in reach. */
function addDocker(sandbox: Sandbox): Sandbox {
  return {
    ...sandbox,
    jobIn: (place, argv, bounds) =>
      isFromImage(place)
        ? markedJob(nodeContainerName(sandbox.running.name, place.node), nameOf(place), argv, bounds)
        : sandbox.jobIn(place, argv, bounds),
    fetchImages: images => fetchImages(images, sandbox.run),
  };
}

/** What an `up` that was killed has left in Docker goes first. */
async function createDocker(
  lab: string,
  destroy: (lab: RunningLab) => Promise<void>,
  tell: Tell,
  signal?: AbortSignal,
): Promise<Sandbox> {
  const docker = await requireDocker();
  await removeLeftovers(lab, docker);
  const sandbox = addDocker(await createSandbox({ name: lab, docker }, tell, signal));
  let committed = false;
  return {
    ...sandbox,
    commit: async () => {
      await sandbox.commit();
      committed = true;
    },
    close: async () => {
      await sandbox.close();
      if (!committed) await destroy(sandbox.running);
    },
  };
}

/** By the Docker of its node: with the image's environment and user, in the container's control groups. */
function enterContainer(lab: RunningLab, place: ContainerPlace, argv: readonly string[]): CommandRunner {
  const { pid } = readHolder(lab, place.node).process;
  const terminal = process.stdin.isTTY && process.stdout.isTTY ? ['--tty'] : [];
  const folder = place.workingDir === '' ? [] : ['--workdir', place.workingDir];
  const mark = newMark();
  const socket = `unix:///proc/${pid}/root${NODE_SOCKET}`;
  const options = ['--interactive', ...terminal, ...folder, ...markWords(mark)];
  return {
    argv: ['docker', '--host', socket, 'exec', ...options, nameOf(place), ...argv],
    signal: (_, signal) => signalMarked(mark, signal),
    isRemote: true,
  };
}

/** What a terminal sends, it sends to all that the command has started. */
function signalMarked(mark: string, signal: NodeJS.Signals): boolean {
  const pid = findMarkedFirst(mark);
  if (pid === undefined) return false;
  try {
    process.kill(signal === 'SIGINT' || signal === 'SIGQUIT' ? -pid : pid, signal);
  } catch {
    // It has just ended.
  }
  return true;
}

function readHolder(lab: RunningLab, ns: string): Holder {
  const holder = readJsonFile(pathInside(lab, holderPath(ns))) as Holder | undefined;
  if (!holder) throw new SandboxError(`node ${ns} of lab ${lab.name} has no container just now`);
  return holder;
}
