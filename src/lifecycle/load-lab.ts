/** A lab as the command line names it, loaded: its text and where that is from come in, the lab goes out. */
import type { Diagnostic } from '../language/diagnostic/diagnostic.ts';
import type { Sources } from '../language/diagnostic/sources.ts';
import type { Lab } from '../language/lab/lab.ts';
import type { Overrides } from '../language/lab/overrides.ts';
import { load } from '../pipeline/load.ts';
import { LabFileError } from './errors.ts';

/** A lab file's text and where it is from. */
export interface LabSource {
  readonly text: string;
  /** As the user wrote it; `-` for standard input. */
  readonly file: string;
  /** Absolute; `-` for standard input. */
  readonly path: string;
  /** The lab's name where the text has none. */
  readonly defaultName: string;
  /** What the command line says in place of the file. */
  readonly overrides?: Overrides;
}

export interface LoadedLab {
  readonly lab: Lab;
  readonly warnings: readonly Diagnostic[];
  readonly sources: Sources;
}

/**
 * Throws `LabFileError`. `previous` keeps what a running lab has allocated, unless the file then fits no more: what is
 * good by itself must not become wrong by what runs.
 */
export function loadLab(source: LabSource, previous?: Lab): LoadedLab {
  const file = source.file === '-' ? '<stdin>' : source.file;
  const loaded = load(source.text, { file, name: source.defaultName, previous, ...source.overrides });
  if (!loaded.lab && previous) return loadLab(source);
  const { lab, diagnostics, sources } = loaded;
  if (!lab) throw new LabFileError(diagnostics, sources);
  return { lab, warnings: diagnostics, sources };
}
