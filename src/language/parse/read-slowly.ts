/**
 * Text to trees of nodes by the `yaml` package, which takes five times as long as `js-yaml` and knows what is wrong: for texts
 * that `js-yaml` refuses. Some of them are good, such as those whose last "}" is not indented.
 *
 * In: text. Out: the package's documents, and the same as trees.
 */
import { Composer, type CST, type Document, isAlias, isMap, isScalar, isSeq, Lexer, Parser } from 'yaml';
import type { MapNode, Node } from './tree.ts';

/** Undefined where more collections are open. The package's composer is recursive, so that is watched while tokens come. */
export function readSlowly(text: string, maxDepth: number): readonly Document.Parsed[] | undefined {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > maxDepth) return undefined;
  }
  for (const token of parser.end()) tokens.push(token);
  // Doubled keys are found by us: the package compares each key with every other. "%YAML 1.1" changes no meaning.
  const composer = new Composer<Document.Parsed['contents'] & object, true>({
    ...{ uniqueKeys: false, keepSourceTokens: false },
    ...{ schema: 'core', merge: false },
  });
  return [...composer.compose(tokens, true, text.length)];
}

export const toTree = ({ contents, range }: Document.Parsed): Node => toNode(contents, range[0]);

/** What is left out is where the text before it ends. */
function toNode(node: unknown, before: number): Node {
  if (isMap(node)) return { ...placeOf(node, before), kind: 'map', pairs: toPairs(node.items, before) };
  if (isSeq(node))
    return { ...placeOf(node, before), kind: 'list', items: node.items.map(item => toNode(item, before)) };
  if (isAlias(node)) return { ...placeOf(node, before), kind: 'alias', name: node.source };
  if (!isScalar(node)) return { ...placeOf({}, before), kind: 'scalar', value: null, isPlain: true };
  return { ...placeOf(node, before), kind: 'scalar', value: node.value, isPlain: node.type === 'PLAIN' };
}

function toPairs(
  pairs: readonly { readonly key: unknown; readonly value: unknown }[],
  before: number,
): MapNode['pairs'] {
  return pairs.map(pair => {
    const key = toNode(pair.key, before);
    return { key, value: toNode(pair.value, key.end) };
  });
}

interface Placed {
  readonly range?: readonly number[] | null | undefined;
  readonly anchor?: string | undefined;
}

function placeOf({ range, anchor }: Placed, before: number) {
  const [start = before, end = start] = range ?? [];
  return { start, end, anchor };
}
