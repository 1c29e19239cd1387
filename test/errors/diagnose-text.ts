/**
 * What the tests of broken labs share: a lab's text in, what `netlab validate` says about it out.
 */

import { formatDiagnostics } from '../../src/language/diagnostic/format.ts';
import { parse } from '../../src/language/parse/parse.ts';
import { diagnose } from '../../src/pipeline/diagnose.ts';

export function formatText(text: string): string {
  return formatDiagnostics(diagnose(text), text, 'lab.yaml', parse(text).locate);
}
