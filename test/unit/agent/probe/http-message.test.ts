import { describe, expect, it } from 'vitest';
import { httpAnswer, httpRequest, MAX_BODY, readAnswer } from '../../../../src/agent/probe/http-message.ts';

const read = (text: string, isEnd = false) => readAnswer(Buffer.from(text), isEnd);
const done = (status: number, body: string) => ({ state: 'done', answer: { status, body } });

describe('httpRequest', () => {
  it('has one line for each field, whatever the host says', () => {
    expect(httpRequest('x y', 'a\r\nX: 1', 'me').toString()).toBe(
      'GET /x%20y HTTP/1.1\r\nHost: aX: 1\r\nUser-Agent: me\r\nAccept: */*\r\nConnection: close\r\n\r\n',
    );
  });

  it('leaves alone what is encoded already', () => {
    expect(httpRequest('/a%20b?c=%2F', 'h', 'me').toString()).toContain('GET /a%20b?c=%2F HTTP/1.1');
  });
});

describe('readAnswer', () => {
  const ANSWERS: [string, string, ReturnType<typeof done>][] = [
    ['with a length', httpAnswer('hällo').toString(), done(200, 'hällo')],
    ['with an empty body', 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', done(404, '')],
    ['without a body', 'HTTP/1.1 204\r\n\r\n', done(204, '')],
    [
      'in chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=1\r\nhello\r\n6\r\n world\r\n0\r\n\r\n',
      done(200, 'hello world'),
    ],
    [
      'after a preliminary one',
      'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length:2\r\n\r\nok',
      done(200, 'ok'),
    ],
  ];

  it.each(ANSWERS)('reads one %s, and knows when it is whole', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
    const bytes = Buffer.from(text);
    const states = Array.from({ length: bytes.length }, (_one, n) => readAnswer(bytes.subarray(0, n), false).state);
    const firstWhole = states.indexOf('done');
    expect(new Set(states.slice(0, firstWhole === -1 ? undefined : firstWhole))).toEqual(new Set(['partial']));
  });

  it('reads one after as many preliminary ones as fit', () => {
    const bytes = Buffer.from(`${'HTTP/1.1 100\r\n\r\n'.repeat(10_000)}HTTP/1.1 204\r\n\r\n`);
    expect(readAnswer(bytes, false)).toEqual(done(204, ''));
  });

  it('reads one that ends with the connection', () => {
    expect(read('HTTP/1.0 200 OK\r\n\r\nbody').state).toBe('partial');
    expect(read('HTTP/1.0 200 OK\r\n\r\nbody', true)).toEqual(done(200, 'body'));
  });

  it('takes what has come of one that is cut off', () => {
    expect(read('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbody', true)).toEqual(done(200, 'body'));
  });

  it('keeps the beginning of a long body', () => {
    const long = `HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n${'x'.repeat(MAX_BODY + 1)}`;
    expect(read(long)).toEqual(done(200, 'x'.repeat(MAX_BODY)));
  });

  it.each([
    '220 smtp ready\r\n',
    'HTTP/2 200\r\n\r\n',
    'HTTP/1.1 x\r\n\r\n',
    'SSH-2.0',
    'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
  ])('knows that %j is something else', text => {
    expect(read(text, true).state).toBe('foreign');
  });
});
