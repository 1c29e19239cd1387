/** Docker's command line, as children of the supervisor: words come in, an exit code and what was said go out. */
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { spawn } from '../../../kubelet/spawn.ts';
import { findCommand } from '../../../linux/find-command.ts';
import { exitCode } from '../../../linux/spawn.ts';
import { FOLDER, HOST_DOCKER } from '../../netns/pause.ts';
import { dockerHostOf, readMachine } from '../machine-record.ts';

export interface DockerCli {
  /** Words for the Docker of a node. Throws where the node or the command is not there. */
  run(node: string, words: readonly string[]): Promise<Said>;
  /** A command in the container that is a node. */
  runInNode(host: string, command: readonly string[]): Promise<Said>;
  /** The same with somebody else's output: resolves to the exit code. */
  pass(node: string, words: readonly string[], output: number): Promise<number>;
  /** The same, of which whoever has the process hears the end. */
  start(node: string, words: readonly string[]): number;
  /** Tells that a child has ended; whether it was one of these. */
  ended(pid: number, waitStatus: number): boolean;
}

export interface Said {
  readonly code: number;
  readonly text: string;
}

const PATH = process.env['PATH'] ?? '';
const HOME = process.env['HOME'] ?? '/';

export function makeDockerCli(): DockerCli {
  const waiting = new Map<number, (code: number) => void>();
  let count = 0;

  const endOf = (pid: number) => new Promise<number>(resolve => waiting.set(pid, resolve));
  const listen = async (start: (output: number) => number): Promise<Said> => {
    const path = `${FOLDER}/docker.${count++}.output`;
    const fd = openSync(path, 'w');
    try {
      const code = await endOf(start(fd));
      return { code, text: readFileSync(path, 'utf8') };
    } finally {
      closeSync(fd);
      rmSync(path, { force: true });
    }
  };

  return {
    start: (node, words) => startClient(socketOf(node), words),
    pass: async (node, words, output) => endOf(startClient(socketOf(node), words, output)),
    run: async (node, words) => listen(output => startClient(socketOf(node), words, output)),
    runInNode: (host, command) =>
      listen(output => startClient(`unix://${HOST_DOCKER}`, ['exec', host, ...command], output)),
    ended: (pid, waitStatus) => {
      const tell = waiting.get(pid);
      waiting.delete(pid);
      tell?.(exitCode(waitStatus));
      return tell !== undefined;
    },
  };
}

function socketOf(node: string): string {
  const machine = readMachine(node);
  if (!machine) throw new Error(`node ${node} does not run`);
  return dockerHostOf(machine);
}

function startClient(socket: string, words: readonly string[], output?: number): number {
  const file = findCommand('docker', PATH);
  if (file === undefined) throw new Error('the command docker is not installed');
  const argv = ['docker', '--host', socket, ...words];
  return spawn({ file, argv, env: { PATH, HOME }, ...(output === undefined ? {} : { output }) });
}
