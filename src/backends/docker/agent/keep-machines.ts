/**
 * The jobs that are Docker's: nodes, pause containers and images come and go, and the namespaces of containers get their
 * names. One result per job, in order.
 */

import { runCommands } from '../../../agent/run-commands.ts';
import type { Job, JobResult, Kept, OnDone } from '../../../sandbox/sandbox.ts';
import { readMachine } from '../machine-record.ts';
import { attach, detach } from './attach.ts';
import { loadImages, removeImages } from './images.ts';
import { removeNodes, startNodes } from './nodes.ts';
import { removePods, startPods } from './pods.ts';
import { DONE, failed } from './run-docker.ts';

type KeptKind = Kept['kind'];
type KeptOf<K extends KeptKind> = Extract<Kept, { kind: K }>;

const DOCKERS: ReadonlySet<KeptKind> = new Set(['node-container', 'pod-container', 'image', 'namespace']);

export function isDockers({ keep }: Job): boolean {
  return keep !== undefined && DOCKERS.has(keep.object.kind);
}

/** All of one kind are dealt with together; what is none of them, as the namespaces of switches, is run as it is. */
export function keepMachines(jobs: readonly Job[], stopAtFailure: boolean, onDone: OnDone): JobResult[] {
  const results = new Map<Job, JobResult>();
  const others = jobs.filter(job => !isDockers(job));
  for (const [index, result] of runCommands(others, stopAtFailure).entries()) {
    const job = others[index];
    if (job) results.set(job, result);
  }
  const take = <K extends KeptKind>(kind: K, operation: 'add' | 'delete', work: Work<KeptOf<K>>) => {
    const mine = jobs.filter(({ keep }) => keep?.object.kind === kind && keep.operation === operation);
    if (mine.length === 0) return;
    const objects = mine.flatMap(({ keep }) => (keep ? [keep.object as KeptOf<K>] : []));
    const done = (index: number) => onDone(jobs.indexOf(mine[index] as Job));
    for (const [index, result] of work(objects, done).entries()) results.set(mine[index] as Job, result);
  };
  take('image', 'delete', removeImages);
  take('pod-container', 'delete', removePods);
  take('node-container', 'delete', removeNodes);
  take('node-container', 'add', startNodes);
  take('pod-container', 'add', startPods);
  take('namespace', 'add', each(nameNamespace));
  take('namespace', 'delete', each(forgetNamespace));
  take('image', 'add', loadImages);
  return jobs.map(job => results.get(job) ?? { code: null, stdout: '', stderr: '' });
}

export type Work<T> = (objects: readonly T[], onDone: OnDone) => JobResult[];

const each =
  <T>(work: (object: T) => JobResult): Work<T> =>
  objects =>
    objects.map(object => {
      try {
        return work(object);
      } catch (error) {
        return failed(error instanceof Error ? error.message : String(error));
      }
    });

function nameNamespace({ ns }: KeptOf<'namespace'>): JobResult {
  const machine = readMachine(ns);
  if (!machine) return failed(`no container holds the network of ${ns}`);
  attach(machine);
  return DONE;
}

function forgetNamespace({ ns }: KeptOf<'namespace'>): JobResult {
  detach(ns);
  return DONE;
}
