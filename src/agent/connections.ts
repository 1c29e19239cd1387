/** What conntrack may hold comes in, and it forgets the flows that go on otherwise than they could begin now. */
import { forgetConnections } from '../linux/conntrack.ts';
import { enterNamespace, listNamespaces } from '../linux/named-namespace.ts';
import { judgeTables, type Translations } from '../state/translations.ts';

/** How many flows that were. */
export function forgetStale(translations: Translations): number {
  const there = new Set(listNamespaces());
  let count = 0;
  try {
    for (const { ns, family, isStale } of judgeTables(translations)) {
      // With a namespace its flows go.
      if (!there.has(ns)) continue;
      enterNamespace(ns);
      count += forgetConnections(family, isStale);
    }
  } finally {
    enterNamespace(null);
  }
  return count;
}
