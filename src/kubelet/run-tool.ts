/** Running a program to its end in the network namespace of a node; what it prints comes back. */
import { findCommand } from '../linux/find-command.ts';
import type { Children } from './children.ts';
import type { Home } from './namespaces.ts';
import { runToEnd } from './run-to-end.ts';
import { spawn } from './spawn.ts';
import { NETWORKS } from './start.ts';

export interface ToolRunner {
  /** Rejects with what it says where it fails. */
  run(ns: string, argv: readonly string[]): Promise<string>;
}

const PATH = process.env['PATH'] ?? '';

export function makeToolRunner(home: Home, children: Children): ToolRunner {
  return {
    run: async (ns, argv) => {
      const [name = ''] = argv;
      const file = findCommand(name, PATH);
      if (file === undefined) throw new Error(`${name} is not installed`);
      const start = (output: number) => home.inside(NETWORKS, [ns], () => spawn({ file, argv, env: { PATH }, output }));
      const { code, text } = await runToEnd(children, start);
      if (code !== 0) throw new Error(`${name} in ${ns}: ${text.trim()}`);
      return text;
    },
  };
}
