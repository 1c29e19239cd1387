/**
 * The one way this stage makes a diagnostic: about offsets, as broken YAML has no paths.
 */
import type { Diagnostic } from '../diagnostic/diagnostic.ts';

export function syntaxError(start: number, end: number, message: string, hint?: string): Diagnostic {
  const range = [start, Math.max(start, end)] as const;
  return { code: 'yaml-syntax', severity: 'error', path: [], at: 'value', range, message, ...(hint ? { hint } : {}) };
}
