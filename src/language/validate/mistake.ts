/**
 * What the explanations share: a failed rule as they get it, and a diagnostic as they make it.
 */
import type { Diagnostic, DiagnosticCode, Path } from '../diagnostic/diagnostic.ts';

export interface Mistake {
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly path: Path;
  readonly value: unknown;
  readonly spelling: (path: Path) => string | undefined;
}

/** The one way the explanations make a diagnostic. */
export function diagnose(
  path: Path,
  code: DiagnosticCode,
  message: string,
  hint?: string | undefined,
  at: 'key' | 'value' = 'value',
): Diagnostic {
  return { code, severity: 'error', path, at, message, ...(hint === undefined ? {} : { hint }) };
}
