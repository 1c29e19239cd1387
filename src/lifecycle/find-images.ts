/** Which images a lab runs from, and those of them that this host has not and cannot get, with who asks for them. */

import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { ImagePullPolicy } from '../language/lab/lab.ts';
import { isKeener } from '../language/lab/pull-policy.ts';
import type { MissingImage, WantedImage } from '../sandbox/host.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { WantedState } from '../state/state.ts';

/** The lab file's entry that asks for an image. */
interface ImageSource {
  readonly path: Path;
}

/** The images that are not there, and could not be had. */
export async function findMissingImages(
  wanted: WantedState,
  sandbox: Sandbox,
): Promise<(MissingImage & ImageSource)[]> {
  const images = listImages(wanted);
  if (images.size === 0) return [];
  const missing = await sandbox.fetchImages([...images.values()]);
  return missing.map(one => ({ ...one, path: images.get(one.image)?.path ?? [] }));
}

/** Each once; asked for again where any container wants that. */
function listImages(wanted: WantedState): Map<string, WantedImage & ImageSource> {
  const found = new Map<string, WantedImage & ImageSource>();
  const add = (image: string, path: Path, pull: ImagePullPolicy) => {
    const before = found.get(image);
    if (!before || isKeener(pull, before.pull)) found.set(image, { image, path, pull });
  };
  for (const { object, source } of wanted.values()) {
    if (object.kind === 'node-container') add(object.image, source, 'IfNotPresent');
    if (object.kind === 'image') add(object.image, source, object.pull);
  }
  return found;
}
