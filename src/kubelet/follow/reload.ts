/** Telling the programs of a pod that their configuration has changed: once a change, however often it is asked for. */
import type { ReloadEffect } from '../../features/feature.ts';

/** `sendHangup` sends SIGHUP to the containers of a pod. */
export function makeReload(sendHangup: (ns: string) => void): (effect: ReloadEffect) => void {
  const sent = new Map<string, string>();
  return ({ ns, config }) => {
    if (sent.get(ns) === config) return;
    sendHangup(ns);
    sent.set(ns, config);
  };
}
