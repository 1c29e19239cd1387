/** Which images a lab runs from, and whether this host's Docker has them: those that it lacks are asked of a registry. */

import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { ImagePullPolicy } from '../language/lab/lab.ts';
import { isKeener } from '../language/lab/pull-policy.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { WantedState } from '../state/state.ts';

export interface MissingImage {
  readonly image: string;
  /** The lab file's entry that asks for it. */
  readonly path: Path;
  /** The rest of a sentence. */
  readonly reason: string;
}

interface WantedImage {
  readonly image: string;
  readonly path: Path;
  readonly pull: ImagePullPolicy;
}

/** Those that are not there, and could not be had. */
export async function findMissingImages(wanted: WantedState, sandbox: Sandbox): Promise<MissingImage[]> {
  const images = listImages(wanted);
  const known = await Promise.all(images.map(async one => ({ ...one, isHere: await isHere(one.image, sandbox) })));
  const missing: MissingImage[] = [];
  for (const { image, path, pull, isHere: here } of known) {
    if (pull === 'Never' && !here) missing.push({ image, path, reason: 'which this host does not have' });
    if (pull === 'Never' || (pull === 'IfNotPresent' && here)) continue;
    const refusal = await pullImage(image, sandbox);
    if (refusal === undefined) continue;
    const has = here ? 'which cannot be asked for again' : 'which this host does not have and cannot get';
    missing.push({ image, path, reason: `${has}: ${refusal}` });
  }
  return missing;
}

/** Each once, by the keenest pull policy that any container has for it. */
function listImages(wanted: WantedState): WantedImage[] {
  const found = new Map<string, WantedImage>();
  const add = (image: string, path: Path, pull: ImagePullPolicy) => {
    const before = found.get(image);
    if (!before || isKeener(pull, before.pull)) found.set(image, { image, path, pull });
  };
  for (const { object, source } of wanted.values()) {
    if (object.kind === 'node-container') add(object.image, source, 'IfNotPresent');
    if (object.kind === 'image') add(object.image, source, object.pull);
  }
  return [...found.values()];
}

async function isHere(image: string, sandbox: Sandbox): Promise<boolean> {
  const [found] = await sandbox.run([{ ns: null, argv: ['docker', 'image', 'inspect', '--format', '{{.Id}}', image] }]);
  return found?.code === 0;
}

/** Why it cannot be had; undefined where it is here now. */
async function pullImage(image: string, sandbox: Sandbox): Promise<string | undefined> {
  const [pulled] = await sandbox.run([{ ns: null, argv: ['docker', 'pull', '--quiet', image] }]);
  if (pulled?.code === 0) return undefined;
  return pulled?.stderr
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^Error response from daemon: /, '');
}
