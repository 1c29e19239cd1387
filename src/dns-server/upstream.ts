/**
 * Asking other name servers: a query and their addresses in, the first answer out.
 *
 * Over UDP from a port of its own each time, so that an attacker cannot guess where an answer has to go; what does not fit into
 * a UDP answer is asked for again over TCP.
 */
import { randomInt } from 'node:crypto';
import dgram from 'node:dgram';
import { connect } from 'node:net';
import dnsPacket, { type Answer, type RecordType } from 'dns-packet';
import type { Question } from './look-up.ts';
import { makeDeframer, withLength } from './tcp-frame.ts';

export interface Upstream {
  /** Undefined where none of them answers in time. */
  ask(query: Buffer, servers: readonly string[]): Promise<Buffer | undefined>;
  /** The records that answer a question; none where no server knows. */
  lookUp(question: Question, servers: readonly string[]): Promise<readonly Answer[]>;
}

const PORT = 53;
/** A client gives up after 5 s (resolv.conf(5)): there is time for two tries. */
const TIMEOUT_MS = 2000;
const TRIES = 2;
/** As many may be waited for at once as CoreDNS' own configuration allows. */
const MOST_AT_ONCE = 1000;

const TC = 0x0200;

export function makeUpstream(port = PORT): Upstream {
  const waiting = new Map<string, Promise<Buffer | undefined>>();
  const ask = (query: Buffer, servers: readonly string[]): Promise<Buffer | undefined> => {
    const what = sameness(query, servers);
    const known = waiting.get(what);
    if (known) return known;
    if (waiting.size >= MOST_AT_ONCE) return Promise.resolve(undefined);
    const answer = askAll(query, servers, port).finally(() => waiting.delete(what));
    waiting.set(what, answer);
    return answer;
  };
  const lookUp = async ({ name, type }: Question, servers: readonly string[]): Promise<readonly Answer[]> => {
    const questions = [{ name, type: type as RecordType, class: 'IN' as const }];
    const flags = dnsPacket.RECURSION_DESIRED;
    const answer = await ask(dnsPacket.encode({ type: 'query', flags, questions }), servers);
    try {
      return answer ? (dnsPacket.decode(answer).answers ?? []).filter(isPlain) : [];
    } catch {
      return []; // They talk nonsense.
    }
  };
  return { ask, lookUp };
}

/**
 * A query that comes again while its answer is waited for is not sent again: where servers ask each other in a circle,
 * it would go round until all sockets are used up. Letters count alike, as each server on the way may spell anew.
 */
const sameness = (query: Buffer, servers: readonly string[]) =>
  `${servers.join()} ${query.toString('latin1', ID_LENGTH).toLowerCase()}`;

const ID_LENGTH = 2;

async function askAll(query: Buffer, servers: readonly string[], port: number): Promise<Buffer | undefined> {
  const order = Array.from({ length: Math.max(TRIES, servers.length) }, (_, index) => servers[index % servers.length]);
  for (const server of order) {
    const answer = server === undefined ? undefined : await askOne(query, server, port);
    if (answer) return answer;
  }
  return undefined;
}

/** What can be said again in another message without loss. */
const isPlain = ({ type }: Answer) => ['A', 'AAAA', 'CNAME', 'PTR', 'SRV', 'TXT', 'MX', 'NS'].includes(type);

async function askOne(query: Buffer, server: string, port: number): Promise<Buffer | undefined> {
  const own = Buffer.from(query);
  own.writeUInt16BE(randomInt(0x10000), 0);
  const answer = await askByUdp(own, server, port);
  if (!answer || (answer.readUInt16BE(2) & TC) === 0) return answer;
  return (await askByTcp(own, server, port)) ?? answer;
}

function askByUdp(query: Buffer, server: string, port: number): Promise<Buffer | undefined> {
  const socket = dgram.createSocket(server.includes(':') ? 'udp6' : 'udp4');
  return new Promise(resolve => {
    const end = (answer?: Buffer) => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(end, TIMEOUT_MS);
    // Connected, it takes packets from that server alone, and hears when no server is there.
    socket.once('error', () => end());
    socket.connect(port, server, () => socket.send(query));
    socket.on('message', answer => {
      if (isAnswerTo(query, answer)) end(answer);
    });
  });
}

function askByTcp(query: Buffer, server: string, port: number): Promise<Buffer | undefined> {
  const socket = connect(port, server);
  return new Promise(resolve => {
    const end = (answer?: Buffer) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(end, TIMEOUT_MS);
    const deframe = makeDeframer(answer => {
      if (isAnswerTo(query, answer)) end(answer);
    });
    socket.on('error', () => end()).on('close', () => end());
    socket.on('connect', () => socket.write(withLength(query))).on('data', deframe);
  });
}

const HEADER = 12;

/** The same number and the same question; spelling in capital letters counts, as that is a secret between the two. */
function isAnswerTo(query: Buffer, answer: Buffer): boolean {
  if (answer.length < HEADER || (answer.readUInt16BE(2) & 0x8000) === 0) return false;
  if (answer.readUInt16BE(0) !== query.readUInt16BE(0)) return false;
  const question = query.subarray(HEADER, query.indexOf(0, HEADER) + 5);
  return answer.readUInt16BE(4) === 0 || answer.subarray(HEADER, HEADER + question.length).equals(question);
}
