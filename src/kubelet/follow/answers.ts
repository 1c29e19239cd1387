/** Small HTTP servers in the networks of nodes: what each is to answer comes in, and is answered from then on. */
import { statSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AnswerEffect } from '../../features/feature.ts';
import type { Home } from '../namespaces.ts';
import { NETWORKS } from '../start.ts';

export interface AnswerServers {
  /** From now on these ports answer so, and no others do. */
  replace(answers: readonly AnswerEffect[]): void;
  /** A socket would keep the network of a node that is to go. */
  leaveGone(): void;
}

interface Listening {
  readonly server: Server;
  readonly ns: string;
  readonly inode: number | undefined;
}

export function makeAnswerServers(home: Home): AnswerServers {
  const servers = new Map<string, Listening>();
  let answers = new Map<string, AnswerEffect>();
  const open = (key: string, { ns, port }: AnswerEffect) => {
    const server = createServer((_, response) => answer(answers.get(key), response));
    // Where another program has the port, that program answers.
    server.on('error', () => servers.delete(key));
    // Without a host name the socket is made at once, in the namespace that this thread is in.
    home.inside(NETWORKS, [ns], () => server.listen(port));
    server.unref();
    servers.set(key, { server, ns, inode: inodeOf(ns) });
  };
  const close = (key: string, { server }: Listening) => {
    server.close();
    server.closeAllConnections();
    servers.delete(key);
  };
  return {
    replace: wanted => {
      answers = new Map(wanted.map(one => [`${one.ns} ${one.port}`, one]));
      for (const [key, listening] of servers) if (!answers.has(key)) close(key, listening);
      for (const [key, one] of answers) if (!servers.has(key)) open(key, one);
    },
    leaveGone: () => {
      for (const [key, listening] of servers) if (inodeOf(listening.ns) !== listening.inode) close(key, listening);
    },
  };
}

/** A namespace of the same name may have been made anew. */
const inodeOf = (ns: string) => statSync(`${NETWORKS}/${ns}`, { throwIfNoEntry: false })?.ino;

/** A request may come in before its server is closed. */
function answer(answer: AnswerEffect | undefined, response: ServerResponse): void {
  const { status = 503, headers = {}, body = '' } = answer ?? {};
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
