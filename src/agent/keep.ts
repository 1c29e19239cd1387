/**
 * What a pod has besides the network: its files are written here; its processes are told to the kubelet, by a
 * manifest each, and what is no longer wanted is waited for until it has ended.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAlive, readArgv } from '../linux/proc.ts';
import { readRegularFile, writeInPlace } from '../linux/regular-file.ts';
import { waitUntil } from '../linux/wait-until.ts';
import {
  COMMITTED_INPUT,
  containerStatePath,
  IDLE_ARGV,
  KUBELET_FILE,
  MANIFESTS,
  manifestPath,
  podStatePath,
  START_KUBELET_FILE,
} from '../memory/folders.ts';
import { readJsonFile, writeJsonFile } from '../memory/json-file.ts';
import { quoteForShell } from '../plan/shell.ts';
import type { OnDone } from '../sandbox/sandbox.ts';
import { type ContainerProcess, DEFAULT_GRACE_MS, graceMsOf } from '../state/container.ts';
import { isAbout, type Job, type JobResult, type ObjectJob } from '../state/job.ts';
import type { KernelObject } from '../state/kinds.ts';
import { type Pause, pauseNetworkOf } from '../state/pause.ts';
import type { PodFile } from '../state/pod-file.ts';
import { podFilePath, podNamespaces } from '../state/pod-folder.ts';
import type { Extension } from './extension.ts';

/** So much longer than what ends has itself: a pod's sidecars end after its containers. */
const STOP_MARGIN_MS = 10_000;
const WAKE_TIMEOUT_MS = 20_000;

type KeptProcess = Pause | ContainerProcess;

/** About a pod's files or processes, which are done here and not by a command. */
type PodJob = ObjectJob<PodFile | KeptProcess>;

export const isOfPod = (job: Job): job is PodJob =>
  isAbout(job, 'file') || isAbout(job, 'pause') || isAbout(job, 'container');

const DONE: JobResult = { code: 0, stdout: '', stderr: '' };

/** Does such jobs, all side by side: containers that end are waited for together. */
export function keepProcesses(
  jobs: readonly PodJob[],
  extension: Pick<Extension, 'onPodFile'>,
  onDone: OnDone = () => undefined,
): JobResult[] {
  // With its pause process the kubelet sees a whole pod go, and ends what it is made of in its order.
  const ordered = [...jobs].sort((a, b) => Number(b.object.kind === 'pause') - Number(a.object.kind === 'pause'));
  for (const { operation, object } of ordered) {
    if (object.kind === 'file') writeFile(operation, object, extension);
    else if (operation === 'add') writeManifest(object);
    else rmSync(manifestPathOf(object), { force: true });
  }
  if (jobs.some(({ operation, object }) => operation === 'add' && object.kind !== 'file')) ensureKubelet();
  const isGone = ({ operation, object }: PodJob) => operation === 'add' || object.kind === 'file' || hasEnded(object);
  const left = new Map(jobs.entries());
  const look = () => {
    for (const [index, job] of left)
      if (isGone(job)) {
        left.delete(index);
        onDone(index);
      }
    return left.size === 0;
  };
  waitUntil(look, STOP_MARGIN_MS + longestGrace(jobs));
  return jobs.map(({ object }, index) => (object.kind !== 'file' && left.has(index) ? stillThere(object) : DONE));
}

/** The pause process goes last, and waits for all of its pod's containers, whatever they are made of by now. */
function longestGrace(jobs: readonly PodJob[]): number {
  const own = jobs.flatMap(({ object }) => (object.kind === 'container' ? [graceMsOf(object)] : []));
  return Math.max(DEFAULT_GRACE_MS, ...own);
}

/** In place: where the file is mounted, the mount shows what was mounted and not what has taken its name. */
function writeFile(
  operation: 'add' | 'delete',
  { ns, path, text }: PodFile,
  { onPodFile }: Pick<Extension, 'onPodFile'>,
): void {
  const own = podFilePath(ns, path);
  if (operation === 'delete') rmSync(own, { force: true });
  else {
    mkdirSync(dirname(own), { recursive: true });
    writeInPlace(own, text);
    onPodFile(ns, path);
  }
}

const manifestPathOf = (kept: KeptProcess) =>
  kept.kind === 'pause' ? manifestPath(kept.ns) : manifestPath(kept.ns, kept.container.name);

