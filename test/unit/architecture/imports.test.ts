/** What holds for the source as a whole: which parts are pure, that each file says what it is, and that none grows large. */
import { builtinModules } from 'node:module';
import { describe, expect, test } from 'vitest';
import { handWritten, importsOf, resolvePath, runtimeImportsOf, texts } from './source.ts';

/** Stages from text to plan and from what the kernel says to state: values in, values out. */
const PURE_FOLDERS = [
  'language',
  'resolve',
  'fabric',
  'features',
  'compile',
  'pipeline',
  'plan',
  'state',
  'netfilter',
  'netlink',
  'address',
  'graph',
  'check',
  'path',
  'kubelet/life',
];
const PURE_FILES = ['host/features.ts'];

/** What would reach the world, a clock or the console. */
const IMPURE_PACKAGES = new Set([
  'execa',
  'chalk',
  'listr2',
  'koffi',
  'yargs',
  ...builtinModules,
  ...builtinModules.map(name => `node:${name}`),
]);
const IMPURE_WORDS =
  /\bprocess\.|\bconsole\.|\bDate\.now\(|\bnew Date\(|\bMath\.random\(|\bperformance\.|\bsetTimeout\(|\bfetch\(/;

const isPure = (name: string) =>
  PURE_FILES.includes(name) || PURE_FOLDERS.some(folder => name.startsWith(`${folder}/`));
const textOf = (name: string) => texts.get(name) ?? '';

/** The first chain of imports from a file to something impure; undefined where there is none. */
function wayOut(name: string, seen = new Set<string>()): string[] | undefined {
  if (seen.has(name)) return undefined;
  seen.add(name);
  for (const to of runtimeImportsOf(textOf(name))) {
    if (IMPURE_PACKAGES.has(to)) return [name, to];
    if (!to.startsWith('.')) continue;
    const further = wayOut(resolvePath(name, to), seen);
    if (further) return [name, ...further];
  }
  return undefined;
}

const impureWord = (text: string) => IMPURE_WORDS.exec(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''))?.[0];

/** What the comment at the top of a file says. */
function openingOf(text: string): string {
  const opening = /^(?:#!.*\n)?\/\*\*?\s*([\s\S]*?)\*\//.exec(text);
  return opening?.[1]?.replace(/^\s*\* ?/gm, '').trim() ?? '';
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const ESCAPE = /\\u001b|\\x1b|\\u\{1b\}|\u001b/i;

const lineCount = (text: string) => text.split('\n').length;

describe('pure stages', () => {
  const pure = handWritten.filter(isPure);

  test('are there', () => {
    expect(PURE_FOLDERS.filter(folder => !pure.some(name => name.startsWith(`${folder}/`)))).toEqual([]);
    expect(PURE_FILES.filter(name => !texts.has(name))).toEqual([]);
  });

  test('reach neither the file system nor a process', () => {
    expect(pure.flatMap(name => wayOut(name)?.join(' → ') ?? [])).toEqual([]);
  });

  test('have no clock, no chance and no console', () => {
    const found = pure.map(name => `${name}: ${impureWord(textOf(name))}`);
    expect(found.filter(line => !line.endsWith(': undefined'))).toEqual([]);
  });

  test('would be found out if they were not', () => {
    const text =
      "import { a } from 'x';\nimport type { B } from 'y';\nimport 'z';\nimport {\n  c,\n} from './c.ts';\nexport { d } from './d.ts';\nawait import('./e.ts')";
    expect(runtimeImportsOf(text)).toEqual(['x', 'z', './c.ts', './d.ts', './e.ts']);
    expect(importsOf(text)).toEqual(['x', 'y', 'z', './c.ts', './d.ts', './e.ts']);
    expect(wayOut('programs/cli.ts')).toBeDefined();
    expect(wayOut('apply/apply.ts')).toBeUndefined();
    expect(impureWord('/* Date.now() */ const a = Date.now();')).toBe('Date.now(');
  });
});

describe('every file', () => {
  test('opens with a comment that says what it is', () => {
    expect(handWritten.filter(name => openingOf(textOf(name)).length <= 15)).toEqual([]);
    expect(openingOf('/**\n * In: one.\n * Out: two.\n */\nexport {}')).toBe('In: one.\nOut: two.');
    expect(openingOf("import 'a';\n/** Late. */")).toBe('');
  });

  test('has at most 400 lines', () => {
    expect(handWritten.filter(name => lineCount(textOf(name)) > 400)).toEqual([]);
  });

  test('has its colours from cli/paint.ts, and writes no escape code', () => {
    expect(handWritten.filter(name => ESCAPE.test(textOf(name)))).toEqual(['cli/paint.ts']);
    expect(handWritten.filter(name => importsOf(textOf(name)).includes('chalk'))).toEqual(['cli/paint.ts']);
    for (const text of ['\\u001b[1m', '\\x1B[1m', '\\u{1b}[1m', '\u001b[1m']) expect(text).toMatch(ESCAPE);
  });

  test('imports only files that are there', () => {
    const missing = handWritten.flatMap(name =>
      importsOf(textOf(name))
        .filter(to => to.startsWith('.') && /\.(ts|js)$/.test(to) && !texts.has(resolvePath(name, to)))
        .map(to => `${name}: ${to}`),
    );
    expect(missing).toEqual([]);
  });
});

/** `constructor` is a key that every object has: a table is asked by `ownValue`, or is a Map. */
test('words of a file are never keys of an ordinary object', () => {
  const asked = [...texts].flatMap(([name, text]) => {
    if (!isPure(name)) return [];
    const tables = [...text.matchAll(/^(?:export )?const (\w+): Readonly<Record<string,/gm)].map(
      match => match[1] ?? '',
    );
    return tables.filter(table => new RegExp(`\\b${table}(\\?\\.)?\\[`).test(text)).map(table => `${name}: ${table}`);
  });
  expect(asked).toEqual([]);
});
