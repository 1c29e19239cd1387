/**
 * The kubelet: the program that keeps a lab's containers as its manifests want them. It is started by the lab's pause
 * process where the lab has containers, and again should it end; what it keeps goes on meanwhile.
 *
 * It knows nothing but the lab's memory: manifests come in, processes and their states go out. What was started by a
 * kubelet before it, it goes on with; only how such a process ends it cannot see, as it is not its parent.
 */
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { flock } from '../linux/libc.ts';
import type { ProcessId } from '../linux/proc.ts';
import { isProcessAlive, readArgv } from '../linux/proc.ts';
import {
  KUBELET_FILE,
  KUBELET_LOCK,
  KUBELET_LOG,
  MANIFESTS,
  manifestPath,
  podStatePath,
  START_KUBELET_FILE,
} from '../memory/folders.ts';
import { readJsonFile, writeJsonFile } from '../memory/json-file.ts';
import type { ContainerProcess } from '../state/container.ts';
import { PODS_FOLDER } from '../state/pod-folder.ts';
import { type Children, makeChildren } from './children.ts';
import { type Following, followReadiness } from './follow/follow-readiness.ts';
import { type Manifests, watchManifests } from './manifests.ts';
import { makeHome } from './namespaces.ts';
import type { PodTools } from './pods/container-effects.ts';
import { type KeptPod, keepPod } from './pods/keep-pod.ts';
import { makeExec } from './probes/exec.ts';
import { makeHostRuntime, type Runtime } from './runtime.ts';
import { identify, reap } from './spawn.ts';
import { PAUSE_PROGRAM_NAME } from './start.ts';
import { makeTemplate } from './template.ts';

/** A kubelet that fails at what the one before it has failed at does so earlier. */
const LASTING_MS = 3000;

interface Kubelet {
  readonly pods: Map<string, KeptPod>;
  readonly tools: PodTools;
  readonly manifests: Manifests;
  readonly following: Following;
}

/** `makeImageRuntime` makes what runs containers that have an image. */
export function runKubelet(makeImageRuntime: (children: Children) => Runtime): void {
  noteFailure();
  if (!isAnotherRunning()) keepLab(makeImageRuntime);
}

/** A file is kept open, and given up where none can be opened any more: to say so takes one. */
function noteFailure(): void {
  const spare = openSync('/dev/null', 'r');
  process.on('uncaughtException', error => {
    closeSync(spare);
    writeFileSync(KUBELET_LOG, `${new Date().toISOString()} ${error.stack}\n`);
    process.exit(1);
  });
}

/** Several may be starting at once: the kernel gives the lock to one, and takes it back when that has ended. */
function isAnotherRunning(): boolean {
  const LOCK_EX = 2;
  const LOCK_NB = 4;
  if (flock(openSync(KUBELET_LOCK, 'a'), LOCK_EX | LOCK_NB) !== 0) return true;
  const other = readJsonFile(KUBELET_FILE) as ProcessId | undefined;
  return other !== undefined && isProcessAlive(other);
}

function keepLab(makeImageRuntime: (children: Children) => Runtime): void {
  process.umask(0o022);
  writeJsonFile(KUBELET_FILE, identify(process.pid));
  mkdirSync(MANIFESTS, { recursive: true });
  mkdirSync(PODS_FOLDER, { recursive: true });
  makeTemplate();
  const manifests = watchManifests(() => look(kubelet));
  const pods = new Map<string, KeptPod>();
  const home = makeHome();
  const children = makeChildren();
  const following = followReadiness(home, children, {
    isReady: ns => pods.get(ns)?.isReady() ?? false,
    sendHangup: ns => pods.get(ns)?.sendHangup(),
  });
  const [onHost, fromImage] = [makeHostRuntime(home, children), makeImageRuntime(children)];
  const runtimeOf = (one: ContainerProcess) => (one.docker ? fromImage : onHost);
  const exec = makeExec(children, (container, command) => runtimeOf(container).exec(container, command));
  const kubelet: Kubelet = { pods, tools: { home, children, exec, runtimeOf }, manifests, following };
  process.on('SIGCHLD', () => children.ended(reap()));
  const unwanted = adopt(kubelet);
  look(kubelet);
  for (const pod of unwanted) pod.want(undefined, []);
  children.followAdopted();
  endStrays(kubelet);
  // An earlier kubelet's failure no longer matters once this one has lasted.
  setTimeout(() => rmSync(KUBELET_LOG, { force: true }), LASTING_MS).unref();
}

/** Takes over the pods that a kubelet before this one has left; returns those whose manifests are gone. */
function adopt(kubelet: Kubelet): KeptPod[] {
  const { pods } = kubelet;
  const left = readdirSync(PODS_FOLDER).filter(ns => existsSync(podStatePath(ns)));
  return left.flatMap(ns => {
    const pod = take(kubelet, ns);
    pods.set(ns, pod);
    return existsSync(manifestPath(ns)) ? [] : [pod];
  });
}

/** Pause processes that were started by a kubelet which ended before it had written them down. */
function endStrays({ pods }: Kubelet): void {
  const known = new Set([...pods.values()].flatMap(pod => pod.processes()).map(({ pid }) => pid));
  const children = readFileSync('/proc/1/task/1/children', 'latin1').trim().split(' ').filter(Boolean).map(Number);
  for (const pid of children) {
    const [name, ns, ...rest] = readArgv(pid) ?? [];
    if (name === PAUSE_PROGRAM_NAME && ns !== undefined && rest.length === 0 && !known.has(pid))
      process.kill(pid, 'SIGKILL');
  }
}

/** Brings the pods in line with what has changed in the manifests. */
function look(kubelet: Kubelet): void {
  const { pods, manifests } = kubelet;
  for (const [ns, { pause, containers }] of manifests.takeChanged()) {
    const isNew = !pods.has(ns);
    if (isNew && pause === undefined) continue;
    const pod = pods.get(ns) ?? take(kubelet, ns);
    pods.set(ns, pod);
    pod.want(pause, containers);
  }
  if (pods.size === 0) retire();
}

function take({ pods, tools, following }: Kubelet, ns: string): KeptPod {
  return keepPod(ns, tools, { onGone: () => forget(pods, ns), onChange: following.review });
}

function forget(pods: Map<string, KeptPod>, ns: string): void {
  pods.delete(ns);
  if (pods.size === 0) retire();
}

/** There is nothing to do any more, unless a manifest has just been written. */
function retire(): void {
  const script = readFileSync(START_KUBELET_FILE);
  rmSync(START_KUBELET_FILE);
  if (!readdirSync(MANIFESTS).some(name => name.endsWith('.json'))) process.exit(0);
  writeFileSync(START_KUBELET_FILE, script);
}
