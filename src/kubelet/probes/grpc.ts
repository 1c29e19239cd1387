/**
 * The question of a gRPC probe, as kubelet puts it: `Check` of grpc.health.v1.Health, over HTTP/2 without TLS
 * (https://github.com/grpc/grpc/blob/master/doc/health-checking.md).
 *
 * In: a socket on its way to the server. Out: why it is not well; undefined where it serves.
 */
import type { IncomingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';

export interface HealthQuestion {
  readonly host: string;
  readonly port: number;
  /** Empty for the server as a whole. */
  readonly service: string;
}

/** `HealthCheckResponse.ServingStatus` by its number. */
const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const NOT_FOUND = '5';
const UNIMPLEMENTED = '12';

/** Only few labs ask so: the module is loaded by the first that does. */
export async function askHealth(socket: Socket, question: HealthQuestion): Promise<string | undefined> {
  const { connect } = await import('node:http2');
  const authority = question.host.includes(':') ? `[${question.host}]` : question.host;
  const session = connect(`http://${authority}:${question.port}`, { createConnection: () => socket });
  return new Promise(resolve => {
    const fail = (error: Error & { code?: string }) => resolve(error.code ?? error.message);
    session.on('error', fail);
    const request = session.request({
      ...{ ':method': 'POST', ':path': '/grpc.health.v1.Health/Check' },
      ...{ 'content-type': 'application/grpc', te: 'trailers', 'user-agent': 'netlab-probe' },
    });
    let headers: IncomingHttpHeaders = {};
    const pieces: Buffer[] = [];
    request
      .on('response', got => Object.assign(headers, got))
      .on('trailers', got => {
        headers = { ...headers, ...got };
      })
      .on('data', (piece: Buffer) => pieces.push(piece))
      .on('end', () => resolve(judge(headers, Buffer.concat(pieces))))
      .on('error', fail)
      .end(frame(toRequest(question.service)));
  });
}

function judge(headers: IncomingHttpHeaders, body: Buffer): string | undefined {
  const { 'grpc-status': code = '', 'grpc-message': message } = headers;
  const http = Number(headers[':status']);
  if (http !== 200) return `HTTP status ${http}`;
  if (code === UNIMPLEMENTED) return 'the server has no grpc.health.v1.Health';
  if (code === NOT_FOUND) return 'the server knows no such service';
  if (code !== '0') return `gRPC status ${code || 'missing'}${message === undefined ? '' : `: ${message}`}`;
  const status = readStatus(body.subarray(FRAME_HEAD));
  return status === 'SERVING' ? undefined : `the service is ${status}`;
}

const FRAME_HEAD = 5;

/** A message is not compressed, and has its length before it. */
function frame(message: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_HEAD);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** `HealthCheckRequest`: the service is its first field, a text. */
function toRequest(service: string): Buffer {
  const text = Buffer.from(service);
  return text.length === 0 ? text : Buffer.concat([Buffer.from([0x0a, ...toVarint(text.length)]), text]);
}

const toVarint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...toVarint(value >> 7)];

/** `HealthCheckResponse` has one field, a number, which is left out where it is 0. */
const readStatus = ([tag, status = 0]: Buffer): string => STATUSES[tag === 0x08 ? status : 0] ?? `status ${status}`;
