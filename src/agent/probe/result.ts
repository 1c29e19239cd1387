/** From the answers to a probe's attempts, and where its way ends, to its result in words. Pure. */
import type { ProbeResult } from '../../sandbox/sandbox.ts';
import type { Answer, ProbeTarget } from './answer.ts';
import { type Meaning, meaningOf } from './outcome.ts';
import type { DeadEnd } from './path.ts';

/** Where the way to an address ends, as far as it can be followed. */
export type FindDeadEnd = (from: string, address: string) => DeadEnd | undefined;

const FULL_TABLE =
  "the kernel's neighbour table was full meanwhile, of other networks of this machine; make it larger with: sudo sysctl -w net.ipv4.neigh.default.gc_thresh3=65536 net.ipv6.neigh.default.gc_thresh3=65536";

export function composeResult(target: ProbeTarget, answers: readonly Answer[], findDeadEnd: FindDeadEnd): ProbeResult {
  const { probe, receiver, points } = target;
  const sourceIP = answers.find(({ source }) => source !== null)?.source ?? null;
  const isSeen = sourceIP !== null;
  const open = answers.find(({ outcome }) => outcome.kind === 'open');
  const inconclusive = answers.some(({ isInconclusive }) => isInconclusive) ? FULL_TABLE : '';
  const meaning =
    open === undefined ? blockedMeaning(target, answers, findDeadEnd, isSeen) : meaningOf({ kind: 'open' }, '', 0);
  return {
    ...meaning,
    reason: open === undefined && inconclusive !== '' ? `${meaning.reason}; ${inconclusive}` : meaning.reason,
    inconclusive,
    arrived: points.length === 0 ? null : isSeen,
    sourceIP: points.length === 0 ? null : sourceIP,
    seen: seenBy(answers),
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

function seenBy(answers: readonly Answer[]): ProbeResult['seen'] {
  return answers.map(({ ns, source, isListener, outcome }) =>
    ns === null || source === null
      ? null
      : { ns, sourceIP: source, listener: isListener, open: outcome.kind === 'open' },
  );
}

function blockedMeaning(
  target: ProbeTarget,
  answers: readonly Answer[],
  findDeadEnd: FindDeadEnd,
  isSeen: boolean,
): Meaning {
  const { probe, endpoint, backends } = target;
  const outcome = answers.at(-1)?.outcome ?? { kind: 'silence', waitedMs: probe.timeoutMs };
  const meaning = meaningOf(outcome, endpoint.address, probe.size ?? 0);
  // The sender's own kernel may say it too, of itself, and less clearly.
  const isOwn = outcome.kind === 'icmp' && meaning.verdict === 'unroutable';
  // Where others answer behind an address, no route is looked up for it: it is translated before.
  if (isSeen || backends.size > 0 || !(outcome.kind === 'silence' || isOwn)) return meaning;
  const end = findDeadEnd(probe.from, endpoint.address);
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
