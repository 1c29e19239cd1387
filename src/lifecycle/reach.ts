/** `reach`: who reaches whom in a running lab, as it is. */

import { listTargets, makeFindFrontend } from '../check/frontends.ts';
import { pairsOf } from '../check/reach-matrix.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import { type Directory, makeDirectory } from '../language/lab/directory.ts';
import type { Lab } from '../language/lab/lab.ts';
import type { Sending } from '../language/lab/sending.ts';
import type { Backend, RunningLab } from '../sandbox/sandbox.ts';
import { damagedRecord } from './errors.ts';
import { lookAtKernel } from './look-at-kernel.ts';
import { findReasons, type Reason, type TriedPair } from './reasons.ts';
import { type Remembered, recall } from './record.ts';
import { settleIpv6 } from './settle-ipv6.ts';
import { findUnready } from './unready-pods.ts';

export interface ReachOptions {
  /** Given the running lab: keys of nodes and pods, and addresses. */
  choose(lab: Lab): { readonly from: readonly string[]; readonly to: readonly string[] };
  /** What each sends to each. */
  readonly sendings: readonly Sending[];
  readonly timeoutMs: number;
  onStart(probes: number): void;
  /** Why each came out as it did is to be found, and file and line of what the lab says of it. */
  readonly findPlaces?: (remembered: Remembered) => Promise<(source: Path) => string>;
}

export type ReachedPair = TriedPair & { readonly reason?: Reason };

export interface ReachResult {
  readonly lab: Lab;
  readonly directory: Directory;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly sendings: readonly Sending[];
  readonly pairs: readonly ReachedPair[];
}

export async function reach(backend: Backend, running: RunningLab, options: ReachOptions): Promise<ReachResult> {
  const sandbox = await backend.open(running);
  try {
    await sandbox.settle();
    const remembered = await recall(sandbox);
    if (!remembered) throw damagedRecord(running.name);
    const { lab } = remembered;
    const directory = makeDirectory(lab);
    const { from, to } = options.choose(lab);
    const findFrontend = makeFindFrontend(lab, directory, await findUnready(lab, sandbox));
    const addressing = { directory, targets: listTargets(lab), names: new Map() };
    const pairs = options.sendings.flatMap(sending =>
      pairsOf(from, to, { ...sending, timeoutMs: options.timeoutMs }, addressing, findFrontend),
    );
    options.onStart(pairs.length);
    await settleIpv6(lab, sandbox);
    const results = await sandbox.probe(pairs.map(({ probe }) => probe));
    const made = pairs.flatMap((pair, index) => {
      const result = results[index];
      return result ? [{ ...pair, result }] : [];
    });
    const asked = { lab, directory, from, to, sendings: options.sendings };
    if (!options.findPlaces) return { ...asked, pairs: made };
    const placeOf = await options.findPlaces(remembered);
    const looked = { lab, directory, placeOf, findUnready: () => findUnready(lab, sandbox) };
    const reasons = await findReasons(made, findFrontend, await lookAtKernel(looked, remembered, sandbox));
    return { ...asked, pairs: made.map(pair => withReason(pair, reasons.get(pair))) };
  } finally {
    await sandbox.close();
  }
}

const withReason = (pair: TriedPair, reason: Reason | undefined): ReachedPair =>
  reason === undefined ? pair : { ...pair, reason };
