/** CONTRIBUTING's worked examples: the files that each names are there, and no other file knows the example's own words. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { texts } from './source.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const contributing = readFileSync(`${root}CONTRIBUTING.md`, 'utf8');

interface Example {
  /** As its paragraph of CONTRIBUTING begins. */
  readonly title: string;
  /** What only its own files and the lists that it has a line in may name. */
  readonly words: readonly string[];
}

const EXAMPLES: readonly Example[] = [
  { title: 'a key of the lab file', words: ['loadBalancerSourceRanges', 'sourceRanges'] },
  { title: 'a feature', words: ['host-ports', 'hostPort', 'HostPort', 'hostIP', 'CNI-HOSTPORT', 'portmap'] },
  { title: 'a command', words: ['commands/list.ts', 'views/labs.ts', 'LabSummary', 'labsText'] },
];

/** From its title to the next one. */
function paragraphOf(title: string, text = contributing): string {
  const [, paragraph = ''] = text.split(`**${title}.**`);
  return paragraph.split(/\n\*\*|\n## /)[0] ?? '';
}

/** But for those with a name that is to be filled in, such as `NAME.ts`. */
const filesIn = (paragraph: string) =>
  [...paragraph.matchAll(/`((?:src|test|schemas)\/[\w./-]+)`/g)]
    .map(([, file = '']) => file)
    .filter(file => !/[A-Z]{2}/.test(file));

/** By itself, or with the folder that it is in. */
const isNamed = (file: string, named: readonly string[]) =>
  named.some(one => one === file || (one.endsWith('/') && file.startsWith(one)));

/** Not a longer word, as `hostIPC` is one. */
function namers(word: string): string[] {
  return [...texts].filter(([, text]) => new RegExp(`${word}(?![A-Z])`).test(text)).map(([name]) => `src/${name}`);
}

describe.each(EXAMPLES)('the example of $title', ({ title, words }) => {
  const named = filesIn(paragraphOf(title));

  test('names only files that are there', () => {
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter(file => !existsSync(root + file))).toEqual([]);
  });

  test.each(words)('is the only one to name %s', word => {
    expect(namers(word)).not.toEqual([]);
    expect(namers(word).filter(file => !isNamed(file, named))).toEqual([]);
  });
});

test('a paragraph ends where the next begins', () => {
  const text = '**one.** `src/a.ts`\n\n**two.** `src/b.ts`\n\n## Then\n`src/c.ts`';
  expect(['one', 'two', 'three'].map(title => filesIn(paragraphOf(title, text)))).toEqual([
    ['src/a.ts'],
    ['src/b.ts'],
    [],
  ]);
});
