/** Text that is data stays the same data, also where it is shown with escapes. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { labYaml } from '../../../../src/cli/views/lab-yaml.ts';
import { escapeText } from '../../../../src/language/diagnostic/printable.ts';
import { parse } from '../../../../src/language/parse/parse.ts';
import { quoteForShell } from '../../../../src/plan/shell.ts';

const nasty = fc.constantFrom(
  '\u001b]0;x\u0007',
  '\u0085',
  '\u202e',
  '\u2028',
  '\u200b',
  '\ufeff',
  '\r',
  '\n',
  "'",
  '"',
  '\\',
  '$',
  '<<',
);
const text = fc.array(fc.oneof(nasty, fc.string({ unit: 'grapheme' }))).map(parts => parts.join(''));

test('a lab file as YAML', () =>
  fc.assert(
    fc.property(text, value => {
      const file = { list: [value], map: { [value]: 1 } };
      const { value: read, diagnostics } = parse(escapeText(labYaml(file)));
      expect(diagnostics).toEqual([]);
      expect(JSON.stringify(read)).toBe(JSON.stringify(file));
    }),
  ));

test('words of a shell', () => {
  const words = fc.sample(text, 200).map(word => word.replaceAll('\0', ''));
  const script = `for word in ${words.map(quoteForShell).join(' ')}; do printf '%s\\0' "$word"; done`;
  expect(escapeText(script)).toBe(script);
  const said = execFileSync('sh', ['-c', script]).toString().split('\0').slice(0, -1);
  expect(said).toEqual(words);
});
