/**
 * What is wrong with a lab file, as data.
 *
 * Stages collect diagnostics and never throw for a user's mistake. A diagnostic says where by a path into the
 * lab (`['pods', 'web', 'address']`); file, line, column and caret are added at the very end, by `sources.ts` and `format.ts`.
 */

/** Every kind of mistake netlab can name. */
export type DiagnosticCode =
  | 'yaml-syntax'
  | 'duplicate-key'
  | 'unknown-key'
  | 'missing-key'
  | 'wrong-type'
  | 'not-allowed'
  | 'out-of-range'
  | 'too-many'
  | 'too-few'
  | 'name-not-allowed'
  | 'name-taken'
  | 'unknown-name'
  | 'ambiguous-name'
  | 'bad-address'
  | 'wrong-family'
  | 'address-taken'
  | 'address-outside'
  | 'subnet-overlap'
  | 'subnet-full'
  | 'off-link'
  | 'cycle'
  | 'conflict'
  | 'refused-rule'
  | 'unreachable-block';

/** Keys and indices that lead to a value: from the lab's root, where nothing else is said. */
export type Path = readonly (string | number)[];

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: 'error' | 'warning';
  readonly path: Path;
  /** The file at whose root the path begins, where that is not the lab's; offsets count in it too. */
  readonly file?: string;
  /** Whether the mistake is the key itself or its value. */
  readonly at: 'key' | 'value';
  /** Offsets into the text; only for what has no path, such as a syntax error. */
  readonly range?: readonly [start: number, end: number];
  /** One line: what is wrong. */
  readonly message: string;
  /** One line: what would be right. */
  readonly hint?: string;
}

/** Makes an error about a value; the short form that most stages need. */
export function errorAt(path: Path, code: DiagnosticCode, message: string, hint?: string): Diagnostic {
  return { code, severity: 'error', path, at: 'value', message, ...(hint === undefined ? {} : { hint }) };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(diagnostic => diagnostic.severity === 'error');
}
