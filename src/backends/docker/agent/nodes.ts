/**
 * Node containers: each is run by a `docker` client that stays attached to it, and in the sandbox. What ends the
 * sandbox ends the client, Docker then closes the container's standard input, which ends the container, and Docker
 * removes it with its volume. So nothing has to be written down, and nothing has to be there to clean up.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { runCommands } from '../../../agent/run-commands.ts';
import { pauseProgram } from '../../../kubelet/pause-program.ts';
import { readArgv, readStat } from '../../../linux/proc.ts';
import { readRegularFile } from '../../../linux/regular-file.ts';
import { hasChildEnded, startAttached } from '../../../linux/spawn.ts';
import { waitUntil } from '../../../linux/wait-until.ts';
import { FOLDER, HOST_PROC } from '../../../memory/folders.ts';
import { writeJsonFile } from '../../../memory/json-file.ts';
import type { OnDone } from '../../../sandbox/sandbox.ts';
import { type NodeContainer, nodeContainerArgv, nodeContainerName, PAUSE_IMAGE } from '../../../state/docker.ts';
import type { JobResult } from '../../../state/job.ts';
import { dockerHostOf, HOLDERS, type Holder, holderPath, readHolder, rootOf } from '../holders.ts';
import { detach } from './attach.ts';
import { DONE, failed, onHost, onNode, reasonOf, removeContainers, runDocker } from './run-docker.ts';

/** A daemon that starts on a slow machine, while others do too. */
const START_TIMEOUT_MS = 120_000;
/** For a moment it is still the container runtime that will become the node. */
const UNKNOWN_PROCESS_TIMEOUT_MS = 30_000;
/** A pipe that is open for writing as long as it is read: the clients hold both ends. */
const STDIN = `${FOLDER}/stdin`;

interface Starting {
  readonly node: NodeContainer;
  readonly client: number;
  readonly log: string;
  /** Since when its process is one that cannot be made out here. */
  strangeSince?: number;
  holder?: Holder;
  result?: JobResult;
}

export function startNodes(nodes: readonly NodeContainer[], onDone: OnDone): JobResult[] {
  mkdirSync(HOLDERS, { recursive: true });
  for (const { ns } of nodes) forgetHolder(ns);
  const all = nodes.map(startNode);
  const isOver = () => {
    look(all);
    for (const [index, starting] of all.entries())
      if (starting.result === undefined && isUp(starting)) {
        starting.result = prepare(starting);
        onDone(index);
      }
    return all.every(({ result }) => result !== undefined);
  };
  waitUntil(isOver, START_TIMEOUT_MS);
  return all.map(({ node, result }) => result ?? failed(`the Docker in node ${node.ns} does not answer`));
}

function startNode(node: NodeContainer): Starting {
  const log = `${HOLDERS}/${node.ns}.log`;
  rmSync(log, { force: true });
  return { node, log, client: startAttached(nodeContainerArgv(node), STDIN, log) };
}

/** Which process each is, and which have failed. */
function look(all: readonly Starting[]): void {
  const open = all.filter(({ holder, result }) => !holder && !result);
  for (const starting of all.filter(({ result }) => !result))
    if (hasChildEnded(starting.client)) starting.result = failed(whyEnded(starting));
  const names = open.map(({ node }) => nodeContainerName(node.lab, node.ns));
  if (names.length === 0) return;
  const [found] = runDocker([onHost(['inspect', '--type', 'container', '-f', '{{.Name}} {{.State.Pid}}', ...names])]);
  const pids = new Map(found?.stdout.split('\n').map(line => line.slice(1).split(' ') as [string, string]));
  for (const starting of open) {
    const pid = Number(pids.get(nodeContainerName(starting.node.lab, starting.node.ns)) ?? 0);
    if (pid > 0) identify(starting, pid);
  }
}

function whyEnded({ node, log }: Starting): string {
  const said = readRegularFile(log) ?? '';
  const reason = reasonOf({ code: 1, stdout: '', stderr: said });
  return `node ${node.ns} does not start: ${reason === '' ? 'its first process ended at once' : reason}`;
}

/** Docker numbers processes as it sees them: where it is in another PID namespace, they are others here. */
function identify(starting: Starting, pid: number): void {
  const { node } = starting;
  const startTime = readStat(pid, HOST_PROC)?.startTime;
  if (startTime === undefined || !(readArgv(pid, HOST_PROC) ?? []).includes(nodeContainerArgv(node).at(-1) ?? '')) {
    starting.strangeSince ??= performance.now();
    const message = `Docker says that node ${node.ns} is process ${pid}, which it is not here: netlab and Docker have to be in one PID namespace`;
    if (performance.now() - starting.strangeSince > UNKNOWN_PROCESS_TIMEOUT_MS) starting.result = failed(message);
    return;
  }
  starting.holder = { object: node, process: { pid, startTime, proc: HOST_PROC }, images: [] };
}

/** Its socket is there some time before Docker answers. */
function isUp({ holder }: Starting): boolean {
  if (!holder || !existsSync(dockerHostOf(holder).slice('unix://'.length))) return false;
  const [answer] = runDocker([onNode(holder, ['version', '--format', '{{.Server.Version}}'])]);
  return answer?.code === 0;
}

const IMPORT = `tar -C ${FOLDER} -c pause | docker --host "$1" import -c 'ENTRYPOINT ["/pause"]' - ${PAUSE_IMAGE}`;

/** Gives it the image of the pause containers. */
function prepare({ node, holder }: Starting): JobResult {
  if (!holder) return failed(`node ${node.ns} has ended`);
  if (pauseProgram() === undefined) return failed(`netlab has no pause program for ${process.arch} machines`);
  mkdirSync(`${rootOf(holder)}/run/netlab`, { recursive: true });
  const [made = DONE] = runCommands([{ ns: null, argv: ['sh', '-c', IMPORT, 'sh', dockerHostOf(holder)] }]);
  if (made.code !== 0) return failed(`node ${node.ns}: ${reasonOf(made)}`);
  writeJsonFile(holderPath(node.ns), holder);
  return DONE;
}

export function removeNodes(nodes: readonly NodeContainer[]): JobResult[] {
  const names = nodes.map(({ lab, ns }) => nodeContainerName(lab, ns));
  // Docker removes it by itself as soon as it has ended, maybe just now.
  const results = removeContainers(names.map(name => onHost(['rm', '--force', '--volumes', name])));
  for (const { ns } of nodes) forgetHolder(ns);
  return results;
}

export function forgetHolder(ns: string): void {
  if (readHolder(ns)) detach(ns);
  rmSync(holderPath(ns), { force: true });
}
