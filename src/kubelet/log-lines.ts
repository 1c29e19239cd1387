/**
 * A container's log, as text: bytes that it has written come in, whole lines and what is left over go out. Pure.
 *
 * A log line is `TIME F text`, or `TIME P text` for a part of a longer one: the format of Kubernetes' CRI without the
 * name of the stream, as both come through one pipe and so keep their order.
 */

/** Of one line at a time, as in Kubernetes. */
export const LINE_BYTES = 16 * 1024;

const NEWLINE = 10;

export interface SplitLines {
  /** To be written one after the other. */
  readonly pieces: readonly (string | Buffer)[];
  /** The beginning of a line whose end has not come yet. */
  readonly rest: Buffer;
}

/** `now` is the time that the lines get. */
export function splitLines(bytes: Buffer, now: Date): SplitLines {
  const pieces: (string | Buffer)[] = [];
  const [full, part] = [stamp('F', now), stamp('P', now)];
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(NEWLINE, start);
    const length = (end === -1 ? bytes.length : end) - start;
    if (length > LINE_BYTES) {
      pieces.push(part, bytes.subarray(start, start + LINE_BYTES), '\n');
      start += LINE_BYTES;
    } else if (end === -1) break;
    else {
      pieces.push(full, bytes.subarray(start, end + 1));
      start = end + 1;
    }
  }
  return { pieces, rest: bytes.subarray(start) };
}

/** What has no end of line, and is not to wait for it any longer; nothing where there is nothing. */
export function partOf(rest: Buffer, now: Date): (string | Buffer)[] {
  return rest.length === 0 ? [] : [stamp('P', now), rest, '\n'];
}

const stamp = (mark: 'F' | 'P', now: Date) => `${now.toISOString()} ${mark} `;
