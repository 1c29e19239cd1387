/** What the features of a lab say of addresses behind which others answer, and of names for such addresses. */
import type { Feature } from '../features/feature.ts';
import { FEATURES } from '../features/registry.ts';
import type { Directory } from '../language/lab/directory.ts';
import type { Lab } from '../language/lab/lab.ts';
import type { UnreadyPods } from '../language/lab/readiness.ts';
import type { Explainer } from '../path/explainer.ts';
import type { Foreteller } from '../path/foretell.ts';
import type { FindFrontend, NamedFrontend, NamedFrontendKind } from '../path/frontend.ts';

/** The first feature that knows the address and port decides. */
export function makeFindFrontend(
  lab: Lab,
  directory: Directory,
  unready: UnreadyPods,
  features: readonly Feature[] = FEATURES,
): FindFrontend {
  const finders = features.flatMap(({ frontends }) => frontends?.(lab, directory, unready) ?? []);
  return (...question) => {
    for (const find of finders) {
      const found = find(...question);
      if (found) return found;
    }
    return undefined;
  };
}

export function listTargetKinds(lab: Lab, features: readonly Feature[] = FEATURES): NamedFrontendKind[] {
  return features.flatMap(({ targets }) => targets?.(lab) ?? []);
}

/** By what the checks of the lab call them. */
export type NamedFrontends = ReadonlyMap<string, NamedFrontend>;

export function listTargets(lab: Lab): NamedFrontends {
  const all = listTargetKinds(lab).flatMap(({ targets }) => targets);
  return new Map(all.map(target => [target.key, target]));
}

/** As the command line has them, by what the checks of the lab call them: `service/team-a/web`. */
export function targetNames(lab: Lab): ReadonlyMap<string, string> {
  const kinds = listTargetKinds(lab);
  return new Map(kinds.flatMap(({ prefix, targets }) => targets.map(({ key, name }) => [key, prefix + name] as const)));
}

/** Of the first feature that has rules for who may reach whom. */
export function findForeteller(lab: Lab, features: readonly Feature[] = FEATURES): Foreteller | undefined {
  for (const { foretell } of features) {
    const found = foretell?.(lab);
    if (found) return found;
  }
  return undefined;
}

export function listExplainers(lab: Lab, features: readonly Feature[] = FEATURES): Explainer[] {
  return features.flatMap(({ explain }) => explain?.(lab) ?? []);
}
