/** Commands as a person would type them, as root. */
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

/** Any text, safe in any POSIX shell. */
export function quoteForShell(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
