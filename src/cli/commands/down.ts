/** `netlab down`: takes labs away, in any state. */
import { down } from '../../lifecycle/down.ts';
import { UsageError } from '../../lifecycle/errors.ts';
import type { Backend, OnHelp } from '../../sandbox/sandbox.ts';
import { JSON_FLAG, LAB } from '../arguments.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { readLabName } from '../lab-argument.ts';
import { sayWaiting } from '../waiting.ts';
import { say } from '../write.ts';

export const command = defineCommand({
  usage: 'down [lab]',
  describe: 'take a lab away',
  options: y =>
    y
      .positional('lab', LAB)
      .option('all', { type: 'boolean', default: false, describe: 'take every lab of yours away' })
      .option('json', JSON_FLAG),
  run: async ({ lab, all, json }, { backend, io }) => {
    if (all && lab !== undefined) throw new UsageError('down takes a lab or --all, not both');
    const names = all ? await allNames(backend) : await namesMeant(lab, backend, io);
    const ended: string[] = [];
    for (const name of names) if (await downOne(name, backend, io)) ended.push(name);
    if (json) io.out(`${JSON.stringify({ down: ended })}\n`);
    else for (const line of summary(names, ended)) say(line, io);
    return EXIT.done;
  },
});

/** How long an `up` of the same lab may go on before `down` takes its work away under it. */
const LONGEST_WAIT_MS = 5000;

/** Nothing is meant where nothing runs: `down` works twice. */
async function namesMeant(lab: string | undefined, backend: Backend, io: Io): Promise<string[]> {
  if (lab === undefined && (await allNames(backend)).length === 0) return [];
  return [await readLabName(lab, backend, io)];
}

async function allNames(backend: Backend): Promise<string[]> {
  const labs = [...(await backend.list()), ...(await backend.listUncommitted())];
  return [...new Set([...labs.map(({ name }) => name), ...(await backend.listLeftovers())])].sort();
}

async function downOne(name: string, backend: Backend, io: Io): Promise<boolean> {
  const lock = await backend
    .lock(name, 'down', { ...sayWaiting(name, io), timeoutMs: LONGEST_WAIT_MS })
    .catch(() => undefined);
  try {
    const onHelp: OnHelp = ({ pid, command }) =>
      say(`process ${pid} (${command}) was stopped; it goes on, so that lab ${name} can end`, io);
    return (await down(backend, name, onHelp)) > 0;
  } finally {
    lock?.release();
  }
}

function summary(names: readonly string[], ended: readonly string[]): string[] {
  if (ended.length > 0) return ended.map(name => `lab ${name} is gone`);
  return [names.length === 0 ? 'no lab is running' : `lab ${names[0]} is not running: nothing to do`];
}
