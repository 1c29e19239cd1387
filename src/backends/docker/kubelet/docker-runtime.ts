/**
 * Containers that the Docker of their node runs. Each is started by a client that stays attached: what the container
 * writes goes through it into the container's pipe, and it ends with the container's exit code.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Output } from '../../../kubelet/output.ts';
import type { Runtime } from '../../../kubelet/runtime.ts';
import { linkNamespaces } from '../../../kubelet/start.ts';
import type { ProcessId } from '../../../linux/proc.ts';
import { isProcessAlive, readStat } from '../../../linux/proc.ts';
import { type ContainerProcess, containerName, type DockerPlace, runWords } from '../../../state/container.ts';
import { containerNamespaces } from '../../../state/pod-folder.ts';
import { procOf, readHolder } from '../holders.ts';
import { copyPodFile } from '../pod-files.ts';
import { isBeingRemoved, REMOVAL_TIMEOUT_MS } from '../removal.ts';
import type { DockerCli } from './docker-cli.ts';
import { execInContainer } from './exec.ts';

/** How often Docker is asked whether it runs by now, and whether its name is free. */
const LOOK_MS = 100;
const RETRY_MS = 1000;

export function makeDockerRuntime(cli: DockerCli): Runtime {
  return {
    start: (container, output, events) => {
      const place = placeOf(container);
      for (const path of place.files) copyPodFile(container.ns, path);
      void run(container, place, output, cli, events.onRunning)
        .catch(error => {
          output.note(`netlab: cannot start it: ${error instanceof Error ? error.message : error}`);
          return NOT_STARTED;
        })
        .then(events.onEnd);
    },
    signal: (container, process, signal) => void signalContainer(container, process, signal, cli),
    exitCode: container => readExitCode(container, cli),
    exec: (container, command) => execInContainer(nameOf(container), placeOf(container), command, cli),
    remove: container =>
      void cli.run(placeOf(container).node, ['rm', '--force', nameOf(container)]).catch(() => undefined),
  };
}

/** Resolves to its exit code. */
async function run(
  container: ContainerProcess,
  place: DockerPlace,
  output: Output,
  cli: DockerCli,
  onRunning: (id: ProcessId) => void,
): Promise<number> {
  const { node } = place;
  // Of a run before this one, which may have been another kubelet's.
  await freeName(container, cli);
  let over = false;
  let id: ProcessId | undefined;
  void watchStart(container, node, cli, () => over).then(found => {
    id = found;
    if (id && !over) onRunning(id);
  });
  const code = await runClient(container, place, output, cli).finally(() => {
    over = true;
  });
  // The client's own failure is not the container's: that has run, and went with its node.
  if (id && !isProcessAlive(id) && code === NOT_STARTED) return KILLED;
  if (!id || !isProcessAlive(id)) return code;
  return (await attachAgain(container, id, output, cli)) ?? code;
}

/** Also where Docker is still removing it, as somebody else has asked for that. */
async function freeName(container: ContainerProcess, cli: DockerCli): Promise<void> {
  const deadline = performance.now() + REMOVAL_TIMEOUT_MS;
  const remove = () => cli.run(placeOf(container).node, ['rm', '--force', nameOf(container)]);
  while (isBeingRemoved((await remove()).text) && performance.now() < deadline) await sleep(LOOK_MS);
}

const runClient = async (container: ContainerProcess, place: DockerPlace, output: Output, cli: DockerCli) =>
  output.withChildEnd(fd => cli.pass(place.node, runWords(container, place), fd));

/** Only the client has ended, as when the node's Docker is started anew: containers go on meanwhile. */
async function attachAgain(
  container: ContainerProcess,
  id: ProcessId,
  output: Output,
  cli: DockerCli,
): Promise<number | undefined> {
  const { node } = placeOf(container);
  const words = ['attach', '--no-stdin', '--sig-proxy=false', nameOf(container)];
  while (isProcessAlive(id)) {
    await sleep(RETRY_MS);
    await output.withChildEnd(fd => cli.pass(node, words, fd));
  }
  return readExitCode(container, cli);
}

async function readExitCode(container: ContainerProcess, cli: DockerCli): Promise<number | undefined> {
  const words = ['inspect', '--format', '{{.State.ExitCode}}', nameOf(container)];
  const said = await cli.run(placeOf(container).node, words).catch(() => undefined);
  return said?.code === 0 ? Number(said.text) : undefined;
}

/** The exit code of a process that was killed; also of one whose own is not known. */
const KILLED = 137;
/** What Docker's command line says where it could not run a container. */
const NOT_STARTED = 125;

const nameOf = ({ ns, container }: ContainerProcess) => containerName(ns, container.name);

function placeOf({ ns, container, docker }: ContainerProcess): DockerPlace {
  if (!docker) throw new Error(`container ${container.name} of ${ns} has no image`);
  return docker;
}

/** Its first process, as soon as there is one; undefined where it was over before that was seen. */
async function watchStart(
  container: ContainerProcess,
  node: string,
  cli: DockerCli,
  isOver: () => boolean,
): Promise<ProcessId | undefined> {
  for (;;) {
    await sleep(LOOK_MS);
    if (isOver()) return undefined;
    const words = ['inspect', '--format', '{{.State.Pid}}', nameOf(container)];
    const said = await cli.run(node, words).catch(() => undefined);
    const id = said?.code === 0 ? identify(node, Number(said.text)) : undefined;
    if (id === undefined) continue;
    linkNamespaces(containerNamespaces(container.ns, container.container.name), id);
    return id;
  }
}

function identify(node: string, pid: number): ProcessId | undefined {
  const holder = readHolder(node);
  if (!holder || !(pid > 0)) return undefined;
  const proc = procOf(holder);
  const startTime = readStat(pid, proc)?.startTime;
  return startTime === undefined ? undefined : { pid, startTime, proc };
}

/** A Docker that is just being started again does not pass it on: it is told once more. */
async function signalContainer(
  container: ContainerProcess,
  process: ProcessId,
  signal: NodeJS.Signals,
  cli: DockerCli,
): Promise<void> {
  while (isProcessAlive(process)) {
    const words = ['kill', '--signal', signal, nameOf(container)];
    const said = await cli.run(placeOf(container).node, words).catch(() => undefined);
    if (said?.code === 0) return;
    await sleep(RETRY_MS);
  }
}
