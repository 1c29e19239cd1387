/** Tries what a lab needs from the host before anything of it is made. */

import { FEATURES, type FeatureId, featuresOf } from '../host/features.ts';
import { tryFeatures, type Verdict } from '../host/try-features.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { Locate } from '../language/diagnostic/format.ts';
import { makeLineMap } from '../language/diagnostic/line-map.ts';
import { HostError } from '../sandbox/host-error.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { WantedState } from '../state/state.ts';
import type { LabSource } from './errors.ts';
import { findMissingImages } from './find-images.ts';

interface Place {
  readonly source: LabSource;
  readonly locate: Locate;
}

/** Throws `HostError` that names everything missing, with the first line of the lab that needs it. */
export async function checkHost(wanted: WantedState, sandbox: Sandbox, place: Place): Promise<void> {
  const needs = findNeeds(wanted);
  const verdicts = await tryFeatures(
    FEATURES.filter(({ id }) => needs.has(id)),
    sandbox,
  );
  const missing = verdicts.filter(({ works }) => !works);
  const lines = [
    ...missing.map(verdict => describe(verdict, needs.get(verdict.feature.id) ?? [], place)),
    ...(await findMissingCommands(wanted, sandbox, place)),
    ...(await findMissingImages(wanted, sandbox)).map(
      ({ image, path, reason }) => `${lineOf(path, place)}: this runs from image "${image}", ${reason}`,
    ),
  ];
  if (lines.length === 0) return;
  throw new HostError(lines.join('\n'), [...new Set(missing.map(({ fix }) => fix).filter(fix => fix !== ''))]);
}

/** Prints those of its arguments that are no commands. */
const LOOK_FOR = 'for name; do command -v "$name" >/dev/null || echo "$name"; done';

/** A path may lead to what another container makes, and a PATH of its own elsewhere: only plain names are looked for. */
async function findMissingCommands(wanted: WantedState, sandbox: Sandbox, place: Place): Promise<string[]> {
  const sources = new Map<string, Path>();
  for (const { object, source } of wanted.values()) {
    if (object.kind !== 'container' || object.docker || 'PATH' in object.container.env) continue;
    const [name = ''] = object.container.command;
    if (!name.includes('/') && !sources.has(name)) sources.set(name, [...source, 'command']);
  }
  if (sources.size === 0) return [];
  const [found] = await sandbox.run([{ ns: null, argv: ['sh', '-c', LOOK_FOR, 'sh', ...sources.keys()] }]);
  const missing = found?.stdout.split('\n').filter(name => name !== '') ?? [];
  return missing.map(name => `${lineOf(sources.get(name) ?? [], place)}: this runs "${name}", which is not installed`);
}

/** Each feature with the first entry of the lab file that needs it. */
function findNeeds(wanted: WantedState): Map<FeatureId, Path> {
  const needs = new Map<FeatureId, Path>();
  for (const { object, source } of wanted.values()) {
    for (const id of featuresOf(object)) if (!needs.has(id)) needs.set(id, source);
  }
  return needs;
}

function describe({ feature, reason }: Verdict, path: Path, place: Place): string {
  return `${lineOf(path, place)}: this needs ${feature.title}, and ${reason}`;
}

function lineOf(path: Path, { source, locate }: Place): string {
  const { line } = makeLineMap(source.text)(locate(path, 'value').start);
  return `${source.file}:${line}`;
}
