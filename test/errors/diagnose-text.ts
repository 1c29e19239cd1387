/**
 * What the tests of broken labs share: a lab's text in, what `netlab validate` says about it out.
 */

import { formatDiagnostics } from '../../src/language/diagnostic/format.ts';
import { load } from '../../src/pipeline/load.ts';

export function formatText(text: string): string {
  const { diagnostics, sources } = load(text, { name: 'lab', file: 'lab.yaml' });
  return formatDiagnostics(diagnostics, sources);
}
