/**
 * Keeps the nodes' connection tables in line with what may be translated. They are read only where that has changed: it is
 * not, for instance, where all Services of a pod are TCP's.
 */
import { forgetConnections } from '../../linux/conntrack.ts';
import { judgeTables, type ServedPorts, type Translations } from '../../state/translations.ts';
import type { Home } from '../namespaces.ts';
import { NETWORKS } from '../start.ts';

export interface ConnectionKeeper {
  /** `isFirst`: what the tables have is not known to fit. */
  bringInLine(wanted: Translations, isFirst: boolean): void;
}

export function makeConnectionKeeper(home: Home): ConnectionKeeper {
  let known = new Map<string, string>();
  return {
    bringInLine: ({ tables, served }, isFirst) => {
      const texts = new Map(served.flatMap(one => textsOf(one)));
      const isChanged = ({ ns, family }: { ns: string; family: number }) =>
        isFirst || known.get(`${ns} ${family}`) !== texts.get(`${ns} ${family}`);
      for (const { ns, family, isStale } of judgeTables({ tables: tables.filter(isChanged), served }))
        home.inside(NETWORKS, [ns], () => forgetConnections(family, isStale));
      known = texts;
    },
  };
}

function textsOf({ namespaces, family, ...rest }: ServedPorts): [string, string][] {
  const text = JSON.stringify(rest);
  return namespaces.map(ns => [`${ns} ${family}`, text]);
}
