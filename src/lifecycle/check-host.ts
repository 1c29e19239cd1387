/** Tries what a lab needs from the host before anything of it is made. */

import { HOST_FEATURES, needsOf } from '../host/features.ts';
import { type TriedFeature, tryFeatures } from '../host/try-features.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { Sources } from '../language/diagnostic/sources.ts';
import { HostError } from '../sandbox/host-error.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { type KernelObject, specOf } from '../state/kinds.ts';
import type { WantedState } from '../state/state.ts';
import { findMissingImages } from './find-images.ts';

/**
 * Throws `HostError` that names everything missing, with the first line of the lab that needs it. What a lab that runs has
 * needed so far (`before`) is there.
 */
export async function checkHost(
  wanted: WantedState,
  sandbox: Sandbox,
  sources: Sources,
  before: WantedState = new Map(),
): Promise<void> {
  const needs = findNeeds(wanted, before);
  const features = HOST_FEATURES.filter(({ id }) => needs.has(id));
  const tried = features.length === 0 ? [] : await tryFeatures(features, sandbox);
  const missing = tried.filter(({ works }) => !works);
  const lines = [
    ...missing.map(verdict => describe(verdict, needs.get(verdict.feature.id) ?? [], sources)),
    ...(await findMissingCommands(wanted, sandbox, sources)),
    ...(await findMissingImages(wanted, sandbox)).map(
      ({ image, path, reason }) => `${whereIs(path, sources)}: this runs from image "${image}", ${reason}`,
    ),
  ];
  if (lines.length === 0) return;
  throw new HostError(lines.join('\n'), [...new Set(missing.map(({ fix }) => fix).filter(fix => fix !== ''))]);
}

/** Prints those of its arguments that are no commands. */
const LOOK_FOR = 'for name; do command -v "$name" >/dev/null || echo "$name"; done';

/** A path may lead to what another container makes, and a PATH of its own elsewhere: only plain names are looked for. */
async function findMissingCommands(wanted: WantedState, sandbox: Sandbox, sources: Sources): Promise<string[]> {
  const askers = new Map<string, Path>();
  for (const { object, source } of wanted.values()) {
    if (object.kind !== 'container' || object.docker || 'PATH' in object.container.env) continue;
    const [name = ''] = object.container.command;
    if (!name.includes('/') && !askers.has(name)) askers.set(name, [...source, 'command']);
  }
  if (askers.size === 0) return [];
  const [found] = await sandbox.run([{ ns: null, argv: ['sh', '-c', LOOK_FOR, 'sh', ...askers.keys()] }]);
  const missing = found?.stdout.split('\n').filter(name => name !== '') ?? [];
  return missing.map(
    name => `${whereIs(askers.get(name) ?? [], sources)}: this runs "${name}", which is not installed`,
  );
}

/** Each feature with the first entry of the lab file that needs it. */
function findNeeds(wanted: WantedState, before: WantedState): Map<string, Path> {
  const needs = new Map<string, Path>();
  for (const [key, { object, source }] of wanted) {
    if (isAsBefore(object, before.get(key)?.object)) continue;
    for (const { id } of needsOf(object)) if (!needs.has(id)) needs.set(id, source);
  }
  for (const { object } of before.values()) {
    if (needs.size === 0) break;
    for (const { id } of needsOf(object)) needs.delete(id);
  }
  return needs;
}

const isAsBefore = (object: KernelObject, was: KernelObject | undefined) =>
  was !== undefined && specOf(object).same(was, object);

function describe({ feature, reason }: TriedFeature, path: Path, sources: Sources): string {
  return `${whereIs(path, sources)}: this needs ${feature.title}, and ${reason}`;
}

function whereIs(path: Path, sources: Sources): string {
  const { file, line } = sources.lineOf(path, 'value');
  return `${file}:${line}`;
}
