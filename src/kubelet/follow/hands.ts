/** What carries out, in the lab, what features say: iptables, files, signals, addresses, servers. */
import { readRegularFile, writeInPlace } from '../../linux/regular-file.ts';
import { recordVersion, writeNote } from '../../memory/chains-note.ts';
import { markChanging, unmarkChanging } from '../../memory/marker.ts';
import type { PodFile } from '../../state/pod-file.ts';
import { podFilePath } from '../../state/pod-folder.ts';
import type { Home } from '../namespaces.ts';
import type { ToolRunner } from '../run-tool.ts';
import { makeAddressMover } from './addresses.ts';
import { makeAnswerServers } from './answers.ts';
import type { Hands } from './bring-in-line.ts';
import { makeConnectionKeeper } from './connections.ts';
import type { FollowedLab } from './followed-lab.ts';
import { makeNetfilter } from './netfilter.ts';
import { makeReload } from './reload.ts';

/** `followed` tells which lab is followed just now; `sendHangup` sends SIGHUP to the containers of a pod. */
export function makeHands(
  home: Home,
  tools: ToolRunner,
  followed: () => FollowedLab,
  sendHangup: (ns: string) => void,
): Hands {
  const { save, restore } = makeNetfilter(tools);
  const connections = makeConnectionKeeper(home);
  return {
    saveChains: save,
    restoreChains: restore,
    noteChains: unready => writeNote(followed().version, unready),
    change: work => changeLab(followed().version, work),
    forgetConnections: (now, isFirst) => connections.bringInLine(followed().translations(now), isFirst),
    writeFile,
    reload: makeReload(sendHangup),
    addresses: makeAddressMover(home, tools),
    answers: makeAnswerServers(home),
  };
}

async function changeLab(version: string, work: () => Promise<void>): Promise<void> {
  if (!markChanging()) throw new Error('somebody else changes the lab');
  try {
    // What was wanted when this was begun may be something else by now.
    if (recordVersion() !== version) throw new Error('the lab has been changed meanwhile');
    await work();
  } finally {
    unmarkChanging();
  }
}

/** In place, as the pod has mounted this very file. */
function writeFile({ ns, path, text }: PodFile): void {
  const file = podFilePath(ns, path);
  if (readRegularFile(file) !== text) writeInPlace(file, text);
}
