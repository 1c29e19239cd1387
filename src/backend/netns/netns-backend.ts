/**
 * The `netns` backend: a lab is a set of Linux namespaces on this host, held by one pause process, and nothing else.
 *
 * It keeps no file and no list on the host: labs are found among the processes, and what is known of a lab is kept
 * inside it.
 */
import type { Step } from '../../plan/step.ts';
import type { Backend, JobResult, Observation, RunningLab, Sandbox } from '../backend.ts';
import { SandboxError } from '../sandbox-error.ts';
import { type Agent, makeAgent } from './agent-client.ts';
import { destroyLab } from './destroy.ts';
import { enterNamespace } from './enter.ts';
import { findLabs, findUncommitted, isRunning } from './find-labs.ts';
import { launchSandbox } from './launch.ts';
import { acquireLock } from './lock.ts';
import { readRecord, writeRecord } from './record.ts';

/** A dot, as no lab's namespace begins with one. */
const SCRATCH = `.${process.pid}-`;

export function makeNetnsBackend(): Backend {
  return {
    name: 'netns',
    lock: acquireLock,
    list: async () => findLabs(),
    listUncommitted: async () => findUncommitted(),
    create: createSandbox,
    open: openSandbox,
    destroy: destroyLab,
    enter: enterNamespace,
  };
}

async function createSandbox(lab: string): Promise<Sandbox> {
  const launched = await launchSandbox(lab);
  const agent = makeAgent(launched.running, SCRATCH);
  // Its start takes longer than most of what netlab still has to do before it is needed.
  agent.warmUp();
  let committed = false;
  const commit = async (): Promise<void> => {
    if (committed) return;
    await launched.commit();
    committed = true;
  };
  const end = async (): Promise<void> => {
    if (!committed) await destroyLab(launched.running);
  };
  return makeSandbox(launched.running, agent, commit, end);
}

async function openSandbox(lab: RunningLab): Promise<Sandbox> {
  if (!isRunning(lab)) throw new SandboxError(`lab ${lab.name} is not running any more`);
  const nothing = async (): Promise<void> => undefined;
  return makeSandbox(lab, makeAgent(lab, SCRATCH), nothing, nothing);
}

function makeSandbox(
  running: RunningLab,
  agent: Agent,
  commit: () => Promise<void>,
  end: () => Promise<void>,
): Sandbox {
  return {
    running,
    scratch: SCRATCH,
    run: async jobs => (jobs.length === 0 ? [] : ((await agent.ask({ op: 'run', jobs })) as JobResult[])),
    observe: async sysctls => (await agent.ask({ op: 'observe', sysctls })) as Observation,
    guard: async (before, sysctls) => void (await agent.ask({ op: 'guard', before, sysctls })),
    release: async record => void (await agent.ask({ op: 'release', record })),
    takeBack: async () => (await agent.ask({ op: 'take-back' })) as Step[],
    readRecord: () => readRecord(running),
    writeRecord: record => writeRecord(running, record),
    commit,
    close: async () => {
      agent.close();
      await end();
    },
  };
}
