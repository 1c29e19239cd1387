/** Where resolve collects the mistakes it finds, so that one run reports them all. */
import { type Diagnostic, type DiagnosticCode, errorAt, type Path } from '../diagnostic/diagnostic.ts';

export interface Problems {
  readonly found: readonly Diagnostic[];
  error(path: Path, code: DiagnosticCode, message: string, hint?: string): void;
  errorAtKey(path: Path, code: DiagnosticCode, message: string, hint?: string): void;
  warn(path: Path, code: DiagnosticCode, message: string, hint?: string): void;
}

export function collectProblems(): Problems {
  const found: Diagnostic[] = [];
  return {
    found,
    error: (...args) => found.push(errorAt(...args)),
    errorAtKey: (...args) => found.push({ ...errorAt(...args), at: 'key' }),
    warn: (...args) => found.push({ ...errorAt(...args), severity: 'warning' }),
  };
}
