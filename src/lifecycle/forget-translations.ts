/**
 * What conntrack has to forget when a lab has been changed, or the change has been taken back: flows that were sent on by
 * rules which are others by now.
 */
import { prepareTranslations } from '../pipeline/follow.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { KernelObject } from '../state/kinds.ts';
import type { WantedState } from '../state/state.ts';
import type { Translations } from '../state/translations.ts';
import type { Prepared } from './prepare.ts';

/** Also where no step was to be done: a flow may have begun while rules were missing. */
export async function forgetTranslations(prepared: Prepared, sandbox: Pick<Sandbox, 'forgetStale'>): Promise<void> {
  const { lab, wanted, before, unready } = prepared;
  const translations = prepareTranslations(lab, objectsOf(wanted), objectsOf(before?.wanted))(unready);
  if (translations.tables.length > 0) await sandbox.forgetStale(translations);
}

/** What it may hold where the change is taken back. */
export function translationsBefore({ wanted, before, unreadyBefore }: Prepared): Translations {
  if (!before) return { tables: [], served: [] };
  return prepareTranslations(before.lab, objectsOf(before.wanted), objectsOf(wanted))(unreadyBefore);
}

const objectsOf = (wanted: WantedState = new Map()): KernelObject[] => [...wanted.values()].map(({ object }) => object);
