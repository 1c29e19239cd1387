/**
 * Why a name has no answer: who asks, what its resolv.conf says, and the ways to the servers in there, with the look-up itself
 * as the attempt that is made once more; and what each of the servers says where nothing is wrong on the way.
 */

import { through } from '../check/attempts.ts';
import { makeFindFrontend } from '../check/frontends.ts';
import { lookUpName, placeOf } from '../check/jobs.ts';
import type { Check } from '../features/checks/model.ts';
import type { DirectoryEntry } from '../language/lab/directory.ts';
import { inspect } from '../path/causes.ts';
import { type Explaining, explain } from '../path/explain.ts';
import type { FailedAttempt } from '../path/failed-attempt.ts';
import { readHosts } from '../path/kernel-text.ts';
import type { Probe, ProbeResult, Sandbox } from '../sandbox/sandbox.ts';
import { askServersArgv, serversIn, tellAnswers } from './ask-servers.ts';

export interface NameContext extends Explaining {
  readonly jobIn: Sandbox['jobIn'];
  /** What the lab wants a pod's file to be; undefined where it does not keep it. */
  readonly wantedFile: (ns: string, path: string) => string | undefined;
}

interface LookUp {
  readonly from: DirectoryEntry;
  readonly name: string;
  /** The addresses that it should have, where the check says so. */
  readonly wanted: readonly string[] | undefined;
  readonly timeoutMs: number;
}

const RESOLV_CONF = '/etc/resolv.conf';
const MOST_MS = 1000;
/** For what takes no time but that of a busy machine. */
const READ_MS = 10_000;
const MOST_LOOKED_AT = 3;
const DNS_PORT = 53;

/** Of the first of a check's names that is not found, or is found elsewhere. */
export async function explainNames(check: Check, context: NameContext): Promise<string[]> {
  for (const one of lookUpsOf(check, context).slice(0, MOST_LOOKED_AT)) {
    if (await isRight(one, context)) continue;
    const lines = await explainLookUp(one, context);
    if (lines.length > 0) return lines;
  }
  return [];
}

function lookUpsOf(check: Check, { directory }: NameContext): LookUp[] {
  if (check.kind !== 'name' || check.expect === 'absent') return [];
  return check.from.flatMap(key => {
    const from = directory.get(key);
    return from
      ? [{ from, name: check.hostName, wanted: check.answers, timeoutMs: Math.min(MOST_MS, check.timeoutMs) }]
      : [];
  });
}

async function isRight(one: LookUp, context: NameContext): Promise<boolean> {
  const found = await lookUp(one, context);
  return found.length > 0 && (one.wanted === undefined || [...one.wanted].sort().join() === found.sort().join());
}

async function lookUp({ from, name, timeoutMs }: LookUp, { run, jobIn }: NameContext): Promise<string[]> {
  const [result] = await run([lookUpName(from, name, timeoutMs, jobIn)]);
  return readHosts(result?.stdout ?? '');
}

async function explainLookUp(one: LookUp, context: NameContext): Promise<string[]> {
  const { from } = one;
  const [printed] = await context.run([
    context.jobIn(placeOf(from, null), ['cat', RESOLV_CONF], { timeoutMs: READ_MS }),
  ]);
  if (printed?.code !== 0) return [];
  const text = printed.stdout;
  const wanted = context.wantedFile(from.ns, RESOLV_CONF);
  if (wanted !== undefined && wanted !== text) return explainFile(from.key, text, wanted);
  const servers = serversIn(text);
  if (servers.length === 0) return culprit(`${from.key} asks nobody: its ${RESOLV_CONF} names no server`, from.key);
  const hops = [...servers.map(server => [from, server] as const), ...upstreams(one, context)];
  const lines = await firstCulprit(hops, one, context);
  return lines.length > 0 ? lines : askServers(text, one, context);
}

async function askServers(resolvConf: string, one: LookUp, { run, jobIn }: NameContext): Promise<string[]> {
  const argv = askServersArgv(resolvConf, one.name, MOST_MS);
  const [result] = await run([jobIn(placeOf(one.from, null), argv, { timeoutMs: READ_MS })]);
  return tellAnswers(result?.stdout ?? '', one.wanted);
}

const culprit = (text: string, key: string) => [`culprit: ${text}`, `look with: ${inspect(key, `cat ${RESOLV_CONF}`)}`];

function explainFile(key: string, text: string, wanted: string): string[] {
  const lines = (one: string) => one.split('\n').filter(line => line !== '');
  const has = new Set(lines(text));
  const lacks = lines(wanted).find(line => !has.has(line));
  const what = lacks === undefined ? 'it says more than that' : `it lacks "${lacks}"`;
  return culprit(`${RESOLV_CONF} of ${key} is not as the lab has it: ${what}`, key);
}

/** Of names that are not the cluster's own its servers ask others. */
function upstreams({ name }: LookUp, { lab, directory }: NameContext): (readonly [DirectoryEntry, string])[] {
  const { dns } = lab;
  if (!dns || !name.includes('.') || name.replace(/\.$/, '').endsWith(dns.domain)) return [];
  const servers = lab.pods.filter(({ containers }) =>
    containers.some(({ command }) => command?.includes('netlab-dns')),
  );
  return servers.flatMap(({ key }) => {
    const entry = directory.get(key);
    return entry ? dns.upstream.map(address => [entry, address] as const) : [];
  });
}

async function firstCulprit(
  hops: readonly (readonly [DirectoryEntry, string])[],
  one: LookUp,
  context: NameContext,
): Promise<string[]> {
  // Whether the look-up works is all that is seen of it.
  const probe = async (probes: readonly Probe[]) => {
    const isOpen = (await lookUp(one, context)).length > 0;
    return probes.map((): ProbeResult => ({ ...UNANSWERED, verdict: isOpen ? 'open' : 'dropped' }));
  };
  for (const [from, server] of hops) {
    const lines = await explain(toAttempt(from, server, context), { ...context, probe });
    if (lines.some(line => line.startsWith('culprit: '))) return lines;
  }
  return [];
}

function toAttempt(from: DirectoryEntry, address: string, { lab, directory, unready }: NameContext): FailedAttempt {
  const frontend = makeFindFrontend(lab, directory, unready)(from, address, DNS_PORT, 'UDP');
  const to = directory.ownerOf(address)?.entry.ns ?? null;
  const probe = { from: from.ns, to, address, protocol: 'udp', port: DNS_PORT, timeoutMs: MOST_MS } as const;
  return { probe: through(probe, frontend), result: UNANSWERED, expect: 'reachable', fault: 'verdict', frontend };
}

const UNANSWERED: ProbeResult = {
  ...{ verdict: 'dropped', reason: '', inconclusive: '', by: null, arrived: null, sourceIP: null, seen: [] },
  ...{ listener: false, sent: 1, received: 0, lostReason: '', rttMs: [], throughput: null, http: null },
};
