/**
 * Lines that several containers write at once, one after the other: a line or a piece of one comes in, bytes to print come
 * out, and what has to be known for the next.
 */
import type { LogLine } from '../../sandbox/sandbox.ts';

export interface LogStyle {
  /** As wide as the longest name; 0 where a line does not say which container wrote it. */
  readonly nameWidth: number;
  readonly timestamps: boolean;
}

/** The container whose line has begun and not ended yet: another's begins on a line of its own. */
export type OpenLine = string | undefined;

export interface LogOutput {
  readonly output: Uint8Array;
  readonly open: OpenLine;
}

const NEWLINE = Buffer.from('\n');

export function printLogLine(open: OpenLine, container: string, line: LogLine, style: LogStyle): LogOutput {
  const isContinued = open === container;
  const before = isContinued ? '' : `${open === undefined ? '' : '\n'}${headOf(container, line, style)}`;
  return {
    output: Buffer.concat([Buffer.from(before), line.bytes, ...(line.whole ? [NEWLINE] : [])]),
    open: line.whole ? undefined : container,
  };
}

/** Once a container's log has ended, its last line ends too. */
export function endLog(open: OpenLine, container: string): LogOutput {
  return open === container ? { output: NEWLINE, open: undefined } : { output: Buffer.alloc(0), open };
}

function headOf(container: string, { time }: LogLine, { nameWidth, timestamps }: LogStyle): string {
  const name = nameWidth > 0 ? `${container.padEnd(nameWidth)}  ` : '';
  return `${name}${timestamps ? `${new Date(time).toISOString()} ` : ''}`;
}
