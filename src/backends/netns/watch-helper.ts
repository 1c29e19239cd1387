/**
 * Keeping watch over a helper while netlab waits for it: a child of this process comes in, and whatever it is that keeps it
 * from going on, the wait ends, and who was waited for is said.
 *
 * All that is touched is proven to be netlab's own: it descends from that child, and is in the session that was made for it.
 * What is stopped goes on; a tool that does nothing is ended, so that the helper can say what has failed and take it back.
 */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { describeHold, describeProcess, findHold } from '../../linux/hold.ts';
import { findChildren, isAlive, readStat } from '../../linux/proc.ts';
import { type Advice, AT_FIRST, judge, LOOK_MS, type SeenHelper } from './standstill.ts';

export interface Watched {
  /** As a message calls it: `the worker inside lab shop`. */
  readonly name: string;
  isAwaited(): boolean;
  /** How much it has said so far. */
  said(): number;
  /** Whether the user wants an end. */
  isHurried(): boolean;
  tell(line: string): void;
  /** It is to be waited for no longer, and why. */
  giveUp(why: string): void;
}

interface Found extends SeenHelper {
  readonly pid: number;
  readonly startTime: string;
}

/** What enters the sandbox, what works there, its tools, and what a shell among them runs. */
const DEPTH = 5;
/** Below what enters, and what works. */
const TOOL_DEPTH = 2;

export function watchHelper(child: ChildProcessWithoutNullStreams, watched: Watched): void {
  let state = AT_FIRST;
  const timer = setInterval(() => {
    const found = listHelpers(child.pid ?? 0);
    const look = { isAwaited: watched.isAwaited(), said: watched.said(), isHurried: watched.isHurried() };
    const [next, advice] = judge(state, { seen: found, ...look });
    state = next;
    for (const { remedy, ids } of advice) {
      const concerned = found.filter(({ id }) => ids.includes(id));
      if (remedy === 'give-up') clearInterval(timer);
      carryOut(remedy, concerned, watched);
    }
  }, LOOK_MS).unref();
  child.once('exit', () => clearInterval(timer));
}

function carryOut(remedy: Advice['remedy'], concerned: readonly Found[], { name, tell, giveUp }: Watched): void {
  switch (remedy) {
    case 'wake':
      signalAll(concerned, 'SIGCONT');
      break;
    case 'tell-held':
      tell(`waiting for ${name}: ${whyHeld(concerned)}`);
      break;
    case 'tell-silent':
      tell(`waiting for ${listOf(concerned, name)}: nothing has happened for half a minute`);
      break;
    case 'end-tools':
      tell(`${listOf(concerned, name)} does nothing, and is ended`);
      signalAll(concerned, 'SIGKILL');
      break;
    case 'give-up':
      giveUp(concerned.length === 0 ? 'nothing happens there any more' : whyHeld(concerned));
      break;
    default:
      remedy satisfies never;
  }
}

/** The first is enough: what is frozen or traced is so with all that it has started. */
function whyHeld([first]: readonly Found[]): string {
  const hold = first && findHold(first.pid);
  return hold ? `${describeProcess(first.pid)} ${describeHold(first.pid, hold)}` : 'it does not run';
}

const listOf = (tools: readonly Found[], name: string) =>
  tools.length === 0 ? name : `${tools.map(({ pid }) => describeProcess(pid)).join(' and ')} of ${name}`;

function listHelpers(root: number): Found[] {
  const session = readStat(root)?.session;
  return session === undefined ? [] : listBelow(root, session, 0);
}

function listBelow(pid: number, session: number, depth: number): Found[] {
  const stat = readStat(pid);
  if (stat === undefined || stat.session !== session || depth === DEPTH) return [];
  const { startTime, ticks, state } = stat;
  const isAlive = state !== 'Z';
  const own: Found = {
    ...{ id: `${pid} ${startTime}`, pid, startTime, ticks, isStopped: state === 'T' },
    isHeld: isAlive && findHold(pid) !== undefined,
    isTool: isAlive && depth >= TOOL_DEPTH,
  };
  return [own, ...findChildren(pid).flatMap(below => listBelow(below, session, depth + 1))];
}

function signalAll(processes: readonly Found[], signal: NodeJS.Signals): void {
  for (const { pid, startTime } of processes) {
    try {
      if (isAlive(pid, startTime)) process.kill(pid, signal);
    } catch {
      // It has just ended.
    }
  }
}
