import { expect, test } from 'vitest';
import { fetchImages } from '../../../../src/backends/docker/fetch-images.ts';
import type { Job, JobResult } from '../../../../src/state/job.ts';

/** A Docker that has some images, and a registry that has others. */
function makeRun(here: readonly string[], there: readonly string[]) {
  const pulled: string[] = [];
  const run = async (jobs: readonly Job[]): Promise<JobResult[]> =>
    jobs.map(job => {
      const argv = 'argv' in job ? job.argv : [];
      const image = argv.at(-1) ?? '';
      if (argv[1] === 'pull') pulled.push(image);
      const code = (argv[1] === 'pull' ? there : here).includes(image) ? 0 : 1;
      return { code, stdout: '', stderr: code === 0 ? '' : 'pulling\nError response from daemon: no such image\n' };
    });
  return { pulled, run };
}

test('asks a registry only for what is not there, or what is to be asked for anew', async () => {
  const { pulled, run } = makeRun(['a', 'b', 'c'], ['b', 'd']);
  const images = [
    { image: 'a', pull: 'IfNotPresent' },
    { image: 'b', pull: 'Always' },
    { image: 'c', pull: 'Never' },
    { image: 'd', pull: 'IfNotPresent' },
  ] as const;
  expect(await fetchImages(images, run)).toEqual([]);
  expect(pulled).toEqual(['b', 'd']);
});

test('says what cannot be had, and why', async () => {
  const { run } = makeRun(['b'], []);
  const images = [
    { image: 'a', pull: 'Never' },
    { image: 'b', pull: 'Always' },
    { image: 'c', pull: 'IfNotPresent' },
  ] as const;
  expect(await fetchImages(images, run)).toEqual([
    { image: 'a', reason: 'which this host does not have' },
    { image: 'b', reason: 'which cannot be asked for again: no such image' },
    { image: 'c', reason: 'which this host does not have and cannot get: no such image' },
  ]);
});
