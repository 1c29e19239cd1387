/**
 * Images that a lab runs from: those that this host's Docker lacks are asked of a registry, or all, where a lab says
 * so; out go the images that are not there and could not be had.
 */
import type { MissingImage, WantedImage } from '../../sandbox/host.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

type RunJobs = Sandbox['run'];

export async function fetchImages(images: readonly WantedImage[], run: RunJobs): Promise<MissingImage[]> {
  const here = await Promise.all(images.map(({ image }) => isHere(image, run)));
  const missing: MissingImage[] = [];
  for (const [index, wanted] of images.entries()) {
    const reason = await fetchImage(wanted, here[index] ?? false, run);
    if (reason !== undefined) missing.push({ image: wanted.image, reason });
  }
  return missing;
}

/** Why it is missing; undefined where it is there. */
async function fetchImage({ image, pull }: WantedImage, here: boolean, run: RunJobs): Promise<string | undefined> {
  if (pull === 'Never') return here ? undefined : 'which this host does not have';
  if (pull === 'IfNotPresent' && here) return undefined;
  const refusal = await pullImage(image, run);
  if (refusal === undefined) return undefined;
  return `${here ? 'which cannot be asked for again' : 'which this host does not have and cannot get'}: ${refusal}`;
}

async function isHere(image: string, run: RunJobs): Promise<boolean> {
  const [found] = await run([{ ns: null, argv: ['docker', 'image', 'inspect', '--format', '{{.Id}}', image] }]);
  return found?.code === 0;
}

/** Why it cannot be had; undefined where it is here now. */
async function pullImage(image: string, run: RunJobs): Promise<string | undefined> {
  const [pulled] = await run([{ ns: null, argv: ['docker', 'pull', '--quiet', image] }]);
  if (pulled?.code === 0) return undefined;
  return pulled?.stderr
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^Error response from daemon: /, '');
}
