/** Where resolve collects the mistakes it finds, so that one run reports them all. */
import { type Diagnostic, type DiagnosticCode, errorAt, type Path } from '../language/diagnostic/diagnostic.ts';

export interface Problems {
  readonly found: readonly Diagnostic[];
  error(path: Path, code: DiagnosticCode, message: string, hint?: string): void;
  errorAtKey(path: Path, code: DiagnosticCode, message: string, hint?: string): void;
  warn(path: Path, code: DiagnosticCode, message: string, hint?: string): void;
}

/** A mistake in an entry is said once, however many replicas it makes. */
export function collectProblems(): Problems {
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
  };
}
