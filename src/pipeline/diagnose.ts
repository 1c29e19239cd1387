/** Every mistake in a lab file that can be found without the kernel. */
import type { Diagnostic } from '../language/diagnostic/diagnostic.ts';
import { load } from './load.ts';

export function diagnose(text: string): readonly Diagnostic[] {
  return load(text, { name: 'lab' }).diagnostics;
}
