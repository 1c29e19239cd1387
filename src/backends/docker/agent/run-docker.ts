/** Docker's own command line, run in the sandbox: words come in, what it says goes out. */

import { runCommands } from '../../../agent/run-commands.ts';
import { waitUntil } from '../../../linux/wait-until.ts';
import type { JobResult } from '../../../state/job.ts';
import { dockerHostOf, type Holder } from '../holders.ts';
import { isBeingRemoved, isMissing, REMOVAL_TIMEOUT_MS } from '../removal.ts';

export const DONE: JobResult = { code: 0, stdout: '', stderr: '' };
export const failed = (stderr: string): JobResult => ({ code: 1, stdout: '', stderr });

/** For this host's Docker, whose socket every command of the sandbox finds in its environment. */
export const onHost = (words: readonly string[]) => ['docker', ...words];

/** For the Docker of a node. */
export const onNode = (node: Holder, words: readonly string[]) => ['docker', '--host', dockerHostOf(node), ...words];

/** Side by side; a failure of one does not stop the others. */
export function runDocker(commands: readonly (readonly string[])[]): JobResult[] {
  return runCommands(
    commands.map(argv => ({ ns: null, argv })),
    false,
  );
}

/** Each command is a `docker rm`. When this returns, the names of those containers are free. */
export function removeContainers(commands: readonly (readonly string[])[]): JobResult[] {
  const results = runDocker(commands);
  waitUntil(() => {
    const open = [...results.keys()].filter(index => isBeingRemoved(results[index]?.stderr ?? ''));
    for (const [at, result] of runDocker(open.map(index => commands[index] ?? [])).entries())
      results[open[at] ?? 0] = result;
    return open.length === 0;
  }, REMOVAL_TIMEOUT_MS);
  return results.map(result => (isMissing(result.stderr) ? DONE : result));
}

/** What Docker says in one line, without its own introduction. */
export function reasonOf({ stderr }: JobResult): string {
  const lines = stderr.trim().split('\n');
  const line = lines.find(text => /error/i.test(text)) ?? lines[0] ?? '';
  return line.replace(/^docker: /, '').replace(/^Error response from daemon: /, '');
}
