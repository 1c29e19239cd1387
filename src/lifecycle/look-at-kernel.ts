/** What walks and explainers need: a lab's kernel as it is now, what the lab wants of it, and ways to ask it more. */
import { listExplainers } from '../check/frontends.ts';
import { type Asking, runAll } from '../check/round.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import { withOwnNetwork } from '../language/lab/lab.ts';
import { PATH_SYSCTLS } from '../path/causes.ts';
import { viewKernel } from '../path/kernel-view.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { CommandJob, JobResult } from '../state/job.ts';
import { keyOf } from '../state/kinds.ts';
import { SYSCTLS } from '../state/sysctl.ts';
import type { NameContext } from './explain-name.ts';
import { atOneMoment } from './one-moment.ts';
import type { Remembered } from './record.ts';
import { recogniseWanted } from './wanted-rules.ts';

export interface LookedAt extends Pick<Asking, 'lab' | 'directory' | 'findUnready'> {
  readonly placeOf: (source: Path) => string;
}

export async function lookAtKernel(
  { lab, directory, findUnready, placeOf }: LookedAt,
  remembered: Remembered,
  sandbox: Sandbox,
): Promise<NameContext> {
  const explainers = listExplainers(lab);
  const sysctls = [...PATH_SYSCTLS, ...explainers.flatMap(({ sysctls: own }) => own)];
  const topics = Object.fromEntries(withOwnNetwork(lab).map(({ ns }) => [ns, sysctls]));
  const { unready, kernel } = await atOneMoment(sandbox, async () => ({
    unready: await findUnready(),
    kernel: viewKernel(await sandbox.observe({ [SYSCTLS.name]: topics })),
  }));
  const run = async (jobs: readonly CommandJob[]): Promise<JobResult[]> => {
    const answers = await runAll(jobs, sandbox);
    return jobs.map(job => answers.get(job) ?? { code: null, stdout: '', stderr: '' });
  };
  const wishes = recogniseWanted(remembered, unready);
  const wantedFile = (ns: string, path: string) => {
    const found = remembered.wanted.get(keyOf({ kind: 'file', ns, path, text: '' }))?.object;
    return found?.kind === 'file' ? found.text : undefined;
  };
  const asked = { lab, directory, placeOf, kernel, run, probe: sandbox.probe, jobIn: sandbox.jobIn };
  return { ...asked, explainers, unready, ...wishes, wantedFile };
}
