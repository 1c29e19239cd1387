/**
 * Refuses a file that is not text at all, before any parser sees it.
 *
 * In: text. Out: at most one diagnostic. Knows nothing of YAML but which characters it allows.
 */
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { syntaxError } from './syntax-error.ts';

/** Ten thousand pods take one tenth of this. */
const maxLength = 8 * 1024 * 1024;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const notText = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0080-\u0084\u0086-\u009f\ufffe\uffff]/;

export function checkText(text: string): Diagnostic | undefined {
  if (text.length > maxLength) return syntaxError(0, 0, 'the file is larger than 8 MiB', 'is this a lab file?');
  const offset = text.search(notText);
  return offset < 0 ? undefined : controlCharacter(text, offset);
}

function controlCharacter(text: string, offset: number): Diagnostic {
  const code = text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0');
  const message = `the control character U+${code} is not allowed in a YAML file`;
  const hint =
    code === '0000'
      ? 'is this a text file, in UTF-8?'
      : 'delete it; inside double quotes it can be written as an escape';
  return syntaxError(offset, offset + 1, message, hint);
}
