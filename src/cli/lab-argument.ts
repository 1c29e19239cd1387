/** LAB on the command line: a lab file, `-` for standard input, or the name of a running lab. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Overrides } from '../language/lab/overrides.ts';
import { parse } from '../language/parse/parse.ts';
import { damagedRecord, UsageError } from '../lifecycle/errors.ts';
import type { LabSource } from '../lifecycle/load-lab.ts';
import { recallRunning } from '../lifecycle/record.ts';
import { expand } from '../pipeline/expand.ts';
import type { Backend, RunningLab } from '../sandbox/sandbox.ts';
import { whyNot } from './file-words.ts';
import type { Io } from './io.ts';
import { readTextFile } from './read-text.ts';
import { labYaml } from './views/lab-yaml.ts';

const LAB_FILE = /(^|\.)lab\.ya?ml$/;

/**
 * Where a lab's text comes from: a file, standard input, or, for the name of a running lab, the file it came from.
 * Throws `UsageError` where there is none.
 */
export async function readLabSource(
  lab: string | undefined,
  backend: Backend,
  io: Io,
  overrides: Overrides = {},
): Promise<LabSource> {
  return { ...(await findLabSource(lab, backend, io)), overrides };
}

async function findLabSource(lab: string | undefined, backend: Backend, io: Io): Promise<LabSource> {
  const file = lab ?? onlyLabFile(io.cwd);
  if (file === undefined) throw askWhich(io.cwd);
  if (file === '-') return { text: await io.readStdin(), file, path: file, defaultName: 'stdin' };
  if (!isFile(resolve(io.cwd, file))) {
    const source = await sourceOfRunning(file, backend, io);
    if (source) return source;
  }
  return readFileSource(file, io);
}

export async function readFileSource(file: string, io: Io): Promise<LabSource> {
  const path = resolve(io.cwd, file);
  return { text: await readText(path, file, io), file, path, defaultName: nameOfFile(file) };
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false; // What keeps it from being looked at is said when it is read.
  }
}

/** Its file as it is now; where there is none any more, the lab as it runs, written out. */
async function sourceOfRunning(name: string, backend: Backend, io: Io): Promise<LabSource | undefined> {
  const running = (await backend.list()).find(candidate => candidate.name === name);
  if (!running) return undefined;
  const remembered = await recallRunning(running, backend);
  if (!remembered) throw damagedRecord(name);
  const { file, lab } = remembered;
  const text = isFile(file) ? await readText(file, file, io) : labYaml(expand(lab));
  return { text, file, path: file, defaultName: name };
}

async function readText(path: string, file: string, io: Io): Promise<string> {
  try {
    return await readTextFile(path, file, io);
  } catch (error) {
    throw error instanceof UsageError ? error : explainUnreadable(file, error, io);
  }
}

function explainUnreadable(file: string, error: unknown, { cwd }: Io): UsageError {
  const reason = error instanceof Error && 'code' in error ? error.code : undefined;
  if (reason !== 'ENOENT') return new UsageError(`${file} cannot be read: ${whyNot(error, resolve(cwd, file))}`);
  // Node decodes the words of a command line, and what it cannot decode is lost.
  if (file.includes('\ufffd'))
    return new UsageError(
      `the name ${file} is no text in UTF-8, so netlab cannot open that file`,
      'rename it, or give it on standard input: netlab … - <FILE',
    );
  return new UsageError(
    `there is no file ${file}`,
    existsSync(cwd) ? 'LAB is a lab file, - for standard input, or the name of a running lab' : REMOVED,
  );
}

const REMOVED = 'the working directory is not there any more: cd to a folder that is there';

const labFiles = (folder: string) =>
  existsSync(folder) ? readdirSync(folder).filter(name => LAB_FILE.test(name)) : [];

function onlyLabFile(folder: string): string | undefined {
  const files = labFiles(folder);
  return files.length === 1 ? files[0] : undefined;
}

function askWhich(folder: string): UsageError {
  const [file] = labFiles(folder);
  if (!existsSync(folder)) return new UsageError('which lab?', REMOVED);
  const what = file === undefined ? 'no lab.yaml or *.lab.yaml' : 'several lab files';
  return new UsageError(`which lab? ${folder} has ${what}`, `name one behind the command: ${file ?? 'LAB.lab.yaml'}`);
}

/** `labs/two-nodes.lab.yaml` → `two-nodes`, with characters that a lab's name may not have turned into `-`. */
export function nameOfFile(file: string): string {
  const name = basename(file)
    .replace(/(\.lab)?\.ya?ml$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name.slice(0, 63).replace(/-+$/, '') || 'lab';
}

/** The name in the text, also where the rest of it is broken. */
export function nameOfSource({ text, defaultName }: LabSource): string {
  const { value } = parse(text);
  const name = typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;
  return typeof name === 'string' && /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name) ? name : defaultName;
}

/**
 * The name of the lab that is meant, whether or not it runs: of the file that is there, of a file that is gone, or the
 * word itself. Without a word it is the working directory's only lab file, else the only lab that runs.
 */
export async function readLabName(lab: string | undefined, backend: Backend, io: Io): Promise<string> {
  if (lab === undefined)
    return onlyLabFile(io.cwd) === undefined
      ? onlyRunning(backend)
      : nameOfSource(await readLabSource(undefined, backend, io));
  const path = resolve(io.cwd, lab);
  if (lab === '-' || isFile(path)) return nameOfSource(await readLabSource(lab, backend, io));
  // To ask each lab for its file takes time where they are large.
  if ((await backend.list()).some(({ name }) => name === lab)) return lab;
  return (await nameOfRunning(path, backend)) ?? nameOfFile(lab);
}

/** The lab that came from a file that is gone by now. */
async function nameOfRunning(path: string, backend: Backend): Promise<string | undefined> {
  for (const running of await backend.list()) {
    const remembered = await recallRunning(running, backend);
    if (remembered?.file === path) return running.name;
  }
  return undefined;
}

async function onlyRunning(backend: Backend): Promise<string> {
  const labs = await backend.list();
  const [first, second] = labs;
  if (!first) throw new UsageError('no lab is running', 'bring one up: netlab up LAB');
  if (second)
    throw new UsageError(`which lab? ${labs.map(({ name }) => name).join(', ')} are running`, 'name one of them');
  return first.name;
}

/** A lab that runs. Throws `UsageError` where the one that is meant does not. */
export async function readRunningLab(lab: string | undefined, backend: Backend, io: Io): Promise<RunningLab> {
  const name = await readLabName(lab, backend, io);
  const running = (await backend.list()).find(candidate => candidate.name === name);
  if (running) return running;
  const isNamed = lab !== undefined && !isFile(resolve(io.cwd, lab));
  const hint = isNamed ? '"netlab list" shows what runs' : `bring it up: netlab up ${lab ?? ''}`.trimEnd();
  throw new UsageError(`lab ${name} is not running`, hint);
}

/**
 * The lab whose nodes and pods are meant where only a target is named: the one that runs, whatever lab file lies in the
 * working directory; of several that of this file.
 */
export async function readTargetLab(lab: string | undefined, backend: Backend, io: Io): Promise<RunningLab> {
  if (lab !== undefined) return readRunningLab(lab, backend, io);
  const labs = await backend.list();
  const [only, second] = labs;
  if (only && !second) return only;
  const file = onlyLabFile(io.cwd);
  const name = second && file !== undefined ? nameOfSource(await readFileSource(file, io)) : undefined;
  return labs.find(running => running.name === name) ?? readRunningLab(await onlyRunning(backend), backend, io);
}
