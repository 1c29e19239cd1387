/** What can go wrong in the life of a lab, besides the host (`HostError`). */
import type { Diagnostic } from '../language/diagnostic/diagnostic.ts';
import type { Sources } from '../language/diagnostic/sources.ts';

/** A lab file with its mistakes. Exit code 2. */
export class LabFileError extends Error {
  override readonly name = 'LabFileError';
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
  constructor(diagnostics: readonly Diagnostic[], sources: Sources) {
    super('the lab file has mistakes');
    this.diagnostics = diagnostics;
    this.sources = sources;
  }
}

/** The command line is wrong. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** It did not work; the lines say what failed, what was undone and what is left. Exit code 1. */
export class FailedError extends Error {
  override readonly name = 'FailedError';
  readonly details: readonly string[];
  constructor(message: string, details: readonly string[] = []) {
    super(message);
    this.details = details;
  }
}

/** A lab runs, and nothing is known any more of what it should be. */
export function damagedRecord(lab: string): FailedError {
  return new FailedError(`lab ${lab} is up, but its record is damaged`, [`netlab down ${lab}, then up again`]);
}

/** The user pressed Ctrl-C. Exit code 130. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}
