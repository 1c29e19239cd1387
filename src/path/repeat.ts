/**
 * The attempt, made once more between two looks at the counters of iptables' rules: which rules it met, and, where others
 * answer behind the address, to which of them it was sent when it failed.
 */
import { parseIp } from '../address/address.ts';
import type { Probe, ProbeResult } from '../sandbox/sandbox.ts';
import type { FailedAttempt } from './failed-attempt.ts';
import type { FrontendBackend } from './frontend.ts';
import type { KernelView } from './kernel-view.ts';
import { destinationOf, findMet, type MetRule } from './met-rules.ts';
import type { RunCommands } from './walk.ts';

export interface Repeating {
  readonly kernel: KernelView;
  readonly run: RunCommands;
  readonly probe: (probes: readonly Probe[]) => Promise<readonly ProbeResult[]>;
}

export interface Repeated {
  readonly met: readonly MetRule[];
  readonly again: ProbeResult | undefined;
}

/** With as many endpoints as this, of which one fails, it is met with a probability of 98 %. */
const MOST_TRIES = 40;
/** Characters of rules that are read for it: with thousands of Services it is a look or two. */
const MOST_READ = 20_000_000;

/** Until it fails as it did before, where it may be sent elsewhere each time. */
export async function repeat(
  { probe, frontend, expect, result }: FailedAttempt,
  namespaces: readonly string[],
  context: Repeating,
): Promise<Repeated> {
  const look = makeLook(probe.address, namespaces, context);
  const { count: _, stopAtLoss: __, ...once } = probe;
  const mayDiffer = frontend !== undefined && expect === 'reachable' && probe.throughputMs === undefined;
  let before = await look.save();
  let read = 0;
  for (let turn = 1; ; turn++) {
    const [again] = await context.probe([mayDiffer ? once : probe]);
    const after = await look.save();
    const met = look.compare(before, after);
    before = after;
    read += after.reduce((sum, { stdout }) => sum + stdout.length, 0);
    const isOver = turn >= MOST_TRIES || read > MOST_READ;
    const hasFailed = again?.verdict !== 'open' || isSilent(again, result);
    if (!mayDiffer || isOver || hasFailed) return { met, again };
  }
}

/** What is open to netlab's own listener, and was not where a server has to run. */
const isSilent = (again: ProbeResult, { verdict }: ProbeResult) => again.listener && verdict !== 'open';

function makeLook(address: string, namespaces: readonly string[], { kernel, run }: Repeating) {
  const family = parseIp(address)?.family ?? 4;
  const tool = family === 4 ? 'iptables' : 'ip6tables';
  const ruled = namespaces.filter(ns => kernel.hasRules(ns, family));
  const save = () => run(ruled.map(ns => ({ ns, argv: [`${tool}-save`, '-c'] })));
  type Saved = Awaited<ReturnType<typeof save>>;
  const compare = (before: Saved, after: Saved): MetRule[] =>
    ruled.flatMap((ns, index) => findMet(ns, tool, before[index]?.stdout ?? '', after[index]?.stdout ?? ''));
  return { save, compare };
}

/** Where it was seen, or where the rules have sent it. */
export function findBackend<B extends FrontendBackend>(
  backends: readonly B[],
  { met, again }: Repeated,
): B | undefined {
  const seen = again?.seen.find(one => one !== null)?.ns;
  const sentTo = met.flatMap(rule => destinationOf(rule) ?? []);
  const isTarget = ({ address, port }: FrontendBackend) =>
    sentTo.some(one => one.address === address && (one.port === undefined || one.port === port));
  return backends.find(({ ns }) => ns === seen) ?? backends.find(isTarget);
}
