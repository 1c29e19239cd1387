/** A sandbox that only keeps what it is asked to run, and answers as a test says. */
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import type { CommandJob, JobResult } from '../../../src/state/job.ts';

export interface FakeSandbox extends Sandbox {
  readonly jobs: readonly (CommandJob & { readonly round: number })[];
}

const fine: JobResult = { code: 0, stdout: '', stderr: '' };

/** Like a real one it starts nothing after a failure. */
export function fakeSandbox(answer: (job: CommandJob) => Partial<JobResult> | undefined): FakeSandbox {
  const jobs: (CommandJob & { readonly round: number })[] = [];
  let round = 0;
  async function run(asked: readonly CommandJob[]): Promise<JobResult[]> {
    round++;
    let failed = false;
    return asked.map(job => {
      if (failed) return { code: null, stdout: '', stderr: '' };
      jobs.push({ ...job, round });
      const result = { ...fine, ...answer(job) };
      failed = result.code !== 0;
      return result;
    });
  }
  const unused = () => Promise.reject(new Error('not expected to be called'));
  const rest = {
    observe: unused,
    hold: unused,
    readRecord: unused,
    writeRecord: unused,
    commit: unused,
    close: unused,
  };
  return {
    jobs,
    run,
    scratch: '.me-',
    running: { name: 'lab', pid: 1, startTime: '1' },
    ...rest,
  } as unknown as FakeSandbox;
}
