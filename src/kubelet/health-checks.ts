/**
 * `healthCheckNodePort`: by it a load balancer in front of the nodes learns which of them have endpoints of a Service that
 * only local ones may answer for. Answered on every node as kube-proxy does it (pkg/proxy/healthcheck/service_health.go).
 */
import { statSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { isReady } from '../features/services/compile/readiness.ts';
import type { Lab } from '../language/lab/lab.ts';
import type { IsUnready } from '../language/lab/readiness.ts';
import type { Home } from './namespaces.ts';
import { NETWORKS } from './start.ts';

export interface HealthChecks {
  sync(lab: Lab, isUnready: IsUnready): void;
  /** A socket would keep the network of a node that is to go. */
  leaveGone(): void;
}

interface Listening {
  readonly server: Server;
  readonly ns: string;
  readonly inode: number | undefined;
}

interface Question {
  readonly ns: string;
  readonly port: number;
  readonly namespace: string;
  readonly name: string;
  readonly localEndpoints: number;
}

export function makeHealthChecks(home: Home): HealthChecks {
  const servers = new Map<string, Listening>();
  let questions = new Map<string, Question>();
  const open = (key: string, { ns, port }: Question) => {
    const server = createServer((_, response) => answer(questions.get(key), response));
    // Where the port is taken, whoever has it answers.
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
    sync: (lab, isUnready) => {
      questions = new Map(listQuestions(lab, isUnready).map(question => [`${question.ns} ${question.port}`, question]));
      for (const [key, listening] of servers) if (!questions.has(key)) close(key, listening);
      for (const [key, question] of questions) if (!servers.has(key)) open(key, question);
    },
    leaveGone: () => {
      for (const [key, listening] of servers) if (inodeOf(listening.ns) !== listening.inode) close(key, listening);
    },
  };
}

/** Somebody may make a namespace of the same name anew. */
const inodeOf = (ns: string) => statSync(`${NETWORKS}/${ns}`, { throwIfNoEntry: false })?.ino;

function listQuestions({ services, nodes }: Lab, isUnready: IsUnready): Question[] {
  return services.flatMap(service => {
    const { namespace, name, healthCheckNodePort: port } = service;
    if (port === null) return [];
    const ready = service.endpoints.filter(endpoint => isReady(endpoint, service, isUnready));
    return nodes
      .filter(({ external }) => !external)
      .map(({ ns, key }) => {
        const localEndpoints = new Set(
          ready.filter(({ node }) => node === key).map(({ pod, address }) => pod ?? address),
        ).size;
        return { ns, port, namespace, name, localEndpoints };
      });
  });
}

function answer(question: Question | undefined, response: ServerResponse): void {
  const { namespace = '', name = '', localEndpoints = 0 } = question ?? {};
  const facts = { service: { namespace, name }, localEndpoints, serviceProxyHealthy: true };
  const body = JSON.stringify(facts, null, '\t');
  response.writeHead(localEndpoints > 0 ? 200 : 503, {
    'Content-Type': 'application/json',
    'Content-Length': body.length,
    'X-Content-Type-Options': 'nosniff',
    'X-Load-Balancing-Endpoint-Weight': String(localEndpoints),
  });
  response.end(body);
}
