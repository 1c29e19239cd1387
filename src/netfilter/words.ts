/** iptables' own quoting: text to words and back. Nothing here reaches a shell. */

/** Splits as a shell would, with single and double quotes and backslashes; undefined where a quote is not closed. */
export function splitWords(text: string): string[] | undefined {
  const words: string[] = [];
  let rest = text.trim();
  // A kernel may have a hundred thousand rules, most of them without a quote.
  if (rest !== '' && !/['"\\]/.test(rest)) return rest.split(/\s+/);
  while (rest !== '') {
    const match = /^(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/s.exec(rest);
    if (!match) return undefined;
    words.push(/['"\\]/.test(match[0]) ? unquote(match[0]) : match[0]);
    rest = rest.slice(match[0].length);
    if (rest !== '' && !/^\s/.test(rest)) return undefined;
    rest = rest.trimStart();
  }
  return words;
}

function unquote(word: string): string {
  return word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs, (_, single, double, escaped) =>
    single !== undefined ? single : double !== undefined ? double.replace(/\\(.)/gs, '$1') : escaped,
  );
}

/** A word as iptables-restore reads it: double quotes where it has spaces, quotes or backslashes, or is empty. */
export function quoteWord(word: string): string {
  return /^[^\s"'\\]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
}
