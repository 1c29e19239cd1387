/** Commands as a person would type them, as root. */
import { replaceUnprintable } from '../language/diagnostic/printable.ts';
import type { Command } from '../state/command.ts';

/** ip, tc and bridge enter a namespace by themselves; for other commands `ip netns exec` does it. */
export function toShell(command: Command): string {
  const { input, background } = command;
  const from = input === undefined ? '' : `printf %s ${quoteForShell(input)} | `;
  return `${from}${inNamespace(command)}${background ? ' &' : ''}`;
}

function inNamespace({ ns, argv }: Command): string {
  const [tool = '', ...rest] = argv;
  if (ns === null) return quoteAll(argv);
  if (tool === 'ip' || tool === 'tc' || tool === 'bridge') return quoteAll([tool, '-n', ns, ...rest]);
  return quoteAll(['ip', 'netns', 'exec', ns, ...argv]);
}

function quoteAll(words: readonly string[]): string {
  return words.map(quoteForShell).join(' ');
}

/** Any text, safe in any POSIX shell, and on a terminal. */
export function quoteForShell(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : quoteWithControls(word);
}

/** What a terminal would not show as it is, printf makes of its bytes. */
function quoteWithControls(word: string): string {
  return `'${word
    .replaceAll("'", `'\\''`)
    .replace(/[^\n\t]+/g, part => replaceUnprintable(part, hidden => `'"$(printf '${octalOf(hidden)}')"'`))}'`;
}

const octalOf = (text: string) =>
  [...new TextEncoder().encode(text)].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join('');
