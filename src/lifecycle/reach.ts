/** `reach`: who reaches whom in a running lab, as it is. */

import { listTargets, makeFindFrontend } from '../check/frontends.ts';
import { pairsOf, type ReachPair } from '../check/reach-matrix.ts';
import { type Directory, makeDirectory } from '../language/lab/directory.ts';
import type { Lab } from '../language/lab/lab.ts';
import type { Sending } from '../language/lab/sending.ts';
import type { Backend, ProbeResult, RunningLab } from '../sandbox/sandbox.ts';
import { damagedRecord } from './errors.ts';
import { recall } from './record.ts';
import { settleIpv6 } from './settle-ipv6.ts';
import { findUnready } from './unready-pods.ts';

export interface ReachOptions {
  /** Given the running lab: keys of nodes and pods, and addresses. */
  choose(lab: Lab): { readonly from: readonly string[]; readonly to: readonly string[] };
  /** What each sends to each. */
  readonly sendings: readonly Sending[];
  readonly timeoutMs: number;
  onStart(probes: number): void;
}

export interface ReachResult {
  readonly lab: Lab;
  readonly directory: Directory;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly sendings: readonly Sending[];
  readonly pairs: readonly (ReachPair & { readonly result: ProbeResult })[];
}

export async function reach(backend: Backend, running: RunningLab, options: ReachOptions): Promise<ReachResult> {
  const sandbox = await backend.open(running);
  try {
    await sandbox.settle();
    const lab = (await recall(sandbox))?.lab;
    if (!lab) throw damagedRecord(running.name);
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
    return { lab, directory, from, to, sendings: options.sendings, pairs: made };
  } finally {
    await sandbox.close();
  }
}
