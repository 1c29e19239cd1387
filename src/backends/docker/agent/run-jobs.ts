/**
 * The jobs that are Docker's: nodes, pause containers and images come and go, and the namespaces of containers get their
 * names. One result per job, in order.
 */

import { runCommands } from '../../../agent/run-commands.ts';
import type { OnDone } from '../../../sandbox/sandbox.ts';
import type { NodeContainer, NodeImage, PodContainer } from '../../../state/docker.ts';
import { isAbout, isCommand, type Job, type JobResult } from '../../../state/job.ts';
import type { Namespace } from '../../../state/namespace.ts';
import { readHolder } from '../holders.ts';
import { attach, detach } from './attach.ts';
import { loadImages, removeImages } from './images.ts';
import { removeNodes, startNodes } from './nodes.ts';
import { removePods, startPods } from './pods.ts';
import { DONE, failed } from './run-docker.ts';

/** What Docker has, and the network namespaces of its containers. */
type DockerObject = NodeContainer | PodContainer | NodeImage | Namespace;
type DockerKind = DockerObject['kind'];
type DockerObjectOf<K extends DockerKind> = Extract<DockerObject, { kind: K }>;

/** All of one kind are dealt with together; what is a command, as for the namespaces of switches, is run as it is. */
export function runDockerJobs(jobs: readonly Job[], stopAtFailure: boolean, onDone: OnDone): JobResult[] {
  const results = new Map<Job, JobResult>();
  const commands = jobs.filter(isCommand);
  const told = (index: number) => onDone(jobs.indexOf(commands[index] as Job));
  for (const [index, result] of runCommands(commands, stopAtFailure, told).entries()) {
    const job = commands[index];
    if (job) results.set(job, result);
  }
  const take = <K extends DockerKind>(kind: K, operation: 'add' | 'delete', work: Work<DockerObjectOf<K>>) => {
    const mine = jobs.filter(job => isAbout(job, kind)).filter(job => job.operation === operation);
    if (mine.length === 0) return;
    const done = (index: number) => onDone(jobs.indexOf(mine[index] as Job));
    const objects = mine.map(({ object }) => object as DockerObjectOf<K>);
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

function nameNamespace({ ns }: Namespace): JobResult {
  const holder = readHolder(ns);
  if (!holder) return failed(`no container holds the network of ${ns}`);
  attach(holder);
  return DONE;
}

function forgetNamespace({ ns }: Namespace): JobResult {
  detach(ns);
  return DONE;
}
