/** From the answers to a probe's attempts, and what else was found out, to its result in words. Pure. */
import type { ProbeResult } from '../../sandbox/sandbox.ts';
import type { Answer, ProbeTarget } from './answer.ts';
import { type Meaning, meaningOf } from './outcome.ts';
import type { DeadEnd } from './path.ts';

interface SecondArrival {
  readonly ns: string;
  readonly source: string;
}

export interface Findings {
  /** Where and with which source address a second attempt was seen; undefined where it was not. */
  readonly arrivals: ReadonlyMap<ProbeTarget, SecondArrival | undefined>;
  /** Where the way to an address ends, as far as it can be followed. */
  readonly deadEnd: (from: string, address: string) => DeadEnd | undefined;
}

const FULL_TABLE =
  "the kernel's neighbour table was full meanwhile, of other networks of this machine; make it larger with: sudo sysctl -w net.ipv4.neigh.default.gc_thresh3=65536 net.ipv6.neigh.default.gc_thresh3=65536";

/** Whether a second attempt can tell more than the first has: something left, and was not seen to arrive. */
export function needsArrivalTest(
  { probe, receiver, backends }: ProbeTarget,
  answers: readonly Answer[],
  isReceiver: (address: string) => boolean,
): boolean {
  // Where several answer behind an address, each is watched from the beginning.
  if (probe.to === null || backends.size > 0 || probe.throughputMs !== undefined || probe.protocol === 'icmp')
    return false;
  if (probe.protocol === 'udp' && receiver !== 'listener') return false;
  if (answers.some(({ source }) => source !== null)) return false;
  // What is too large is not seen, and a small packet would be.
  if (probe.size !== undefined && !answers.some(({ outcome }) => outcome.kind === 'open')) return false;
  // A router on the way that says no has not let it pass; and it says so only so often.
  return answers.some(
    ({ outcome }) => outcome.kind !== 'local' && (outcome.kind !== 'icmp' || isReceiver(outcome.error.by)),
  );
}

export function composeResult(target: ProbeTarget, answers: readonly Answer[], findings: Findings): ProbeResult {
  const { probe, receiver, points } = target;
  const again = findings.arrivals.get(target);
  const sourceIP = answers.find(({ source }) => source !== null)?.source ?? again?.source ?? null;
  const isSeen = sourceIP !== null;
  const open = answers.find(({ outcome }) => outcome.kind === 'open');
  const inconclusive = answers.some(({ isInconclusive }) => isInconclusive) ? FULL_TABLE : '';
  const meaning =
    open === undefined ? blockedMeaning(target, answers, findings, isSeen) : meaningOf({ kind: 'open' }, '', 0);
  return {
    ...meaning,
    reason: open === undefined && inconclusive !== '' ? `${meaning.reason}; ${inconclusive}` : meaning.reason,
    inconclusive,
    arrived: points.length === 0 ? null : isSeen,
    sourceIP: points.length === 0 ? null : sourceIP,
    seen: seenBy(answers, again),
    listener:
      (receiver === 'listener' && open === undefined) ||
      answers.some(({ isListener }) => isListener) ||
      probe.throughputMs !== undefined,
    sent: answers.length,
    received: answers.filter(({ isReceived }) => isReceived).length,
    lostReason: open === undefined ? '' : lostReason(target, answers),
    rttMs: answers.flatMap(({ rttMs }) => (rttMs === null ? [] : [Number(Math.max(0, rttMs).toFixed(3))])),
    throughput: open?.throughput ?? null,
    http: open?.http ?? null,
  };
}

function lostReason({ probe, endpoint }: ProbeTarget, answers: readonly Answer[]): string {
  const lost = answers.findLast(({ isReceived }) => !isReceived);
  return lost === undefined ? '' : meaningOf(lost.outcome, endpoint.address, probe.size ?? 0).reason;
}

function seenBy(answers: readonly Answer[], again: SecondArrival | undefined): ProbeResult['seen'] {
  const own = answers.map(({ ns, source, isListener, outcome }) =>
    ns === null || source === null
      ? null
      : { ns, sourceIP: source, listener: isListener, open: outcome.kind === 'open' },
  );
  if (again === undefined || own.some(one => one !== null)) return own;
  return [{ ns: again.ns, sourceIP: again.source, listener: false, open: false }];
}

function blockedMeaning(target: ProbeTarget, answers: readonly Answer[], findings: Findings, isSeen: boolean): Meaning {
  const { probe, endpoint } = target;
  const outcome = answers.at(-1)?.outcome ?? { kind: 'silence', waitedMs: probe.timeoutMs };
  const meaning = meaningOf(outcome, endpoint.address, probe.size ?? 0);
  // The sender's own kernel may say it too, of itself, and less clearly.
  const isOwn = outcome.kind === 'icmp' && meaning.verdict === 'unroutable';
  if (isSeen || !(outcome.kind === 'silence' || isOwn)) return meaning;
  const end = findings.deadEnd(probe.from, endpoint.address);
  if (end === undefined || (isOwn && end.kind === 'no-route')) return meaning;
  return {
    verdict: 'unroutable',
    reason: deadEndText(end, probe.from, endpoint.address),
    by: end.ns === probe.from ? null : meaning.by,
  };
}

function deadEndText(end: DeadEnd, from: string, address: string): string {
  const isSender = end.ns === from;
  if (end.kind === 'no-route') return isSender ? `no route to ${address}` : `${end.ns} has no route to ${address}`;
  const protocol = end.address.includes(':') ? 'neighbour discovery' : 'ARP';
  return `nobody answers ${protocol}${isSender ? '' : ` of ${end.ns}`} for ${end.address}`;
}
