/** What the kubelet has written down of a lab's processes, read from outside and held against the kernel. */
import { readdir } from 'node:fs/promises';
import { describeHold, findHold, type Hold } from '../../linux/hold.ts';
import type { ProcessId } from '../../linux/proc.ts';
import { parseStat } from '../../linux/proc.ts';
import { readRegularFile } from '../../linux/regular-file.ts';
import { containerStatePath, KUBELET_FILE, KUBELET_LOG, podStatePath } from '../../memory/folders.ts';
import { readJsonFile } from '../../memory/json-file.ts';
import type { ContainerState, PodState } from '../../memory/states.ts';
import type { LabProcesses, SeenContainer } from '../../sandbox/container-status.ts';
import type { RunningLab } from '../../sandbox/sandbox.ts';
import { containerFolder, PODS_FOLDER } from '../../state/pod-folder.ts';
import { pathInside } from './find-labs.ts';

export async function readProcesses(lab: RunningLab): Promise<LabProcesses> {
  const namespaces = await list(lab, PODS_FOLDER);
  const pods = await Promise.all(namespaces.map(ns => readPod(lab, ns)));
  const kubelet = await readJson<ProcessId>(lab, KUBELET_FILE);
  const state = kubelet && (await stateOf(lab, kubelet));
  const hold = state === undefined ? undefined : findHold(kubelet?.pid ?? 0, pathInside(lab, '/proc'));
  return {
    kubeletRuns: state !== undefined && !hold,
    kubeletError: hold ? whyHeld(kubelet?.pid ?? 0, hold) : await readText(lab, KUBELET_LOG),
    containers: pods.flatMap(({ containers }) => containers),
    readyPods: pods.flatMap(({ ns, ready }) => (ready ? [ns] : [])),
    failures: Object.fromEntries(pods.flatMap(({ ns, failure }) => (failure === '' ? [] : [[ns, failure] as const]))),
  };
}

/** Its number is that within the lab. */
function whyHeld(pid: number, hold: Hold): string {
  if (hold.kind === 'frozen') return `it ${describeHold(pid, hold)}`;
  return `it is stopped (SIGSTOP); in a node of the lab, "kill -CONT ${pid}" lets it go on`;
}

async function readPod(lab: RunningLab, ns: string) {
  const state = await readJson<PodState>(lab, podStatePath(ns));
  const names = await list(lab, containerFolder(ns, ''));
  const read = await Promise.all(names.map(name => readContainer(lab, ns, name)));
  const containers = read.filter(status => status !== undefined);
  // Where no kubelet runs that could see to it, one has ended all the same.
  const isWhole = containers.every(({ reason }) => reason !== UNKNOWN_END);
  return { ns, failure: state?.failure ?? '', ready: state?.ready === true && isWhole, containers };
}

const UNKNOWN_END = 'ContainerStatusUnknown';

/** A process that has ended is not running, also where there is no kubelet that could have said so. */
async function readContainer(lab: RunningLab, ns: string, name: string): Promise<SeenContainer | undefined> {
  const saved = await readJson<ContainerState>(lab, containerStatePath(ns, name));
  if (saved === undefined) return undefined;
  const status = { ...saved.status, current: saved.current };
  if (!status.process || (await isAlive(lab, status.process))) return status;
  return { ...status, state: 'terminated', reason: UNKNOWN_END, ready: false, process: null };
}

const isAlive = async (lab: RunningLab, id: ProcessId) => (await stateOf(lab, id)) !== undefined;

/** The letter of a process that lives; in the /proc, as seen in the lab, in which it has its number. */
async function stateOf(lab: RunningLab, { pid, startTime, proc = '/proc' }: ProcessId): Promise<string | undefined> {
  const stat = parseStat(readRegularFile(pathInside(lab, `${proc}/${pid}/stat`)) ?? '');
  return stat?.startTime !== startTime || stat.state === 'Z' || stat.state === 'X' ? undefined : stat.state;
}

async function readText(lab: RunningLab, path: string): Promise<string> {
  return (readRegularFile(pathInside(lab, path)) ?? '').trim();
}

async function readJson<T>(lab: RunningLab, path: string): Promise<T | undefined> {
  return readJsonFile(pathInside(lab, path)) as T | undefined;
}

async function list(lab: RunningLab, folder: string): Promise<string[]> {
  return (await readdir(pathInside(lab, folder)).catch(() => [])).sort();
}
