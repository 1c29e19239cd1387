/**
 * Following a page of the documentation as its reader would: in a folder with the labs of the course, its files are written and its
 * commands run one after the other. The labs that it brings up are taken down whatever happens.
 */
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { ExpectStatic } from 'vitest';
import { readSteps, type Step } from '../docs-page.ts';
import { as, isRoot, netlab, ROOT, run, USER_ID, type Who } from './harness.ts';
import { defineNetlab, tryOut } from './lesson.ts';

/** How the pages call the folder. */
const SHOWN_FOLDER = '/home/you/netlab';

/** Tests that run side by side each need their own `expect`. */
export async function followPage(
  markdown: string,
  who: Who,
  env: Readonly<Record<string, string>>,
  expect: ExpectStatic,
): Promise<void> {
  const folder = makeFolder(who);
  const labs: string[] = [];
  try {
    for (const step of readSteps(markdown)) {
      if (step.kind === 'write') write(join(folder, step.name), step.text);
      if (step.kind === 'run') await tryStep(step, { folder, labs, who, env }, expect);
    }
  } finally {
    for (const lab of new Set(labs)) await netlab(who, ['down', lab], { env });
  }
}

interface Session {
  readonly folder: string;
  /** The labs that the page has brought up; commands that name none mean the last. */
  readonly labs: string[];
  readonly who: Who;
  readonly env: Readonly<Record<string, string>>;
}

async function tryStep(
  step: Extract<Step, { kind: 'run' }>,
  { folder, labs, who, env }: Session,
  expect: ExpectStatic,
): Promise<void> {
  const started = /\bnetlab up\b.* (\S+)\.lab\.yaml/.exec(step.command)?.[1];
  if (started !== undefined) labs.push(basename(started));
  // `sudo` is what an ordinary user needs where the test is root already.
  const typed = step.command.replace(/\bsudo netlab\b/g, 'netlab');
  const script = `exec 2>&1\n${defineNetlab(labs.at(-1))}\n${typed}`;
  const runCommand = async () => {
    const ran = await run(as(who, ['bash', '-c', script]), { cwd: folder, env });
    return { ...ran, stdout: ran.stdout.replaceAll(folder, SHOWN_FOLDER) };
  };
  // Where a page shows nothing of what is printed, it has to have worked.
  const seen = step.seen.every(line => line === '…') ? [] : step.seen;
  await tryOut({ command: step.command, seen }, runCommand, expect);
}

function makeFolder(who: Who): string {
  const folder = mkdtempSync(join(tmpdir(), 'netlab-docs-'));
  for (const part of ['labs', 'schemas']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  chmodSync(folder, 0o755);
  if (who === 'user' && isRoot) chownSync(folder, USER_ID, USER_ID);
  return folder;
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