function writeManifest(kept: KeptProcess): void {
  mkdirSync(MANIFESTS, { recursive: true });
  writeJsonFile(manifestPathOf(kept), kept);
}

/**
 * Where the pause process waits on nothing in particular, it is woken up so that it sees the script; in a lab that is
 * not committed yet netlab itself tells it.
 */
function ensureKubelet(): void {
  if (existsSync(START_KUBELET_FILE)) return;
  writeFileSync(START_KUBELET_FILE, kubeletScript());
  if (readlinkSync('/proc/1/fd/0') !== COMMITTED_INPUT) return;
  // One that is just ending is started again by itself; after that, what the pause process waits on may be about to start.
  waitUntil(() => hasKubelet() || wakePause(), WAKE_TIMEOUT_MS);
}

/** Whether it did wait. */
function wakePause(): boolean {
  const idle = IDLE_ARGV.join(' ');
  const children = readFileSync('/proc/1/task/1/children', 'latin1').trim().split(' ').filter(Boolean).map(Number);
  const waited = children.filter(pid => readArgv(pid)?.join(' ') === idle);
  for (const pid of waited) process.kill(pid);
  return waited.length > 0;
}

/** A small heap, as what it holds is little and it lives as long as the lab. */
function kubeletScript(): string {
  const program = fileURLToPath(new URL('./kubelet.cjs', import.meta.url));
  const flags = ['--max-old-space-size=96', '--max-semi-space-size=1', '--v8-pool-size=1'];
  return `UV_THREADPOOL_SIZE=1 exec ${[process.execPath, ...flags, program].map(quoteForShell).join(' ')}\n`;
}

function hasEnded(kept: KeptProcess): boolean {
  const path = kept.kind === 'pause' ? podStatePath(kept.ns) : containerStatePath(kept.ns, kept.container.name);
  return !existsSync(path);
}

function stillThere(kept: KeptProcess): JobResult {
  const what = kept.kind === 'pause' ? `the pause process of ${kept.ns}` : `${kept.container.name} of ${kept.ns}`;
  const why = hasKubelet() ? '' : ': the kubelet of this lab does not run';
  return { code: 1, stdout: '', stderr: `${what} does not end${why}` };
}

function hasKubelet(): boolean {
  const id = readJsonFile(KUBELET_FILE) as { pid?: number; startTime?: string } | undefined;
  return id?.pid !== undefined && id.startTime !== undefined && isAlive(id.pid, id.startTime);
}

/**
 * What is written down: the manifests, and the files where they are. Those of a pod whose container has died are gone
 * with it.
 */
export function observeProcesses(dead: ReadonlySet<string>): (PodFile | Pause | ContainerProcess)[] {
  const all = listJson(MANIFESTS).map(name => readJsonFile(`${MANIFESTS}/${name}`) as KernelObject | undefined);
  const networks = new Map(all.flatMap(kept => (kept?.kind === 'pause' ? [[kept.ns, pauseNetworkOf(kept)]] : [])));
  const isThere = (ns: string) => !dead.has(ns) && isInNetwork(ns, networks.get(ns) ?? ns);
  const manifests = all.filter(kept => kept === undefined || !('ns' in kept) || isThere(kept.ns));
  return manifests.flatMap((kept): (PodFile | Pause | ContainerProcess)[] => {
    if (kept?.kind === 'container') return [kept];
    return kept?.kind === 'pause' ? [kept, ...kept.files.flatMap(path => observeFile(kept.ns, path))] : [];
  });
}

/** A network namespace that was deleted and made anew is another one: the pod's processes are still in the old one. */
function isInNetwork(ns: string, network: string): boolean {
  const [own, named] = [`${podNamespaces(ns)}/net`, `/run/netns/${network}`].map(
    path => statSync(path, { throwIfNoEntry: false })?.ino,
  );
  return own === undefined || own === named;
}

function observeFile(ns: string, path: string): PodFile[] {
  const text = readRegularFile(podFilePath(ns, path));
  return text === undefined ? [] : [{ kind: 'file', ns, path, text }];
}

function listJson(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter(name => name.endsWith('.json'))
      .sort();
  } catch {
    return []; // The lab has no containers.
  }
}
