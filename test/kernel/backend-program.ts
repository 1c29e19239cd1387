/**
 * A program for the kernel tests of the backend: calls come in on standard input, a JSON array a line; answers go out,
 * and before them, of a lock, whom it waits for.
 *
 * Being a process of its own it can run as another user, and be killed at any moment.
 */
import readline from 'node:readline';
import { makeNetnsBackend } from '../../src/backends/netns/netns-backend.ts';
import type { LabRecord, Lock, LockHolder, Probe, RunningLab, Sandbox } from '../../src/sandbox/sandbox.ts';
import type { CommandJob } from '../../src/state/job.ts';
import type { Topics } from '../../src/state/question.ts';

const backend = makeNetnsBackend();
let sandbox: Sandbox | undefined;
let lock: Lock | undefined;

const calls = {
  create: async (lab: string) => {
    sandbox = await backend.create(lab, 'netns');
    return sandbox.running;
  },
  open: async (lab: RunningLab) => {
    sandbox = await backend.open(lab);
    return sandbox.running;
  },
  list: () => backend.list(),
  listUncommitted: () => backend.listUncommitted(),
  destroy: (lab: RunningLab) => backend.destroy(lab),
  enter: (lab: RunningLab, ns: string, argv: string[], cwd: string) =>
    backend.enter(lab, { kind: 'network', ns }, argv, cwd),
  run: (jobs: CommandJob[]) => sandbox?.run(jobs),
  /** The jobs that were told of before all were done. */
  runHearing: async (jobs: CommandJob[]) => {
    const heard: number[] = [];
    await sandbox?.run(jobs, index => heard.push(index));
    return heard;
  },
  probe: (probes: Probe[]) => sandbox?.probe(probes),
  observe: (topics: Topics, within?: string[]) => sandbox?.observe(topics, within),
  readRecord: () => sandbox?.readRecord(),
  writeRecord: (record: LabRecord) => sandbox?.writeRecord(record),
  commit: () => sandbox?.commit(),
  close: () => sandbox?.close(),
  lock: async (lab: string, what: string, timeoutMs?: number) => {
    const waitedFor: LockHolder[] = [];
    const onWait = (holder: LockHolder): void => {
      waitedFor.push(holder);
      console.log(JSON.stringify({ waitsFor: holder }));
    };
    lock = await backend.lock(lab, what, timeoutMs === undefined ? { onWait } : { onWait, timeoutMs });
    return waitedFor;
  },
  release: () => lock?.release(),
};

export type Calls = typeof calls;

for await (const line of readline.createInterface({ input: process.stdin })) {
  const [name, ...args] = JSON.parse(line) as [keyof Calls, ...unknown[]];
  const call = calls[name] as (...args: unknown[]) => unknown;
  try {
    console.log(JSON.stringify({ value: await call(...args) }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
