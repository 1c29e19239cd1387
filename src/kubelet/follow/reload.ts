/** Telling the programs of a pod that there are news for them: once for each, whatever often it is asked for. */
import type { ReloadEffect } from '../../features/feature.ts';

/** `hangUp` sends SIGHUP to the containers of a pod. */
export function makeReload(hangUp: (ns: string) => void): (effect: ReloadEffect) => void {
  const told = new Map<string, string>();
  return ({ ns, news }) => {
    if (told.get(ns) === news) return;
    hangUp(ns);
    told.set(ns, news);
  };
}
