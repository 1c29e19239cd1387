/** The reader that is quick and the one that takes and explains what the first refuses find the same in whatever both take. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parseEvents, YAMLException } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { readSlowly, toTree } from '../../src/language/parse/read-slowly.ts';
import { toValue } from '../../src/language/parse/to-value.ts';
import { type Node, readTrees } from '../../src/language/parse/tree.ts';
import { arbitraryMistakes } from './arbitrary-mistakes.ts';
import { runs } from './runs.ts';

const LABS = new URL('../../labs/', import.meta.url);
const labs = readdirSync(LABS).filter(name => name.endsWith('.lab.yaml'));

describe('both readers', () => {
  test.each(labs)('of %s', name => {
    expect(compare(readFileSync(new URL(name, LABS), 'utf8'))).toBe(true);
  });

  test('of files with mistakes', () => {
    let compared = 0;
    fc.assert(
      fc.property(arbitraryMistakes, text => {
        compared += Number(compare(text));
      }),
      runs(300),
    );
    expect(compared).toBeGreaterThan(150);
  });
});

/** Whether both take it. */
function compare(text: string): boolean {
  const [quick, slow] = [readQuickly(text), readSlowly(text, 100)];
  if (quick === undefined || !slow || slow.some(({ errors, warnings }) => errors.length + warnings.length > 0))
    return false;
  expect(quick.map(root => placesOf(root, text))).toEqual(slow.map(document => placesOf(toTree(document), text)));
  expect(quick.map(root => meaningOf(root, text))).toEqual(slow.map(document => meaningOf(toTree(document), text)));
  return true;
}

function meaningOf(root: Node, text: string): unknown {
  const { value, diagnostics, usable } = toValue(root, text);
  return { value, usable, messages: diagnostics.map(({ message }) => message) };
}

/** Of a line break of `\r` alone, which YAML has, `yaml` knows nothing; and it finds a document in an empty file. */
function readQuickly(text: string): readonly Node[] | undefined {
  if (/\r(?!\n)/.test(text)) return undefined;
  try {
    const { roots, badTags } = readTrees(parseEvents(text, {}), text);
    return badTags.length > 0 || roots.length === 0 ? undefined : roots;
  } catch (error) {
    if (error instanceof YAMLException) return undefined;
    throw error;
  }
}

/** Every key and scalar as it is spelt, in order; a collection in braces or brackets by where it ends. */
function placesOf(node: Node, text: string): unknown {
  const written = text.slice(node.start, node.end);
  if (node.kind === 'map')
    return [isFlow(written), node.pairs.map(({ key, value }) => [placesOf(key, text), placesOf(value, text)])];
  if (node.kind === 'list') return [isFlow(written), node.items.map(item => placesOf(item, text))];
  return written.trimEnd();
}

const isFlow = (written: string) => /^[[{]/.test(written) && written;
