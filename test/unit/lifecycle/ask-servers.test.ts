import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askServersArgv, namesFor, tellAnswers } from '../../../src/lifecycle/ask-servers.ts';

const CLUSTER = 'search default.svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n';

test('asks for the names that the C library asks for, in its order', () => {
  expect(namesFor(CLUSTER, 'web')).toEqual(['web.default.svc.cluster.local', 'web.cluster.local', 'web']);
  expect(namesFor('search a.example\n', 'web.b')).toEqual(['web.b', 'web.b.a.example']);
  expect(namesFor(CLUSTER, 'web.b.')).toEqual(['web.b']);
});

const said = (found: readonly string[], code = '') =>
  JSON.stringify([{ server: '10.96.0.10', name: 'web.b', found, code }]);

test('says what a server answered, and what it should have', () => {
  expect(tellAnswers(said([], 'ESERVFAIL'), undefined)).toEqual(['asked for web.b, 10.96.0.10 answers SERVFAIL']);
  expect(tellAnswers(said([], 'ETIMEOUT'), undefined)).toEqual(['asked for web.b, 10.96.0.10 does not answer']);
  expect(tellAnswers(said(['10.0.0.9']), ['10.0.0.8'])).toEqual([
    'asked for web.b, 10.96.0.10 answers 10.0.0.9, and not 10.0.0.8',
  ]);
  expect(tellAnswers(said(['10.0.0.9']), ['10.0.0.9'])).toEqual(['asked for web.b, 10.96.0.10 answers 10.0.0.9']);
  expect(tellAnswers('', undefined)).toEqual([]);
});

/** Answers each name whose first label is a code with that code. */
const server = createSocket('udp4').on('message', (query, { port, address }) => {
  const reply = Buffer.from(query.subarray(0, query.indexOf(0, 12) + 5));
  const code = Number(reply.toString('latin1', 14, 13 + (reply[12] ?? 0)));
  reply.writeUInt16BE(0x8180 | code, 2);
  reply.fill(0, 6, 12);
  server.send(reply, port, address);
});
beforeAll(() => new Promise<void>(resolve => server.bind(0, '127.0.0.1', resolve)));
afterAll(() => new Promise<void>(resolve => server.close(() => resolve())));

test.each([
  [2, 'answers SERVFAIL'],
  [5, 'answers REFUSED'],
  [3, 'answers that there is no such name (NXDOMAIN)'],
])('asks a server that answers code %s', async (code, words) => {
  const [node = '', ...args] = askServersArgv('', `c${code}.example`, 1000);
  const here = `127.0.0.1:${server.address().port}`;
  const [timeout, , names] = JSON.parse(args.at(-1) ?? '');
  const { stdout } = await promisify(execFile)(node, [...args.slice(0, -1), JSON.stringify([timeout, [here], names])]);
  expect(tellAnswers(stdout, undefined)).toEqual([`asked for c${code}.example, ${here} ${words}`]);
});
