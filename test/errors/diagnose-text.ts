/**
 * What the tests of broken labs share: a lab's text in, what `netlab validate` says about it out.
 */
import { diagnose } from '../../src/diagnose.ts';
import { formatDiagnostics } from '../../src/diagnostic/format.ts';
import { parse } from '../../src/parse/parse.ts';

export function formatText(text: string): string {
  return formatDiagnostics(diagnose(text), text, 'lab.yaml', parse(text).locate, { colour: false });
}
