/** As many columns as terminals mostly have: what is longer, and is no data, is broken between words. */
export const COLUMNS = 80;

/** Lines that begin with `indent`, none longer than that where words allow it. */
export function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > COLUMNS) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}
