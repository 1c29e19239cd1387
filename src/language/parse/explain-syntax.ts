/**
 * The `yaml` package's complaints in plain words.
 *
 * In: its errors and the text. Out: diagnostics. Where its wording is good enough it stays.
 */
import type { Document, YAMLError } from 'yaml';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { quote } from '../diagnostic/printable.ts';
import { syntaxError } from './syntax-error.ts';
import { findUnclosed } from './unclosed.ts';

/** After so many the rest only follows from the first. */
export const MAX_ERRORS = 50;

interface Wording {
  readonly when: RegExp;
  readonly message: string;
  readonly hint?: string;
  /** What the rest of the line must look like. */
  readonly before?: RegExp;
  /** The blanks are the mistake. */
  readonly keepPlace?: true;
}

export const TAG_MESSAGE = 'tags (!) are not used in lab files';
export const TAG_HINT = 'put the text in quotes if it really begins with "!"';

const wordings: readonly Wording[] = [
  {
    when: /^Tabs are not allowed as indentation/,
    message: 'a tab is used to indent',
    hint: 'YAML is indented with spaces only',
    keepPlace: true,
  },
  {
    when: /^Nested mappings are not allowed in compact mappings/,
    before: /:(\s|$)/,
    message: 'a second ":" on one line',
    hint: 'put a value that holds ": " in quotes, or begin a new line',
  },
  {
    when: /^Nested mappings are not allowed in compact mappings/,
    message: 'a key has a value on its own line and more keys below it',
    hint: 'give it one or the other',
  },
  {
    when: /^(Implicit map keys need to be followed by map values|Implicit keys need to be on a single line)/,
    message: 'a ":" is missing after the key',
    hint: 'write "key: value", with a space after the colon',
  },
  {
    when: /^Implicit keys of flow sequence pairs need to be on a single line/,
    message: 'a key and its ":" must be on one line',
  },
  {
    when: /^The : indicator must be at most 1024 chars/,
    message: 'a key is longer than 1024 characters, or its ":" is missing',
  },
  {
    when: /^All (collection|mapping|sequence) items must start at the same column/,
    message: 'the line is indented by another amount than the lines it belongs to',
    hint: 'give all entries of a map or list the same number of spaces',
  },
  {
    when: /^Block collections are not allowed within flow collections/,
    message: 'a "," is missing, or a "[" or "{" before this is not closed',
  },
  {
    when: /^(Block collection|A block sequence) /,
    message: 'a list or map over several lines cannot stand here',
    hint: 'begin it on a line of its own',
  },
  {
    when: /^Sequence item without - indicator/,
    message: 'this line is neither a list item, with "- ", nor indented like the rest of the item before it',
  },
  { when: /^Flow map must end with a }/, message: 'a "{" is never closed', hint: 'a "}" is missing' },
  { when: /^Flow sequence must end with a ]/, message: 'a "[" is never closed', hint: 'a "]" is missing' },
  {
    when: /^Flow (map|sequence) in block collection must be (sufficiently )?indented/,
    message: 'a "[" or "{" before this line is not closed',
    hint: 'close it, or indent what is inside of it by more than the key before it',
  },
  { when: /^Missing , (or : )?between flow (map|sequence) items/, message: 'a "," is missing before this' },
  { when: /^Unexpected , in/, message: 'a "," too many' },
  { when: /^Unexpected empty item in/, message: 'nothing stands between two commas' },
  { when: /^Missing space after : in/, message: 'a space is missing after ":"' },
  { when: /^Missing closing "quote/, message: 'a double quote (") is never closed' },
  { when: /^Missing closing 'quote/, message: "a single quote (') is never closed" },
  {
    when: /^Invalid escape sequence/,
    message: 'unknown escape in a double-quoted text',
    hint: 'write "\\\\" for a backslash, or use single quotes',
  },
  { when: /^Unexpected flow-(seq|map)-end token/, message: 'a bracket is closed that was never opened' },
  { when: /^Unexpected block-seq-ind/, message: 'a list cannot begin here', hint: 'begin it on a line of its own' },
  {
    when: /^Unexpected (scalar|(single|double)-quoted-scalar|alias|flow-(seq|map)-start) (at node end|token)/,
    message: 'this does not belong to the value before it',
    hint: 'is there a quote, comma or line break missing?',
  },
  {
    when: /^Plain value cannot start with reserved character/,
    message: 'a text cannot begin with CHARACTER',
    hint: 'put the text in quotes',
  },
  {
    when: /^Plain value cannot start with (.+)/,
    message: 'a text cannot begin with CHARACTER',
    hint: 'put the text in quotes',
  },
  { when: /^Comments must be separated/, message: 'a space is missing before "#"' },
  {
    when: /^Block scalar(s with more-indented| header| )/,
    message: 'the text block after "|" or ">" is not indented evenly',
  },
  { when: /^A node can have at most one anchor/, message: 'a value can have only one anchor (&)' },
  { when: /^A node can have at most one tag/, message: 'a value can have only one tag (!)' },
  { when: /^(Unresolved tag|Unknown tag)/, message: TAG_MESSAGE, hint: TAG_HINT },
  { when: /^(Anchor|Alias) (cannot be an empty string)/, message: 'a name is missing after & or *' },
  {
    when: /directives-end/,
    message: 'a line that begins with "%" is not followed by "---"',
    hint: 'put the text in quotes',
  },
  { when: /Unexpected scalar at node end|^Unexpected (.*) token/, message: 'this cannot stand here' },
];

/** One a line: the package often finds the same mistake twice. */
export function explainSyntax(documents: readonly Document.Parsed[], text: string): readonly Diagnostic[] {
  const open = documents.flatMap(document => findUnclosed(document, text) ?? []);
  if (open.length > 0) return open;
  const errors = documents.flatMap(document => [...document.errors, ...document.warnings]);
  const sorted = errors.sort((a, b) => a.pos[0] - b.pos[0]);
  return firstOfLines(sorted, text).map(error => explain(error, text));
}

function firstOfLines(errors: readonly YAMLError[], text: string): readonly YAMLError[] {
  const kept: YAMLError[] = [];
  let lineEnd = -1;
  for (const error of errors) {
    if (lineEnd >= error.pos[0] || kept.length === MAX_ERRORS) continue;
    kept.push(error);
    const end = text.indexOf('\n', error.pos[0]);
    lineEnd = end < 0 ? text.length : end;
  }
  return kept;
}

function explain(error: YAMLError, text: string): Diagnostic {
  const rest = /.*/.exec(text.slice(error.pos[0], error.pos[0] + 1000))?.[0] ?? '';
  const wording = wordings.find(({ when, before }) => when.test(error.message) && before?.test(rest) !== false);
  const [start, end] = wording?.keepPlace ? error.pos : skipBlanks(error.pos, text);
  if (wording === undefined) return syntaxError(start, end, lowerFirst(error.message));
  const message = wording.message.replace('CHARACTER', quote(text.charAt(start)));
  return syntaxError(start, end, message, wording.hint);
}

/** Many mistakes are said to be at the beginning of a line, but mean its first word. */
function skipBlanks([start, end]: readonly [number, number], text: string): readonly [number, number] {
  const blanks = /^[ \t]*/.exec(text.slice(start, start + 1000))?.[0].length ?? 0;
  const first = Math.min(start + blanks, text.length);
  return [first, Math.min(Math.max(end, first), text.length)];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
