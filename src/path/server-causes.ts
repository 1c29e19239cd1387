/** Where an attempt arrives, and nothing keeps its answer: what the process at the other end is about. */
import type { Probe } from '../sandbox/sandbox.ts';
import { type Cause, inspect } from './causes.ts';
import type { ExplainContext } from './explainer.ts';
import type { FailedAttempt } from './failed-attempt.ts';
import type { FrontendBackend } from './frontend.ts';
import type { Repeated } from './repeat.ts';

/** `users:(("httpd",pid=12,fd=3))` */
const USER = /\("([^"]*)",pid=(\d+)/;

export async function serverCauses(
  { probe, expect, fault }: FailedAttempt,
  backend: FrontendBackend | undefined,
  { again }: Repeated,
  context: ExplainContext,
): Promise<Cause[]> {
  const ns = backend?.ns ?? probe.to;
  const port = backend ? backend.port : probe.port;
  const isAnswered = again === undefined || again.verdict === 'open' || again.arrived === false;
  if (expect !== 'reachable' || (fault !== 'verdict' && fault !== 'backends') || isAnswered) return [];
  if (ns === null || port === null || probe.protocol === 'icmp' || probe.protocol === 'sctp') return [];
  const key = context.directory.keyOf(ns);
  const flags = `-ln${transportOf(probe) === 'udp' ? 'u' : 't'}p`;
  const [listing] = await context.run([{ ns, argv: ['ss', '-H', flags, 'sport', '=', `:${port}`] }]);
  const where = `${transportOf(probe)} port ${port} of ${key}`;
  const command = inspect(key, `ss ${flags}`);
  if (listing?.code === 0 && listing.stdout.trim() === '') return [{ text: `nothing listens on ${where}`, command }];
  const [, name = '', pid = ''] = USER.exec(listing?.stdout ?? '') ?? [];
  const state = pid === '' ? undefined : await stateOf(pid, ns, context);
  if (state === 'T' || state === 't')
    return [{ text: `the server on ${where} (${name}, process ${pid}) is stopped`, command: inspect(key, 'ps -e') }];
  // Whether it did arrive is not always seen.
  return again.arrived === true ? [{ text: `the server on ${where} gets it, and does not answer`, command }] : [];
}

const transportOf = ({ protocol }: Probe) => (protocol === 'udp' ? 'udp' : 'tcp');

async function stateOf(pid: string, ns: string, { run }: ExplainContext): Promise<string | undefined> {
  const [stat] = await run([{ ns, argv: ['cat', `/proc/${pid}/stat`] }]);
  // A program's name may have parentheses of its own.
  return /^.*\) (\S)/s.exec(stat?.stdout ?? '')?.[1];
}
