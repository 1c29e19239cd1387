/** A lab's text and made-up answers in, findings of its checks out: no kernel is asked. */

import { jobIn } from '../../../src/backends/netns/enter.ts';
import type { Finding } from '../../../src/check/finding.ts';
import { askRound } from '../../../src/check/round.ts';
import { makeDirectory } from '../../../src/language/lab/directory.ts';
import type { Probe, ProbeResult } from '../../../src/sandbox/sandbox.ts';
import type { CommandJob, JobResult } from '../../../src/state/job.ts';
import { labOf } from '../resolve/lab-of.ts';

export const OPEN: ProbeResult = {
  ...{ verdict: 'open', reason: '', by: null, arrived: true, sourceIP: null, seen: [], listener: false },
  ...{ sent: 1, received: 1, lostReason: '', inconclusive: '', rttMs: [1], throughput: null, http: null },
};

export interface Asked {
  readonly findings: readonly Finding[];
  readonly probes: readonly Probe[];
  readonly jobs: readonly CommandJob[];
}

export async function ask(
  text: string,
  answer: (probe: Probe) => Partial<ProbeResult> = () => ({}),
  print: (job: CommandJob) => Partial<JobResult> = () => ({}),
): Promise<Asked> {
  const lab = labOf(text);
  const probes: Probe[] = [];
  const jobs: CommandJob[] = [];
  const sandbox = {
    jobIn,
    probe: async (asked: readonly Probe[]) => {
      probes.push(...asked);
      return asked.map(probe => ({ ...OPEN, ...answer(probe) }));
    },
    /** Starts nothing after a failure, as a real one. */
    run: async (asked: readonly CommandJob[]) => {
      let failed = false;
      return asked.map((job): JobResult => {
        if (failed) return { code: null, stdout: '', stderr: '' };
        jobs.push(job);
        const result = { code: 0, stdout: '', stderr: '', ...print(job) };
        failed = result.code !== 0;
        return result;
      });
    },
  };
  const running = new Set([...lab.nodes, ...lab.pods, ...lab.bridges].map(({ ns }) => ns));
  const findings = await askRound(lab.checks, {
    lab,
    directory: makeDirectory(lab),
    sandbox,
    running,
    matches: (pattern, text) => new RegExp(pattern, 'm').test(text),
    findUnready: async () => new Set<string>(),
  });
  return { findings, probes, jobs };
}
