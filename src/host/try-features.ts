/** Tries features in a scratch namespace of a sandbox, each by itself, and says what is missing and how to get it. */
import { scratchName, withScratch } from '../apply/scratch.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { HostFeature } from '../state/host-feature.ts';

export interface TriedFeature {
  readonly feature: HostFeature;
  readonly works: boolean;
  /** Why not; empty where it works. */
  readonly reason: string;
  /** What to type so that it works; empty where it works. */
  readonly fix: string;
}

/** One namespace per feature, so that none meets what another has left. */
export async function tryFeatures(features: readonly HostFeature[], sandbox: Sandbox): Promise<TriedFeature[]> {
  const purposes = features.map(({ id }) => id);
  return withScratch(sandbox, purposes, () => tryEach(features, sandbox));
}

async function tryEach(features: readonly HostFeature[], sandbox: Sandbox): Promise<TriedFeature[]> {
  const tried: TriedFeature[] = [];
  // A failure ends a run of jobs, so what comes after it goes into a further run.
  while (tried.length < features.length) {
    const rest = features.slice(tried.length);
    const results = await sandbox.run(rest.map(({ id, argv }) => ({ ns: scratchName(sandbox, id), argv })));
    const ran = results.findIndex(({ code }) => code === null);
    for (const [index, feature] of rest.slice(0, ran === -1 ? rest.length : ran).entries()) {
      tried.push(judge(feature, results[index]?.code ?? 1, results[index]?.stderr ?? ''));
    }
  }
  return tried;
}

function judge(feature: HostFeature, code: number, stderr: string): TriedFeature {
  if (code === 0) return { feature, works: true, reason: '', fix: '' };
  if (code === 127) {
    const reason = `the command "${feature.argv[0]}" is not installed`;
    return { feature, works: false, reason, fix: `apt-get install ${feature.package}` };
  }
  const said = stderr.trim().split('\n').at(-1) ?? '';
  const fix = feature.module === undefined ? '' : `modprobe ${feature.module} (as root; or a kernel that has it)`;
  return { feature, works: false, reason: `this kernel does not have it (${said})`, fix };
}
