/**
 * The `netns` backend: a lab is a set of Linux namespaces on this host, held by one pause process, and nothing else.
 *
 * It keeps no file and no list on the host: labs are found among the processes, and what is known of a lab is kept
 * inside it.
 */
import { existsSync } from 'node:fs';
import type { Step } from '../../plan/step.ts';
import type { Backend, Moment, ProbeResult, RunningLab, Sandbox } from '../../sandbox/sandbox.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import type { Job, JobResult } from '../../state/job.ts';
import { isAbout } from '../../state/job.ts';
import { mergeObservations, type Observation } from '../../state/observe.ts';
import { type Agent, makeAgent, type Tell } from './agent-client.ts';
import { destroyLab } from './destroy.ts';
import { enterPlace, jobIn } from './enter.ts';
import { findEnding, findLabs, findUncommitted, isRunning } from './find-labs.ts';
import { type Launched, launchSandbox } from './launch.ts';
import { acquireLock, findLockHolder } from './lock.ts';
import { readLog } from './read-log.ts';
import { readProcesses } from './read-processes.ts';
import { readRecord, writeRecord } from './record.ts';
import { signalCommand } from './signal-command.ts';

/** It takes a tenth of that. */
const KUBELET_START_MS = 2000;

/** A dot, as no lab's namespace begins with one. */
const SCRATCH = `.${process.pid}-`;

/** `tell` hears what is waited for, where that takes long. */
export function makeNetnsBackend(tell: Tell = () => undefined): Backend {
  return {
    // The agent has seen to it that IPv6 is loaded if it can be.
    describeHost: () => ({ ipv6: existsSync('/proc/sys/net/ipv6') }),
    examineHost: async () => [],
    whyNoScript: () => undefined,
    lock: acquireLock,
    findLockHolder,
    list: async () => findLabs(),
    listUncommitted: async () => [...findUncommitted(), ...findEnding()],
    create: (name, _, signal) => createSandbox({ name, docker: null }, tell, signal),
    listLeftovers: async () => [],
    removeLeftovers: async () => 0,
    open: lab => openSandbox(lab, tell),
    destroy: destroyLab,
    enter: (...place) => ({ argv: enterPlace(...place), signal: signalCommand, isRemote: false }),
    readLog,
  };
}

/** `docker` is the socket of the Docker whose containers it will need; null where it needs none. */
export async function createSandbox(
  lab: Pick<RunningLab, 'name' | 'docker'>,
  tell: Tell,
  signal?: AbortSignal,
): Promise<Sandbox> {
  const launched = await launchSandbox(lab, tell, signal);
  const agent = makeAgent(launched.running, SCRATCH, tell);
  // Its start takes longer than most of what netlab still has to do before it is needed.
  agent.warmUp();
  let committed = false;
  const commit = async (): Promise<void> => {
    if (committed) return;
    await launched.commit();
    committed = true;
  };
  const end = async (): Promise<void> => {
    if (committed) return;
    try {
      await destroyLab(launched.running);
    } finally {
      launched.letGo();
    }
  };
  const sandbox = makeSandbox(launched.running, agent, commit, end);
  return { ...sandbox, ...startingKubelet(sandbox, launched, () => committed) };
}

/** In a new lab only netlab can tell the pause process that there is work for a kubelet now, or that it has ended. */
function startingKubelet(
  sandbox: Sandbox,
  launched: Launched,
  isCommitted: () => boolean,
): Pick<Sandbox, 'run' | 'readProcesses'> {
  let startedAt: number | undefined;
  const start = (): void => {
    launched.startKubelet();
    startedAt = performance.now();
  };
  return {
    run: async (jobs, onDone) => {
      const results = await sandbox.run(jobs, onDone);
      if (startedAt === undefined && jobs.some(needsKubelet)) start();
      return results;
    },
    readProcesses: async () => {
      const processes = await sandbox.readProcesses();
      const isOverdue = startedAt !== undefined && performance.now() - startedAt > KUBELET_START_MS;
      if (!processes.kubeletRuns && isOverdue && !isCommitted()) start();
      return processes;
    },
  };
}

/** What the kubelet has to look after. */
const needsKubelet = (job: Job) => (isAbout(job, 'pause') || isAbout(job, 'container')) && job.operation === 'add';

async function openSandbox(lab: RunningLab, tell: Tell): Promise<Sandbox> {
  if (!isRunning(lab)) throw new SandboxError(`lab ${lab.name} is not running any more`);
  const nothing = async (): Promise<void> => undefined;
  return makeSandbox(lab, makeAgent(lab, SCRATCH, tell), nothing, nothing);
}

function makeSandbox(
  running: RunningLab,
  agent: Agent,
  commit: () => Promise<void>,
  end: () => Promise<void>,
): Sandbox {
  let seen: Observation = { kept: [], namespaces: {} };
  return {
    running,
    scratch: SCRATCH,
    run: async (jobs, onDone) =>
      jobs.length === 0 ? [] : ((await agent.ask({ op: 'run', jobs }, onDone)) as JobResult[]),
    jobIn,
    probe: async probes => (probes.length === 0 ? [] : ((await agent.ask({ op: 'probe', probes })) as ProbeResult[])),
    observe: async (topics, within) => {
      const now = (await agent.ask({ op: 'observe', topics, within })) as Observation;
      seen = within ? mergeObservations(seen, now, within) : now;
      return seen;
    },
    settle: async () => (await agent.ask({ op: 'settle' })) as Moment,
    hold: async () => void (await agent.ask({ op: 'hold' })),
    guard: async (topics, translations) => void (await agent.ask({ op: 'guard', topics, translations })),
    forgetStale: async translations => void (await agent.ask({ op: 'forget', translations })),
    release: async record => void (await agent.ask({ op: 'release', record })),
    takeBack: async () => (await agent.ask({ op: 'take-back' })) as Step[],
    // Nothing here runs from an image.
    fetchImages: async () => [],
    readProcesses: () => readProcesses(running),
    readRecord: () => readRecord(running),
    writeRecord: record => writeRecord(running, record),
    hurry: agent.hurry,
    commit,
    close: async () => {
      agent.close();
      await end();
    },
  };
}
