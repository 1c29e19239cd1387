/**
 * One readiness, liveness or startup probe: a container and what to try come in, what came of it goes out.
 *
 * It is made inside the pod's own network, to the pod's address, as kubelet's is from the node: whether the network
 * between node and pod works is another question.
 */
import http from 'node:http';
import { Socket } from 'node:net';
import tls from 'node:tls';
import type { ProbeAction } from '../../language/lab/lab.ts';
import { startDeadline } from '../../linux/deadline.ts';
import * as libc from '../../linux/libc.ts';
import type { ContainerProcess } from '../../state/container.ts';
import { podNamespaces } from '../../state/pod-folder.ts';
import type { Home } from '../namespaces.ts';
import type { Exec } from './exec.ts';
import { askHealth, type HealthQuestion } from './grpc.ts';
import { probeHeaders } from './headers.ts';

/** Why it failed; undefined where it succeeded. */
export type ProbeOutcome = string | undefined;

export interface Prober {
  readonly home: Home;
  readonly exec: Exec;
}

/** Whatever fails is an outcome, as where the pod's network namespace is gone. */
export async function runProbe(
  container: ContainerProcess,
  action: ProbeAction,
  timeoutMs: number,
  prober: Prober,
): Promise<ProbeOutcome> {
  switch (action.kind) {
    case 'tcp':
      return probeTcp(openSocket(container, action, prober.home), timeoutMs);
    case 'http':
      return probeHttp(openSocket(container, action, prober.home), { host: container.address, ...action }, timeoutMs);
    case 'grpc':
      return probeGrpc(openSocket(container, action, prober.home), { host: container.address, ...action }, timeoutMs);
    case 'exec':
      return probeExec(container, action.command, timeoutMs, prober);
  }
}

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;

/** A socket belongs to the namespace that it was opened in, wherever it is connected from later. */
function openSocket(container: ContainerProcess, action: { port: number; host?: string }, home: Home): Socket {
  const host = action.host ?? container.address;
  const family = host.includes(':') ? AF_INET6 : AF_INET;
  const fd = home.inside(podNamespaces(container.ns), ['net'], () =>
    libc.check('socket', libc.socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)),
  );
  // The probe listens for errors itself; one that comes before it does must not end the kubelet.
  return new Socket({ fd }).on('error', () => undefined).connect({ host, port: action.port });
}

type EndProbe = (outcome: ProbeOutcome) => void;

/** Lets `attempt` use a socket until it says what came of it, or the time is over. */
function useWithin(timeoutMs: number, socket: Socket, attempt: (end: EndProbe) => void): Promise<ProbeOutcome> {
  return new Promise(resolve => {
    const end = (outcome: ProbeOutcome) => {
      deadline.cancel();
      socket.destroy();
      resolve(outcome);
    };
    const deadline = startDeadline(timeoutMs, () => end('no answer in time'));
    attempt(end);
  });
}

function probeTcp(socket: Socket, timeoutMs: number): Promise<ProbeOutcome> {
  return useWithin(timeoutMs, socket, end => {
    socket.once('connect', () => end(undefined)).once('error', error => end(describe(error)));
  });
}

type HttpAction = Extract<ProbeAction, { kind: 'http' }> & { readonly host: string };

/** As in Kubernetes every status from 200 to 399 is a success. */
function probeHttp(socket: Socket, action: HttpAction, timeoutMs: number): Promise<ProbeOutcome> {
  const { path, scheme, httpHeaders, host } = action;
  // As kubelet has it, a certificate may be any.
  const connection = () => (scheme === 'HTTPS' ? tls.connect({ socket, rejectUnauthorized: false }) : socket);
  const headers = probeHeaders(httpHeaders);
  return useWithin(timeoutMs, socket, end => {
    http
      .get({ path, headers, host, port: action.port, createConnection: connection })
      .once('response', response => {
        const { statusCode = 0 } = response.resume();
        end(statusCode >= 200 && statusCode < 400 ? undefined : `HTTP status ${statusCode}`);
      })
      .on('error', error => end(describe(error)));
  });
}

function probeGrpc(socket: Socket, question: HealthQuestion, timeoutMs: number): Promise<ProbeOutcome> {
  return useWithin(timeoutMs, socket, end => {
    socket.once('error', error => end(describe(error)));
    askHealth(socket, question).then(end, error => end(describe(error)));
  });
}

async function probeExec(
  container: ContainerProcess,
  command: readonly string[],
  timeoutMs: number,
  { exec }: Prober,
): Promise<ProbeOutcome> {
  const code = await exec(container, command, timeoutMs);
  if (code === undefined) return 'the command did not end in time';
  return code === 0 ? undefined : `the command ended with code ${code}`;
}

function describe(error: Error & { code?: string }): string {
  return error.code === 'ECONNREFUSED' ? 'connection refused' : (error.code ?? error.message);
}
