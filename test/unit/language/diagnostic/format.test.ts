import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../../src/language/diagnostic/diagnostic.ts';
import { formatDiagnostics, placeDiagnostics } from '../../../../src/language/diagnostic/format.ts';
import { makeSources } from '../../../../src/language/diagnostic/sources.ts';

/** A file in which no path leads anywhere. */
const toSource = (text: string, file = 'f') => ({ file, text, locate: () => ({ start: 0, end: 0 }) });
const sourcesOf = (text: string, file?: string) => makeSources([toSource(text, file)]);

function at(start: number, end: number, more: Partial<Diagnostic> = {}): Diagnostic {
  return { code: 'yaml-syntax', severity: 'error', path: [], at: 'value', range: [start, end], message: 'm', ...more };
}

function format(text: string, ...diagnostics: readonly Diagnostic[]): readonly string[] {
  return formatDiagnostics(diagnostics, sourcesOf(text)).split('\n');
}

describe('the line and the caret', () => {
  test.each<readonly [string, string, number, number, readonly string[]]>([
    ['a word', 'ab cd', 3, 5, ['f:1:4: error: m', '  1 | ab cd', '    |    ^^']],
    ['nothing to mark still gets a caret', 'ab', 1, 1, ['f:1:2: error: m', '  1 | ab', '    |  ^']],
    ['more lines than one', 'ab\ncd', 1, 5, ['f:1:2: error: m', '  1 | ab', '    |  ^']],
    ['the end of the file', 'ab\n', 3, 3, ['f:2:1: error: m']],
    ['beyond the end', 'ab', 99, 120, ['f:1:3: error: m', '  1 | ab', '    |   ^']],
    ['a tab is four columns', '\tab', 1, 3, ['f:1:2: error: m', '  1 |     ab', '    |     ^^']],
    ['wide characters are two', '節x', 1, 2, ['f:1:2: error: m', '  1 | 節x', '    |   ^']],
    ['accents are none', 'e\u0301x', 2, 3, ['f:1:3: error: m', '  1 | e\u0301x', '    |  ^']],
    ['Windows lines', 'ab\r\ncd\r\n', 4, 6, ['f:2:1: error: m', '  2 | cd', '    | ^^']],
    ['a byte order mark is no column', '\ufeffab', 1, 2, ['f:1:1: error: m', '  1 | ab', '    | ^']],
    ['controls are written out', 'a\u001b[1mb', 1, 2, ['f:1:2: error: m', '  1 | a\\u001b[1mb', '    |  ^^^^^^']],
  ])('%s', (_, text, start, end, lines) => {
    expect(format(text, at(start, end)).slice(0, -2)).toEqual(lines);
  });

  test('a long line is cut around the mistake', () => {
    const [, line = '', carets = ''] = format(`${'a'.repeat(500)}X${'b'.repeat(500)}`, at(500, 501));
    expect(line.length).toBeLessThan(120);
    expect(line.charAt(carets.indexOf('^'))).toBe('X');
  });
});

describe('the whole', () => {
  test('comes in the order of the file, with a count at the end', () => {
    const lines = format('ab', at(1, 2, { message: 'second', severity: 'warning' }), at(0, 1, { message: 'first' }));
    expect(lines.filter(line => /first|second|warning/.test(line))).toEqual([
      'f:1:1: error: first',
      'f:1:2: warning: second',
      '1 error, 1 warning',
    ]);
  });

  test('stops at the limit and counts the rest', () => {
    const many = Array.from({ length: 5 }, () => at(0, 1));
    const output = formatDiagnostics(many, sourcesOf('ab'), { limit: 2 });
    expect(output.split('\n').slice(-3)).toEqual(['and 3 more', '5 errors', '']);
  });

  test('is nothing where nothing is wrong', () => {
    expect(formatDiagnostics([], sourcesOf('ab'))).toBe('');
  });

  test('is painted by whoever prints it', () => {
    const paint = (style: string, text: string) => `<${style} ${text}>`;
    const output = formatDiagnostics([at(0, 1, { hint: 'h' })], sourcesOf('ab'), { paint });
    expect(output.split('\n')).toEqual([
      '<place f:1:1:> <error error:> m',
      '  <gutter 1 |> ab',
      '  <gutter   |> <caret ^>',
      '  <help help:> h',
      '1 error',
      '',
    ]);
  });

  test('lets no control character of message, hint or file name through', () => {
    const bad = '\u001b]0;x\u0007\u202e\n';
    const output = formatDiagnostics([at(0, 1, { message: bad, hint: bad })], sourcesOf('ab', bad));
    expect(output).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(output.split('\n')).toHaveLength(6);
  });

  test('what two entries share through an alias is said once', () => {
    const shared = [
      ['pods', 'a', 'mtu'],
      ['pods', 'b', 'mtu'],
    ].map(path => {
      const { range: _, ...rest } = at(0, 1);
      return { ...rest, path };
    });
    expect(format('ab', ...shared).at(-2)).toBe('1 error');
  });
});

test('as data', () => {
  const diagnostics = placeDiagnostics([at(3, 5, { hint: 'h' }), at(0, 1)], sourcesOf('ab\ncd'));
  const common = { code: 'yaml-syntax', severity: 'error', message: 'm', file: 'f', path: [] };
  expect(diagnostics).toEqual([
    { ...common, hint: null, line: 1, column: 1, endLine: 1, endColumn: 2 },
    { ...common, hint: 'h', line: 2, column: 1, endLine: 2, endColumn: 3 },
  ]);
});

describe('several files', () => {
  const sources = makeSources([toSource('ab\ncd', 'lab.yaml'), toSource('ef', 'web.yaml'), toSource('gh', 'db.yaml')]);
  const diagnostics = [
    at(0, 1, { message: 'third', file: 'web.yaml' }),
    at(3, 4, { message: 'second' }),
    at(1, 2, { message: 'fourth', file: 'web.yaml', severity: 'warning' }),
    at(0, 1, { message: 'first', file: 'lab.yaml' }),
  ];

  test('come one after the other, each with its own lines, and are counted together', () => {
    expect(formatDiagnostics(diagnostics, sources).split('\n')).toEqual([
      ...['lab.yaml:1:1: error: first', '  1 | ab', '    | ^'],
      ...['lab.yaml:2:1: error: second', '  2 | cd', '    | ^'],
      ...['web.yaml:1:1: error: third', '  1 | ef', '    | ^'],
      ...['web.yaml:1:2: warning: fourth', '  1 | ef', '    |  ^'],
      ...['3 errors, 1 warning in 2 files', ''],
    ]);
  });

  test('are named in the data', () => {
    const files = placeDiagnostics(diagnostics, sources).map(({ file, line, message }) => `${file}:${line} ${message}`);
    expect(files).toEqual(['lab.yaml:1 first', 'lab.yaml:2 second', 'web.yaml:1 third', 'web.yaml:1 fourth']);
  });

  test('may have the same mistake in the same place', () => {
    const entries = ['lab.yaml', 'web.yaml'].map(file => {
      const { range: _, ...rest } = at(0, 1, { path: ['pods', file, 'mtu'], file });
      return rest;
    });
    expect(formatDiagnostics(entries, sources)).toContain('2 errors in 2 files');
  });
});
