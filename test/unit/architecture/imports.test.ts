/** What holds for the source as a whole: which parts are pure, that each file says what it is, and that none grows large. */
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../src/', import.meta.url));

/** Stages from text to plan and from what the kernel says to state: values in, values out. */
const PURE_FOLDERS = [
  'language',
  'resolve',
  'features',
  'compile',
  'pipeline',
  'plan',
  'state',
  'netfilter',
  'observe',
  'address',
  'graph',
  'check',
  'path',
  'kubelet/rules',
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

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  name => /\.(ts|js)$/.test(name) && !name.endsWith('.d.ts'),
);
const texts = new Map(files.map(name => [name, readFileSync(root + name, 'utf8')]));
const isGenerated = (name: string) => name.includes('/generated/');
const handWritten = files.filter(name => !isGenerated(name));
const isPure = (name: string) =>
  PURE_FILES.includes(name) || PURE_FOLDERS.some(folder => name.startsWith(`${folder}/`));

/** Everything that a file imports at run time: not what it only names as a type. */
function importsOf(text: string): string[] {
  const statements = text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[\w*{][^;'"()=]*?\sfrom\s+)?['"]([^'"]+)['"]/gm);
  const calls = text.matchAll(/\b(?:import|require)\(\s*['"]([^'"]+)['"]/g);
  return [...statements, ...calls].map(([, from = '']) => from);
}

const resolvePath = (from: string, to: string) => new URL(to, `file:///${from}`).pathname.slice(1);

/** The first chain of imports from a file to something impure; undefined where there is none. */
function wayOut(name: string, seen: Set<string>): string[] | undefined {
  if (seen.has(name)) return undefined;
  seen.add(name);
  for (const to of importsOf(texts.get(name) ?? '')) {
    if (IMPURE_PACKAGES.has(to)) return [name, to];
    if (!to.startsWith('.')) continue;
    const further = wayOut(resolvePath(name, to), seen);
    if (further) return [name, ...further];
  }
  return undefined;
}

describe('pure stages', () => {
  const pure = handWritten.filter(isPure);

  test.each(PURE_FOLDERS.filter(folder => folder !== 'graph'))('%s is there', folder => {
    expect(pure.some(name => name.startsWith(`${folder}/`))).toBe(true);
  });

  test.each(pure)('%s reaches neither the file system nor a process', name => {
    expect(wayOut(name, new Set())).toBeUndefined();
  });

  test.each(pure)('%s has no clock, no chance and no console', name => {
    const code = (texts.get(name) ?? '').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    expect(IMPURE_WORDS.exec(code)?.[0]).toBeUndefined();
  });

  test('would be found out if they were not', () => {
    expect(
      importsOf(
        "import { a } from 'x';\nimport type { B } from 'y';\nimport 'z';\nimport {\n  c,\n} from './c.ts';\nexport { d } from './d.ts';\nawait import('./e.ts')",
      ),
    ).toEqual(['x', 'z', './c.ts', './d.ts', './e.ts']);
    expect(wayOut('cli/cli.ts', new Set())).toBeDefined();
    expect(wayOut('apply/apply.ts', new Set())).toBeUndefined();
  });
});

describe('every file', () => {
  test.each(handWritten)('%s opens with a comment that says what it is', name => {
    const opening = /^(?:#!.*\n)?\/\*\*?\s*([\s\S]*?)\*\//.exec(texts.get(name) ?? '');
    expect(opening?.[1]?.replace(/^\s*\* ?/gm, '').trim().length ?? 0).toBeGreaterThan(15);
  });

  test.each(handWritten)('%s has at most 400 lines', name => {
    expect((texts.get(name) ?? '').split('\n').length).toBeLessThanOrEqual(400);
  });

  test('imports only files that are there', () => {
    const missing = handWritten.flatMap(name =>
      importsOf(texts.get(name) ?? '')
        .filter(to => to.startsWith('.') && /\.(ts|js)$/.test(to) && !texts.has(resolvePath(name, to)))
        .map(to => `${name}: ${to}`),
    );
    expect(missing).toEqual([]);
  });
});
