/**
 * Text to trees of nodes.
 *
 * In: text. Out: the root of each document; or, where the text is no YAML, what is wrong with it. `js-yaml` reads it, in a
 * fifth of the time that `yaml` takes. What it refuses `yaml` reads again, which knows better what is wrong, and takes more.
 */
import { parseEvents, YAMLException } from 'js-yaml';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { explainSyntax, MAX_ERRORS, TAG_HINT, TAG_MESSAGE } from './explain-syntax.ts';
import { readSlowly, toTree } from './read-slowly.ts';
import { syntaxError } from './syntax-error.ts';
import { type Node, readTrees } from './tree.ts';

/** Of lists and maps in each other; a lab file has about ten. */
const maxDepth = 100;

export interface Documents {
  readonly roots: readonly Node[];
  readonly diagnostics: readonly Diagnostic[];
}

export function readDocuments(text: string): Documents {
  try {
    const { roots, badTags } = readTrees(parseEvents(text, { maxDepth }), text);
    return {
      roots,
      diagnostics: badTags.slice(0, MAX_ERRORS).map(({ start, end }) => syntaxError(start, end, TAG_MESSAGE, TAG_HINT)),
    };
  } catch (error) {
    return error instanceof YAMLException ? readRefused(error, text) : noRoots([unforeseen(error)]);
  }
}

const noRoots = (diagnostics: readonly Diagnostic[]): Documents => ({ roots: [], diagnostics });

function readRefused({ reason, mark }: YAMLException, text: string): Documents {
  if (reason.startsWith('nesting exceeded')) return noRoots([tooDeep(mark?.position ?? 0)]);
  try {
    const documents = readSlowly(text, maxDepth);
    if (documents === undefined) return noRoots([tooDeep(mark?.position ?? 0)]);
    return { roots: documents.map(toTree), diagnostics: explainSyntax(documents, text) };
  } catch (error) {
    return noRoots([unforeseen(error)]);
  }
}

function tooDeep(offset: number): Diagnostic {
  return syntaxError(offset, offset + 1, 'lists and maps are nested too deeply', 'is a bracket or brace left open?');
}

/** A fault in the package must still be an answer about the file. */
function unforeseen(error: unknown): Diagnostic {
  const detail = error instanceof Error ? error.message : String(error);
  return syntaxError(0, 0, `the file cannot be read as YAML: ${detail}`);
}
