/**
 * Trying again what may have been lost only since the machine's neighbour table was full: what another lab does must
 * not look like a fault of this one. Where that cannot be told apart, the answers say that they are inconclusive.
 */
import { constants } from 'node:os';
import { AF_INET6 } from '../../netlink/ip-text.ts';
import type { Answer } from './answer.ts';
import type { NeighbourKeeper } from './neighbour-keeper.ts';
import type { IcmpError, Outcome } from './outcome.ts';
import type { InternetFamily } from './sockaddr.ts';
import type { Steps } from './task.ts';

const PAUSE_MS = 250;
const { EHOSTUNREACH, EINVAL, ENOBUFS } = constants.errno;

export interface OverflowWatch {
  readonly neighbours: NeighbourKeeper;
  readonly family: InternetFamily;
  /** Whether it has been asked before, in vain. */
  readonly isAgain: boolean;
  /** Whether it counts how long answers took: they may have waited for a neighbour's address, which is asked for once a second. */
  readonly isTimed: boolean;
  /** The clock that tasks wait by. */
  readonly now: () => number;
}

/** Asks, and marks the answers that may come of a full table. */
export function* askDespiteOverflow(
  { neighbours, family, isAgain, isTimed, now }: OverflowWatch,
  ask: () => Steps<Answer[]>,
): Steps<Answer[]> {
  const from = now() + (isAgain ? PAUSE_MS : 0);
  while (now() < from) yield { until: from };
  const hasOverflown = neighbours.watchOverflows(family);
  const clearedBefore = neighbours.timesCleared();
  const answers = yield* ask();
  // What came may have come late, and several are sent one after the other.
  const isInconclusive = ({ outcome }: Answer) =>
    isTimed
      ? hasOverflown('all')
      : mayComeOfOverflow(outcome) && hasOverflown(outcome.kind === 'silence' ? 'first packet' : 'all');
  const wasCleared = neighbours.timesCleared() > clearedBefore;
  return answers.map(answer => ({
    ...answer,
    isInconclusive: isInconclusive(answer),
    mayBeLost: wasCleared && answer.source === null && mayComeOfOverflow(answer.outcome),
  }));
}

/** Whether it is what comes of a packet, or of a question for a neighbour's address, that found the table full. */
export function mayComeOfOverflow(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case 'silence':
      return true;
    case 'local':
      // IPv4 says ENOBUFS, IPv6 EINVAL.
      return [ENOBUFS, EINVAL, EHOSTUNREACH].includes(outcome.errno);
    case 'icmp':
      return isHostUnreachable(outcome.error);
    case 'open':
    case 'reset':
    case 'other':
      return false;
  }
}

function isHostUnreachable({ family, type, code }: IcmpError): boolean {
  return family === AF_INET6 ? type === 1 && code === 3 : type === 3 && code === 1;
}
