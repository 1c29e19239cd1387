/** Images on their way from this host's Docker to that of a node, each once. */

import { runCommands } from '../../../agent/run-commands.ts';
import { writeJsonFile } from '../../../memory/json-file.ts';
import type { OnDone } from '../../../sandbox/sandbox.ts';
import type { NodeImage } from '../../../state/docker.ts';
import type { JobResult } from '../../../state/job.ts';
import { dockerHostOf, holderPath, readHolder } from '../holders.ts';
import { DONE, failed, onNode, reasonOf, runDocker } from './run-docker.ts';

/** The exit code of a pipe is its last command's, which takes nothing for an empty archive: so it is looked for. */
const LOAD = 'docker save "$1" | docker --host "$2" load --quiet && docker --host "$2" image inspect "$1" >/dev/null';

/** So many at once, so that progress is seen. */
const AT_ONCE = 2;

export function loadImages(images: readonly NodeImage[], onDone: OnDone): JobResult[] {
  const results: JobResult[] = [];
  for (let start = 0; start < images.length; start += AT_ONCE) {
    for (const result of loadSome(images.slice(start, start + AT_ONCE))) {
      results.push(result);
      onDone(results.length - 1);
    }
  }
  return results;
}

function loadSome(images: readonly NodeImage[]): JobResult[] {
  const hosts = images.map(({ ns }) => {
    const node = readHolder(ns);
    return node ? dockerHostOf(node) : '';
  });
  const jobs = images.map(({ image }, index) => ({
    ns: null,
    argv: ['sh', '-c', LOAD, 'sh', image, hosts[index] ?? ''],
  }));
  return runCommands(jobs, false).map((result, index) => {
    const image = images[index];
    if (!image || result.code !== 0) return failed(`image ${image?.image} cannot be loaded: ${reasonOf(result)}`);
    note(image, true);
    return DONE;
  });
}

/** An image that a container still uses stays: it does no harm, and goes with the node. */
export function removeImages(images: readonly NodeImage[]): JobResult[] {
  const commands = images.flatMap(({ ns, image }) => {
    const node = readHolder(ns);
    return node ? [onNode(node, ['rmi', image])] : [];
  });
  runDocker(commands);
  for (const image of images) note(image, false);
  return images.map(() => DONE);
}

function note(image: NodeImage, isThere: boolean): void {
  const node = readHolder(image.ns);
  if (!node) return;
  const others = node.images.filter(other => other.image !== image.image);
  writeJsonFile(holderPath(image.ns), { ...node, images: isThere ? [...others, image] : others });
}
