/** HTTP/1.1 as far as a probe needs it: a request and an answer as bytes, and an answer read from bytes. Pure. */

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Of a longer body only the beginning is kept. */
export const MAX_BODY = 64 << 10;
const MAX_HEAD = 64 << 10;

/** How far an answer has come: not all of it is there, it is whole, or it is no HTTP at all. */
export type Reading =
  | { readonly state: 'partial' }
  | { readonly state: 'done'; readonly answer: HttpAnswer }
  | { readonly state: 'foreign' };

const PARTIAL: Reading = { state: 'partial' };
const FOREIGN: Reading = { state: 'foreign' };
const NO_BODY = new Set([204, 304]);

export function httpRequest(path: string, host: string, agent: string): Buffer {
  const target = encodeURI(path.startsWith('/') ? path : `/${path}`).replaceAll('%25', '%');
  return bytesOf(
    `GET ${target} HTTP/1.1\r\nHost: ${oneLine(host)}\r\nUser-Agent: ${agent}\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
  );
}

export function httpAnswer(body: string): Buffer {
  const length = Buffer.byteLength(body);
  return bytesOf(
    `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Reads an answer as far as it has come; `isEnd` says that nothing follows. */
export function readAnswer(bytes: Buffer, isEnd: boolean): Reading {
  for (let rest = bytes; ; ) {
    const head = readHead(rest, isEnd);
    if ('state' in head) return head;
    // 100 Continue and its like come before the answer proper, as many as a server likes.
    if (head.status >= 200) return readBody(head.status, head.fields, head.rest, isEnd);
    rest = head.rest;
  }
}

interface Head {
  readonly status: number;
  readonly fields: ReadonlyMap<string, string>;
  /** What comes after it. */
  readonly rest: Buffer;
}

function readHead(bytes: Buffer, isEnd: boolean): Head | Reading {
  const begin = bytes.toString('latin1', 0, 5);
  if (!'HTTP/'.startsWith(begin)) return FOREIGN;
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return isEnd || bytes.length > MAX_HEAD ? FOREIGN : PARTIAL;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1]);
  if (Number.isNaN(status)) return FOREIGN;
  return { status, fields: fieldsOf(lines), rest: bytes.subarray(end + 4) };
}

/** RFC 9112, section 6.3 */
function readBody(status: number, fields: ReadonlyMap<string, string>, bytes: Buffer, isEnd: boolean): Reading {
  const done = (body: Buffer): Reading => ({
    state: 'done',
    answer: { status, body: body.toString('utf8', 0, Math.min(body.length, MAX_BODY)) },
  });
  if (NO_BODY.has(status)) return done(Buffer.alloc(0));
  if (/\bchunked\s*$/i.test(fields.get('transfer-encoding') ?? '')) {
    const { body, isWhole } = readChunks(bytes);
    return isWhole || isEnd || body.length >= MAX_BODY ? done(body) : PARTIAL;
  }
  const length = fields.get('content-length');
  if (length !== undefined && !/^\d+$/.test(length)) return FOREIGN;
  const wanted = length === undefined ? MAX_BODY : Math.min(Number(length), MAX_BODY);
  return bytes.length >= wanted || isEnd ? done(bytes.subarray(0, wanted)) : PARTIAL;
}

/** RFC 9112, section 7.1; a malformed size ends the body. */
function readChunks(bytes: Buffer): { body: Buffer; isWhole: boolean } {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return { body: Buffer.concat(chunks), isWhole: false };
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) return { body: Buffer.concat(chunks), isWhole: true };
    const start = lineEnd + 2;
    chunks.push(bytes.subarray(start, start + size));
    if (start + size > bytes.length) return { body: Buffer.concat(chunks), isWhole: false };
    at = start + size + 2;
  }
}

function fieldsOf(lines: readonly string[]): Map<string, string> {
  return new Map(
    lines.map(line => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]/g, '');
}

/** Off V8's moving heap, however short. */
function bytesOf(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const bytes = Buffer.alloc(Math.max(length, 128)).subarray(0, length);
  bytes.write(text);
  return bytes;
}
