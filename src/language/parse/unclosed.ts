/**
 * Brackets, braces and quotes that are opened and never closed.
 *
 * The `yaml` package notices at the end of the file; what helps is where it begins.
 */
import { type Document, isCollection, isScalar, visit } from 'yaml';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { syntaxError } from './syntax-error.ts';

const missing = /^(Missing closing|Flow (map|sequence) must end with|Flow (map|sequence) in block collection must be)/;

/** The innermost one, where the document's errors say that something is open at the end of the text. */
export function findUnclosed(document: Document.Parsed, text: string): Diagnostic | undefined {
  const end = text.trimEnd().length;
  if (!document.errors.some(({ message, pos }) => missing.test(message) && pos[0] >= end)) return undefined;
  let start: number | undefined;
  visit(document, {
    Node: (_, node) => {
      if (isOpen(node, text)) start = node.range?.[0];
    },
  });
  return start === undefined ? undefined : unclosed(start, text);
}

function isOpen(node: unknown, text: string): boolean {
  if (isCollection(node)) return node.flow === true && node.range != null && !isClosed(node.range, '[{', ']}', text);
  const quoted = isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE');
  return quoted && node.range != null && !isClosed(node.range, `"'`, `"'`, text);
}

function isClosed([start, end]: readonly [number, number, number], open: string, close: string, text: string): boolean {
  const kind = open.indexOf(text.charAt(start));
  return end - start > 1 && kind >= 0 && text.charAt(end - 1) === close.charAt(kind);
}

function unclosed(start: number, text: string): Diagnostic {
  const open = text.charAt(start);
  return syntaxError(start, start + 1, `this ${open} is never closed`);
}
