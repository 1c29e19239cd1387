/**
 * An `iptables-restore` text that is too much for one transaction in, texts that do the same one after the other out.
 *
 * With nft's iptables a transaction is one netlink message, and the kernel takes none that is larger than the socket's
 * send buffer. Only who is root on the host may enlarge that; an ordinary user has what net.core.wmem_default says, 208
 * KiB, which is some hundreds of rules.
 */

/** Bytes of a transaction, with room for what the estimate gets wrong. */
const LIMIT = 180_000;

/** How iptables-restore says that the kernel takes no message of this size. */
const TOO_LONG = 'Message too long';

/** The texts to load instead of one that was refused; none where that was for another reason than its size. */
export function piecesAfter(text: string, stderr: string): string[] {
  const pieces = stderr.includes(TOO_LONG) ? splitRestore(text, failedLine(stderr)) : [];
  return pieces.length > 1 ? pieces : [];
}

interface Piece {
  readonly table: string;
  /** Of its first line, counted from 0. */
  readonly start: number;
  readonly lines: string[];
}

/**
 * Lines of tables that are committed before `failedLine`, counted from 1, are left out. Every line keeps its number, so
 * that an error still names the right one. Whole chains stay together as far as they can.
 */
export function splitRestore(text: string, failedLine: number): string[] {
  const lines = text.split('\n');
  const pieces: Piece[] = [];
  let size = 0;
  for (const [index, line] of lines.entries()) {
    const open = pieces.at(-1);
    if (line.startsWith('*')) pieces.push({ table: line, start: index + 1, lines: [] });
    else if (line === 'COMMIT') dropCommitted(pieces, index + 1 < failedLine);
    else if (open && line !== '') {
      const isNewChain = line.startsWith(':') && open.lines.at(-1)?.startsWith(':') !== true;
      const fits = size + estimate(line) <= (isNewChain ? LIMIT / 2 : LIMIT);
      if (fits || open.lines.length === 0) open.lines.push(line);
      else pieces.push({ table: open.table, start: index, lines: [line] });
      size = (fits ? size : 0) + estimate(line);
    }
    if (line.startsWith('*')) size = 0;
  }
  return pieces.map(({ table, start, lines: own }) => [...blank(start - 1), table, ...own, 'COMMIT', ''].join('\n'));
}

function dropCommitted(pieces: Piece[], isCommitted: boolean): void {
  if (isCommitted) pieces.length = 0;
}

const blank = (count: number) => Array.from({ length: count }, () => '');

/** A match and a target take some 300 bytes each at most. */
const estimate = (line: string) => 100 + 300 * (line.match(/ -[mj] /g)?.length ?? 0);

/** The legacy and the nft variant of iptables-restore word it differently, but both name lines; of the kernel's refusals all. */
const NAMED_LINE = /^(?:Error occurred at line: |ip6?tables\S*: line |line )(\d+)\b/gm;

export const failedLines = (stderr: string) => [...stderr.matchAll(NAMED_LINE)].map(([, line]) => Number(line));

/** Not a number where none is named. */
export const failedLine = (stderr: string) => failedLines(stderr)[0] ?? Number.NaN;
