/** The source as text: every file of `src` by its path in there, and what each of them imports. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../src/', import.meta.url));

const isGenerated = (name: string) => name.includes('/generated/');

export const texts: ReadonlyMap<string, string> = new Map(
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(ts|js)$/.test(name) && !name.endsWith('.d.ts'))
    .map(name => [name, readFileSync(root + name, 'utf8')]),
);

export const handWritten: readonly string[] = [...texts.keys()].filter(name => !isGenerated(name)).sort();

const STATEMENT = /^(?:import|export)\s+(?:[\w*{][^;'"()=]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const TYPE = /^(?:import|export)\s+type\b/;
const CALL = /\b(?:import|require)\(\s*['"]([^'"]+)['"]/g;

/** Everything that a file imports: a package by its name, another file as it is written there. */
export function importsOf(text: string): string[] {
  return matches(text, () => true);
}

/** Without what it only names as a type. */
export function runtimeImportsOf(text: string): string[] {
  return matches(text, statement => !TYPE.test(statement));
}

function matches(text: string, isWanted: (statement: string) => boolean): string[] {
  const statements = [...text.matchAll(STATEMENT)].filter(([statement]) => isWanted(statement));
  return [...statements, ...text.matchAll(CALL)].map(([, from = '']) => from);
}

/** The path, in `src`, of what `from` imports as `to`. */
export const resolvePath = (from: string, to: string) => new URL(to, `file:///${from}`).pathname.slice(1);

/** The files that a file imports, also those that it needs only as types. */
export function filesOf(name: string): string[] {
  const files = importsOf(texts.get(name) ?? '').filter(to => to.startsWith('.') && !to.endsWith('.json'));
  return [...new Set(files.map(to => resolvePath(name, to)))];
}
