/** `netlab list`: the labs that are up. */
import { recall } from '../../lifecycle/record.ts';
import type { Backend, RunningLab } from '../../sandbox/sandbox.ts';
import { JSON_FLAG } from '../arguments.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { type LabSummary, labsText } from '../views/labs.ts';
import { say } from '../write.ts';

export const command = defineCommand({
  usage: 'list',
  describe: 'list the labs that are up',
  options: y => y.option('json', JSON_FLAG),
  run: async ({ json }, { backend, io }) => {
    const summaries = await Promise.all((await backend.list()).map(lab => summarise(lab, backend)));
    const labs = summaries.filter(summary => summary !== undefined);
    if (json) io.out(`${JSON.stringify({ labs }, null, 2)}\n`);
    else if (labs.length === 0) say('no lab is running', io);
    else io.out(labsText(labs));
    return EXIT.done;
  },
});

/** Undefined for a lab that has just ended. */
async function summarise(lab: RunningLab, backend: Backend): Promise<LabSummary | undefined> {
  const sandbox = await backend.open(lab).catch(() => undefined);
  if (!sandbox) return undefined;
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
