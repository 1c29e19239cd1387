/**
 * The mount namespace that those of all pods are copied from: the sandbox's own without what a pod has no use for.
 *
 * Each network namespace of the lab is a mount under /run/netns. A copy for each pod and container would make the cost
 * of a lab quadratic in its pods, so they are taken out here once.
 */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { detachAll, makeAllPrivate, mountNew } from '../linux/mount.ts';
import { FOLDER } from '../memory/folders.ts';
import { CLONE, unshare } from './namespaces.ts';

/** Every file of which a pod may have its own. */
const FILES = ['hosts', 'hostname', 'resolv.conf'];

/** Moves this thread into a new mount namespace, and makes that the template. */
export function makeTemplate(): void {
  unshare(CLONE.NEWNS);
  // Before anything is taken away: the sandbox shares /run/netns with the copy, and would lose it too.
  makeAllPrivate();
  detachAll('/run/netns');
  if (!FILES.every(isThere)) layPlaceholders();
}

/** Also behind a symbolic link: a path in /run leads nowhere in a pod. */
function isThere(name: string): boolean {
  return statSync(`/etc/${name}`, { throwIfNoEntry: false })?.isFile() === true;
}

/** A file can be mounted only over a file: where the host has none, an empty one is laid over its /etc for pods alone. */
function layPlaceholders(): void {
  const folder = `${FOLDER}/etc`;
  mkdirSync(folder, { recursive: true });
  for (const name of FILES) writeFileSync(`${folder}/${name}`, '');
  mountNew('overlay', `lowerdir=${folder}:/etc`, 'overlay', '/etc');
}
