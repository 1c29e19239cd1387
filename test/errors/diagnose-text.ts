/**
 * What the tests of broken labs share: a lab's text in, what `netlab validate` says about it out.
 *
 * The whole chain where `src/diagnose.ts` offers it, else the stages that read the file.
 */
import { existsSync } from 'node:fs';
import type { Diagnostic } from '../../src/diagnostic/diagnostic.ts';
import { formatDiagnostics } from '../../src/diagnostic/format.ts';
import { parse } from '../../src/parse/parse.ts';
import { validate } from '../../src/validate/validate.ts';

type Diagnose = (text: string) => readonly Diagnostic[];

const wholeChain = new URL('../../src/diagnose.ts', import.meta.url);

export const diagnoseText: Diagnose = existsSync(wholeChain)
  ? ((await import(wholeChain.href)) as { readonly diagnose: Diagnose }).diagnose
  : parseAndValidate;

export function parseAndValidate(text: string): readonly Diagnostic[] {
  const document = parse(text);
  return [...document.diagnostics, ...validate(document.value, document.spelling).diagnostics];
}

export function formatText(text: string, diagnose: Diagnose = diagnoseText): string {
  return formatDiagnostics(diagnose(text), text, 'lab.yaml', parse(text).locate, { colour: false });
}
