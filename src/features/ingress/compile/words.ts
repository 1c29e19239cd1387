/** Words of nginx' configuration: whatever is in one, it is one word there, and nothing more. Pure. */

const PLAIN = /^[\w./~:@%,+-]+$/;

/** In nginx' own quotes a backslash stands only before a quote, a backslash, or the letter of a control character. */
export function quote(text: string): string {
  if (PLAIN.test(text)) return text;
  const inside = text.replace(/[\\"]/g, '\\$&').replace(/[\t\n\r]/g, letter => ESCAPES.get(letter) ?? letter);
  return `"${inside}"`;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
]);

export const indent = (lines: readonly string[]) => lines.map(line => `  ${line}`);
export const block = (head: string, lines: readonly string[]) => [`${head} {`, ...indent(lines), '}'];
