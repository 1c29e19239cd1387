/**
 * Text to syntax trees, with a limit on depth.
 *
 * In: text. Out: the `yaml` package's documents. Its composer is recursive, so depth is watched while the tokens come,
 * where a hundred thousand `[` cost nothing yet.
 */
import { Composer, type CST, type Document, Lexer, Parser } from 'yaml';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { syntaxError } from './syntax-error.ts';

/** Open collections in the parser; a lab file has about ten. */
const maxDepth = 100;

export interface Documents {
  readonly documents: readonly Document.Parsed[];
  readonly diagnostics: readonly Diagnostic[];
}

export function readDocuments(text: string): Documents {
  try {
    const tokens = readTokens(text);
    return Array.isArray(tokens) ? compose(tokens, text.length) : { documents: [], diagnostics: [tokens] };
  } catch (error) {
    return { documents: [], diagnostics: [unforeseen(error)] };
  }
}

function readTokens(text: string): CST.Token[] | Diagnostic {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > maxDepth) return tooDeep(parser.offset);
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

/** Doubled keys are found by us: the package compares each key with every other. */
function compose(tokens: CST.Token[], length: number): Documents {
  const composer = new Composer<Document.Parsed['contents'] & object, true>({
    uniqueKeys: false,
    keepSourceTokens: false,
  });
  return { documents: [...composer.compose(tokens, true, length)], diagnostics: [] };
}

function tooDeep(offset: number): Diagnostic {
  return syntaxError(offset, offset + 1, 'lists and maps are nested too deeply', 'is a bracket or brace left open?');
}

/** A fault in the package must still be an answer about the file. */
function unforeseen(error: unknown): Diagnostic {
  const detail = error instanceof Error ? error.message : String(error);
  return syntaxError(0, 0, `the file cannot be read as YAML: ${detail}`);
}
