/** The pause containers of pods, on the Docker of their node. */

import { readStat } from '../../../linux/proc.ts';
import { writeJsonFile } from '../../../memory/json-file.ts';
import type { OnDone } from '../../../sandbox/sandbox.ts';
import { type PodContainer, podContainerWords } from '../../../state/docker.ts';
import type { JobResult } from '../../../state/job.ts';
import { type Holder, holderPath, procOf, readHolder } from '../holders.ts';
import { forgetHolder } from './nodes.ts';
import { DONE, failed, onNode, reasonOf, removeContainers, runDocker } from './run-docker.ts';

/** So many at once, so that progress is seen. */
const AT_ONCE = 8;

export function startPods(pods: readonly PodContainer[], onDone: OnDone): JobResult[] {
  const results: JobResult[] = [];
  for (let start = 0; start < pods.length; start += AT_ONCE) {
    for (const result of startSome(pods.slice(start, start + AT_ONCE))) {
      results.push(result);
      onDone(results.length - 1);
    }
  }
  return results;
}

function startSome(pods: readonly PodContainer[]): JobResult[] {
  const nodes = pods.map(({ node }) => readHolder(node));
  const place = (index: number, words: readonly string[]) => {
    const node = nodes[index];
    return node ? onNode(node, words) : ['false'];
  };
  for (const { ns } of pods) forgetHolder(ns);
  const ran = runDocker(pods.map((pod, index) => place(index, podContainerWords(pod))));
  const inspected = runDocker(pods.map(({ ns }, index) => place(index, ['inspect', '-f', '{{.State.Pid}}', ns])));
  return pods.map((pod, index) => {
    const [node, run, found] = [nodes[index], ran[index], inspected[index]];
    if (!node) return failed(`node ${pod.node} of pod ${pod.ns} does not run`);
    if (run?.code !== 0 || found?.code !== 0)
      return failed(
        `the pause container of ${pod.ns} does not start: ${reasonOf(run?.code === 0 && found ? found : (run ?? DONE))}`,
      );
    return remember(pod, node, Number(found.stdout));
  });
}

function remember(pod: PodContainer, node: Holder, pid: number): JobResult {
  const proc = procOf(node);
  const startTime = readStat(pid, proc)?.startTime;
  if (startTime === undefined) return failed(`the pause container of ${pod.ns} has ended`);
  writeJsonFile(holderPath(pod.ns), { object: pod, process: { pid, startTime, proc }, images: [] } satisfies Holder);
  return DONE;
}

/** Where the node is gone, they went with it. */
export function removePods(pods: readonly PodContainer[]): JobResult[] {
  const commands = pods.flatMap(({ ns, node: at }) => {
    const node = readHolder(at);
    return node ? [onNode(node, ['rm', '--force', ns])] : [];
  });
  removeContainers(commands);
  for (const { ns } of pods) forgetHolder(ns);
  return pods.map(() => DONE);
}
