/** What of a lab's flows is stale on a node, in a lab that may have been another one before. */
import type { Family } from '../../../src/address/address.ts';
import type { Lab } from '../../../src/language/lab/lab.ts';
import type { UnreadyPods } from '../../../src/language/lab/readiness.ts';
import { compile } from '../../../src/pipeline/compile.ts';
import { prepareTranslations } from '../../../src/pipeline/follow.ts';
import { type IsStale, judgeTables } from '../../../src/state/translations.ts';

const objectsOf = (lab: Lab) => [...compile(lab, { ipv6: true }).values()].map(({ object }) => object);

/** Undefined where nothing is translated in that namespace, nor has been. */
export function staleness(
  lab: Lab,
  ns: string,
  { before, unready = new Set(), family = 4 }: { before?: Lab; unready?: UnreadyPods; family?: Family } = {},
): IsStale | undefined {
  const translations = prepareTranslations(lab, objectsOf(lab), before && objectsOf(before))(unready);
  // It crosses a pipe on its way to the agent.
  const tables = [...judgeTables(JSON.parse(JSON.stringify(translations)))];
  return tables.find(table => table.ns === ns && table.family === family)?.isStale;
}
