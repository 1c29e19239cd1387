/** Docker's command line, as children of the kubelet: words come in, an exit code and what was said go out. */
import type { Children } from '../../../kubelet/children.ts';
import { type Finished, runToEnd } from '../../../kubelet/run-to-end.ts';
import { spawn } from '../../../kubelet/spawn.ts';
import { findCommand } from '../../../linux/find-command.ts';
import { HOST_DOCKER } from '../../../memory/folders.ts';
import { dockerHostOf, readHolder } from '../holders.ts';

export interface DockerCli {
  /** Words for the Docker of a node. Throws where the node or the command is not there. */
  run(node: string, words: readonly string[]): Promise<Finished>;
  /** A command in the container that is a node. */
  runInNode(host: string, command: readonly string[]): Promise<Finished>;
  /** The same with an output of the caller's: resolves to the exit code. */
  pass(node: string, words: readonly string[], output: number): Promise<number>;
  /** The same, whose end the caller waits for by its process. */
  start(node: string, words: readonly string[]): number;
}

const PATH = process.env['PATH'] ?? '';
const HOME = process.env['HOME'] ?? '/';

export function makeDockerCli(children: Children): DockerCli {
  return {
    start: (node, words) => startClient(socketOf(node), words),
    pass: async (node, words, output) => children.exitCode(startClient(socketOf(node), words, output)),
    run: async (node, words) => runToEnd(children, output => startClient(socketOf(node), words, output)),
    runInNode: (host, command) =>
      runToEnd(children, output => startClient(`unix://${HOST_DOCKER}`, ['exec', host, ...command], output)),
  };
}

function socketOf(node: string): string {
  const holder = readHolder(node);
  if (!holder) throw new Error(`node ${node} does not run`);
  return dockerHostOf(holder);
}

function startClient(socket: string, words: readonly string[], output?: number): number {
  const file = findCommand('docker', PATH);
  if (file === undefined) throw new Error('the command docker is not installed');
  const argv = ['docker', '--host', socket, ...words];
  return spawn({ file, argv, env: { PATH, HOME }, ...(output === undefined ? {} : { output }) });
}
