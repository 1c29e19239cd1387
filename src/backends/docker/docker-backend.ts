/**
 * The `docker` backend: a lab whose nodes are containers of this host's Docker, each with a Docker of its own for the
 * containers of its pods.
 *
 * The lab is still a sandbox of the `netns` backend, which holds the switches and a name for every network namespace,
 * wires them, and keeps what runs in them. What is added here is what a sandbox cannot take along by itself.
 */
import { readFileSync } from 'node:fs';
import type { Backend, Entry, Place, RunningLab, Sandbox } from '../../sandbox/sandbox.ts';
import { containerName } from '../../state/container.ts';
import { NODE_SOCKET } from '../../state/docker.ts';
import { pathInside } from '../netns/find-labs.ts';
import { createSandbox } from '../netns/netns-backend.ts';
import { requireDocker } from './docker-host.ts';
import { listLeftovers, removeLeftovers } from './leftovers.ts';
import { type Machine, machinePath } from './machine-record.ts';
import { findMarkedFirst, markWords, newMark } from './marked-command.ts';

/** Labs without a Docker are left to `netns`. */
export function withDocker(netns: Backend): Backend {
  const destroy = async (lab: RunningLab) => {
    await netns.destroy(lab);
    if (lab.docker !== null) await removeLeftovers(lab.name, lab.docker, true);
  };
  return {
    ...netns,
    create: (lab, kind) => (kind === 'docker' ? createDocker(lab, destroy) : netns.create(lab, kind)),
    destroy,
    listLeftovers,
    removeLeftovers: lab => removeLeftovers(lab),
    enter: (lab, place, argv, cwd) =>
      place.image ? enterContainer(lab, place, argv, cwd) : netns.enter(lab, place, argv, cwd),
  };
}

/** What an `up` that was killed has left in Docker goes first. */
async function createDocker(lab: string, destroy: (lab: RunningLab) => Promise<void>): Promise<Sandbox> {
  const docker = await requireDocker();
  await removeLeftovers(lab, docker);
  const sandbox = await createSandbox(lab, docker);
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
function enterContainer(lab: RunningLab, { ns, container = '' }: Place, argv: readonly string[], cwd: string): Entry {
  const { node } = readMachine(lab, ns).object as { readonly node: string };
  const { pid } = readMachine(lab, node).process;
  const terminal = process.stdin.isTTY && process.stdout.isTTY ? ['--tty'] : [];
  const folder = cwd === '' ? [] : ['--workdir', cwd];
  const mark = newMark();
  const socket = `unix:///proc/${pid}/root${NODE_SOCKET}`;
  const options = ['--interactive', ...terminal, ...folder, ...markWords(mark)];
  return {
    argv: ['docker', '--host', socket, 'exec', ...options, containerName(ns, container), ...argv],
    signal: signal => signalMarked(mark, signal),
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

function readMachine(lab: RunningLab, ns: string): Machine {
  return JSON.parse(readFileSync(pathInside(lab, machinePath(ns)), 'utf8')) as Machine;
}
