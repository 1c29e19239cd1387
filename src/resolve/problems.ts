/** Where resolve collects the mistakes it finds, so that one run reports them all. */
import { type Diagnostic, type DiagnosticCode, errorAt, type Path } from '../language/diagnostic/diagnostic.ts';
import { suggestName } from '../language/diagnostic/suggest-name.ts';
import type { FindNamed, NameKind } from './name-kinds.ts';

export interface Problems {
  readonly found: readonly Diagnostic[];
  error(path: Path, code: DiagnosticCode, message: string, hint?: string): void;
  errorAtKey(path: Path, code: DiagnosticCode, message: string, hint?: string): void;
  warn(path: Path, code: DiagnosticCode, message: string, hint?: string): void;
  /** A name that nothing has of what is meant here; the hint says what else has it, or what was probably meant. */
  unknownName(path: Path, sought: Sought, name: string): void;
}

/** What a name is looked for among. */
export interface Sought {
  /** `node or pod` */
  readonly what: string;
  readonly known: () => readonly string[];
  /** What to say in place of "there is no node or pod …". */
  readonly message?: string;
  /** What to do where something else has the name. */
  readonly advice?: { readonly [K in NameKind]?: string };
  /** What is known of this very name. */
  readonly hint?: string;
  /** What to do where nothing has a name like it. */
  readonly otherwise?: string;
  readonly at?: 'key' | 'value';
}

/** To look for what was meant takes time, and nobody reads a thousand hints. */
const MOST_HINTS = 1000;

/** A mistake in an entry is said once, however many replicas it makes. */
export function collectProblems(findNamed: FindNamed = () => []): Problems {
  const found: Diagnostic[] = [];
  const known = new Set<string>();
  const report = (problem: Diagnostic) => {
    const key = `${problem.path.join('\0')}\n${problem.message}`;
    if (!known.has(key)) found.push(problem);
    known.add(key);
  };
  return {
    found,
    error: (...args) => report(errorAt(...args)),
    errorAtKey: (...args) => report({ ...errorAt(...args), at: 'key' }),
    warn: (...args) => report({ ...errorAt(...args), severity: 'warning' }),
    unknownName: (path, sought, name) => {
      const { what, message = `there is no ${what} "${name}"`, at = 'value' } = sought;
      const hint = found.length < MOST_HINTS ? hintName(name, sought, findNamed) : undefined;
      report({ ...errorAt(path, 'unknown-name', message, hint), at });
    },
  };
}

function hintName(name: string, sought: Sought, findNamed: FindNamed): string | undefined {
  const { what, advice: all = {}, hint } = sought;
  if (hint !== undefined) return hint;
  const isSought = (kind: NameKind) => what.includes(kind === 'switch' ? 'bridge' : kind);
  const other = findNamed(name).find(({ kind }) => all[kind] !== undefined || !isSought(kind));
  if (other === undefined) return suggestName(name, sought.known()) ?? sought.otherwise;
  const advice = all[other.kind];
  return `"${name}" is ${other.what}${advice === undefined ? `, and a ${what} is meant here` : `: ${advice}`}`;
}
