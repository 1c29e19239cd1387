/** A lab to look at, whether it runs or not: what LAB names comes in, the lab and where its entries stand go out. */
import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { Lab } from '../language/lab/lab.ts';
import { damagedRecord } from '../lifecycle/errors.ts';
import { loadLab } from '../lifecycle/load-lab.ts';
import { type Remembered, recallRunning } from '../lifecycle/record.ts';
import { isSameLab } from '../lifecycle/same-lab.ts';
import type { Backend, RunningLab } from '../sandbox/sandbox.ts';
import type { Io } from './io.ts';
import { readFileSource, readLabSource, readRunningLab } from './lab-argument.ts';

/** Undefined where no file says it any more. */
export type LineOf = (path: Path) => { readonly file: string; readonly line: number } | undefined;

export interface AnyLab {
  readonly lab: Lab;
  readonly lineOf: LineOf;
}

/** A file is read; what is no file is a lab that runs. */
export async function readAnyLab(lab: string | undefined, backend: Backend, io: Io): Promise<AnyLab> {
  const isFile = lab === '-' || (lab !== undefined && (existsSync(resolve(io.cwd, lab)) || /[/.]/.test(lab)));
  if (isFile) return loadAny(await readLabSource(lab, backend, io));
  if (lab === undefined) {
    const source = await readLabSource(undefined, backend, io).catch(() => undefined);
    if (source) return loadAny(source);
  }
  return recallAny(await readRunningLab(lab, backend, io), backend, io);
}

function loadAny(source: Parameters<typeof loadLab>[0]): AnyLab {
  const { lab, sources } = loadLab(source);
  return { lab, lineOf: path => sources.lineOf(path, 'key') };
}

async function recallAny(running: RunningLab, backend: Backend, io: Io): Promise<AnyLab> {
  const remembered = await recallRunning(running, backend);
  if (!remembered) throw damagedRecord(running.name);
  return { lab: remembered.lab, lineOf: await findLines(remembered, io) };
}

/** Of a running lab: in its file, as long as that says nothing else than what runs. */
export async function findLines({ file, lab }: Pick<Remembered, 'file' | 'lab'>, io: Io): Promise<LineOf> {
  try {
    const way = relative(io.cwd, file);
    const source = await readFileSource(way.startsWith('..') ? file : way, io);
    const loaded = loadLab({ ...source, defaultName: lab.name }, lab);
    return isSameLab(loaded.lab, lab) ? path => loaded.sources.lineOf(path, 'key') : () => undefined;
  } catch {
    return () => undefined;
  }
}
