/** Tries what a lab needs from the host before anything of it is made. */
import type { Sandbox } from '../backend/backend.ts';
import { HostError } from '../backend/host-error.ts';
import type { Path } from '../diagnostic/diagnostic.ts';
import type { Locate } from '../diagnostic/format.ts';
import { makeLineMap } from '../diagnostic/line-map.ts';
import { FEATURES, type FeatureId, featuresOf } from '../host/features.ts';
import { tryFeatures, type Verdict } from '../host/try-features.ts';
import type { WantedState } from '../state/state.ts';
import type { LabSource } from './errors.ts';

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
  if (missing.length === 0) return;
  const lines = missing.map(verdict => describe(verdict, needs.get(verdict.feature.id) ?? [], place));
  throw new HostError(lines.join('\n'), [...new Set(missing.map(({ fix }) => fix).filter(fix => fix !== ''))]);
}

/** Each feature with the first entry of the lab file that needs it. */
function findNeeds(wanted: WantedState): Map<FeatureId, Path> {
  const needs = new Map<FeatureId, Path>();
  for (const { object, source } of wanted.values()) {
    for (const id of featuresOf(object)) if (!needs.has(id)) needs.set(id, source);
  }
  return needs;
}

function describe({ feature, reason }: Verdict, path: Path, { source, locate }: Place): string {
  const { line } = makeLineMap(source.text)(locate(path, 'value').start);
  return `${source.file}:${line}: this needs ${feature.title}, and ${reason}`;
}
