/** As many columns as terminals mostly have: what is longer, and is no data, is broken between words. */
export const COLUMNS = 80;

/** Lines that begin with `indent`, none longer than that where words allow it. */
export const wrap = (text: string, indent: string): string[] =>
  breakWords(text, COLUMNS - indent.length).map(line => indent + line);

/** Lines of at most as many letters, where words allow it. */
export function breakWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
