/** Every mistake in a lab file that can be found without the kernel. */
import type { Diagnostic } from './diagnostic/diagnostic.ts';
import { load } from './load/load.ts';

export function diagnose(text: string): readonly Diagnostic[] {
  return load(text, { name: 'lab' }).diagnostics;
}
