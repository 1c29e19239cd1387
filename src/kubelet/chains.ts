/**
 * kube-proxy's chains of a running lab: brought from what they are to what they should be when other pods are ready.
 *
 * The rules come from the same pure code that `up` has loaded them by. What the chains are follows from the lab and from
 * the pods that they take for not ready; that set is written down, so that it need not be read from the kernel, where
 * thousands of Services take seconds. Only where something has failed on the way they are read.
 */
import { type ChangedChains, type Follow, makeFollow, type Unready } from '../features/services/compile/follow.ts';
import { compileEachNode, isProxyChain } from '../features/services/compile/services.ts';
import type { Lab } from '../language/lab/lab.ts';
import { CHAINS_FILE } from '../memory/folders.ts';
import { readJsonFile, writeJsonFile } from '../memory/json-file.ts';
import { rewriteText } from '../netfilter/rewrite.ts';
import { parseSave, toChains } from '../state/netfilter.ts';
import type { Netfilter } from './netfilter.ts';

export interface KeptChains {
  /** The lab is another; `unready` are the pods that its chains were compiled for. */
  take(lab: Lab, version: string, unready: readonly string[] | undefined): void;
  sync(lab: Lab, unready: Unready): Promise<void>;
  /** Something has failed: what the kernel has is to be read. */
  forget(): void;
}

/** What is written down: null while a change is under way. */
interface Note {
  readonly version: string;
  readonly unready: readonly string[] | null;
}

export function keepChains(netfilter: Netfilter, changing: (work: () => Promise<void>) => Promise<void>): KeptChains {
  let version = '';
  let follow: Follow | undefined;
  let has: Unready | undefined;
  const note = (unready: Note['unready']) => writeJsonFile(CHAINS_FILE, { version, unready } satisfies Note);
  return {
    take: (lab, nextVersion, unready) => {
      version = nextVersion;
      follow = makeFollow(lab);
      has = readNote(version, unready);
    },
    sync: async (lab, unready) => {
      const changes = has && follow ? follow(has, unready) : readAll(lab, unready, netfilter);
      for await (const pair of inPairs(changes)) {
        const texts = pair.map(({ was, wanted, ...place }) => ({ ...place, text: rewriteText(was, wanted) }));
        const needed = texts.filter(({ text }) => text !== '');
        if (needed.length === 0) continue;
        note(null);
        await changing(() => settleAll(needed.map(({ ns, family, text }) => netfilter.restore(ns, family, text))));
      }
      note([...unready]);
      has = unready;
    },
    forget: () => {
      has = undefined;
    },
  };
}

/** As many nodes as are worked on side by side: the kernel takes rules under one lock, but iptables reads them without. */
async function* inPairs<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T[]> {
  let pair: T[] = [];
  for await (const item of items) {
    pair.push(item);
    if (pair.length < 2) continue;
    yield pair;
    pair = [];
  }
  if (pair.length > 0) yield pair;
}

/** Rejects only when none of them is at work any more. */
async function settleAll(works: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(works)) if (result.status === 'rejected') throw result.reason;
}

/** A kubelet before this one may have gone on from what `up` has left, and have been ended half-way. */
function readNote(version: string, unready: readonly string[] | undefined): Unready | undefined {
  const note = readJsonFile(CHAINS_FILE) as Note | undefined;
  const known = note?.version === version ? note.unready : unready;
  return known ? new Set(known) : undefined;
}

async function* readAll(lab: Lab, unready: Unready, netfilter: Netfilter): AsyncGenerator<ChangedChains> {
  const isOwn = isProxyChain(lab);
  for (const objects of compileEachNode(lab, pod => unready.has(pod))) {
    const own = objects.flatMap(({ object }) => (isOwn(object) ? [object] : []));
    const [first] = own;
    if (!first) continue;
    const { ns, family } = first;
    const was = toChains(parseSave({ ns, family }, await netfilter.save(ns, family)).filter(isOwn));
    yield { ns, family, was, wanted: toChains(own) };
  }
}
