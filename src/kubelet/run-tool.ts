/** Running a program to its end in the network namespace of a node; what it prints comes back. */
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { FOLDER } from '../backends/netns/pause.ts';
import { findCommand } from '../linux/find-command.ts';
import { exitCode } from '../linux/spawn.ts';
import type { Home } from './namespaces.ts';
import { spawn } from './spawn.ts';
import { NETWORKS } from './start.ts';

export interface ToolRunner {
  /** Rejects with what it says where it fails. */
  run(ns: string, argv: readonly string[]): Promise<string>;
  /** Tells that a child has ended; whether it was one of these. */
  ended(pid: number, waitStatus: number): boolean;
}

export function makeToolRunner(home: Home): ToolRunner {
  const waiting = new Map<number, (waitStatus: number) => void>();
  let count = 0;

  const run = async (ns: string, argv: readonly string[]): Promise<string> => {
    const [name = ''] = argv;
    const file = findCommand(name, process.env['PATH'] ?? '');
    if (file === undefined) throw new Error(`${name} is not installed`);
    const env = { PATH: process.env['PATH'] ?? '' };
    count++;
    const output = `${FOLDER}/endpoints.${count}.output`;
    const fd = openSync(output, 'w');
    const pid = home.inside(NETWORKS, [ns], () => spawn({ file, argv, env, output: fd }));
    closeSync(fd);
    const status = await new Promise<number>(resolve => waiting.set(pid, resolve));
    const text = readFileSync(output, 'utf8');
    rmSync(output, { force: true });
    if (exitCode(status) !== 0) throw new Error(`${name} in ${ns}: ${text.trim()}`);
    return text;
  };

  return {
    run,
    ended: (pid, waitStatus) => {
      const tell = waiting.get(pid);
      waiting.delete(pid);
      tell?.(waitStatus);
      return tell !== undefined;
    },
  };
}
