/** `netlab list`: the labs that are up. */

import { recall } from '../../lifecycle/record.ts';
import type { Backend, RunningLab } from '../../sandbox/sandbox.ts';
import { age } from '../age.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { table } from '../table.ts';

export async function runList({ json }: { readonly json: boolean }, backend: Backend, io: Io): Promise<number> {
  const summaries = await Promise.all((await backend.list()).map(lab => summarise(lab, backend)));
  const labs = summaries.filter(summary => summary !== undefined);
  if (json) io.out(`${JSON.stringify({ labs }, null, 2)}\n`);
  else if (labs.length === 0) io.err('no lab is running\n');
  else
    io.out(
      table(
        ['LAB', 'NODES', 'PODS', 'AGE', 'FILE'],
        labs.map(({ name, nodes, pods, createdAt, file }) => [
          name,
          `${nodes ?? '?'}`,
          `${pods ?? '?'}`,
          age(createdAt),
          file ?? '?',
        ]),
      ),
    );
  return EXIT.done;
}

async function summarise(lab: RunningLab, backend: Backend) {
  const sandbox = await backend.open(lab).catch(() => undefined);
  if (!sandbox) return undefined; // It has just ended.
  const remembered = await recall(sandbox);
  await sandbox.close();
  return {
    name: lab.name,
    nodes: remembered?.lab.nodes.length ?? null,
    pods: remembered?.lab.pods.length ?? null,
    createdAt: remembered?.createdAt ?? null,
    file: remembered?.file ?? null,
    pid: lab.pid,
  };
}
