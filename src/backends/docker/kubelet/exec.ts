/** Commands that probes run in containers with an image: Docker's client is what the kubelet has of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningCommand } from '../../../kubelet/runtime.ts';
import { killSession } from '../../../kubelet/signals.ts';
import type { DockerPlace } from '../../../state/container.ts';
import { procOf, readHolder } from '../holders.ts';
import { findMarked, markWords, newMark } from '../marked-command.ts';
import type { DockerCli } from './docker-cli.ts';

export function execInContainer(
  container: string,
  { node, host }: DockerPlace,
  command: readonly string[],
  cli: DockerCli,
): RunningCommand {
  const mark = newMark();
  const pid = cli.start(node, ['exec', ...markWords(mark), container, ...command]);
  const kill = () => {
    killSession(pid);
    void killMarked(mark, node, host, cli);
  };
  return { pid, kill };
}

/** So long it is looked for: it may be about to start. */
const SEARCHES = 50;

const LOOK_MS = 100;

/** Without its client the command goes on. */
async function killMarked(mark: string, node: string, host: string, cli: DockerCli): Promise<void> {
  for (let search = 0; search < SEARCHES; search++) {
    const holder = readHolder(node);
    const pids = holder ? findMarked(mark, procOf(holder)) : [];
    if (pids.length > 0) await cli.runInNode(host, ['sh', '-c', 'kill -9 "$@"', 'sh', ...pids.map(String)]);
    if (!holder || pids.length > 0) return;
    await sleep(LOOK_MS);
  }
}
