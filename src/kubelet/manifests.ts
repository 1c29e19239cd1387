/** The manifests: files in the lab's memory come in, what each pod should be made of goes out. */
import { readdirSync, statSync, watch } from 'node:fs';
import { MANIFESTS } from '../memory/folders.ts';
import { readJsonFile } from '../memory/json-file.ts';
import type { ContainerProcess } from '../state/container.ts';
import type { Pause } from '../state/pause.ts';

export interface WantedPod {
  readonly pause: Pause | undefined;
  readonly containers: readonly ContainerProcess[];
}

export interface Manifests {
  /** The pods that some file is about which has changed since the last look, with what they should be now. */
  takeChanged(): Map<string, WantedPod>;
}

/** A change is often many files: they are looked at together. */
const SETTLE_MS = 10;
/** Where the kernel does not report changes, as a user may have only so many inotify watches. */
const POLL_MS = 500;

/** Calls `onChange` after each change. All that is there at first counts as changed. */
export function watchManifests(onChange: () => void): Manifests {
  const known: Known = new Map();
  let due: NodeJS.Timeout | undefined;
  watchFolder(() => {
    if (due) return;
    due = setTimeout(() => {
      due = undefined;
      onChange();
    }, SETTLE_MS);
  });
  return {
    takeChanged: () => {
      const namespaces = new Set(takeChangedFiles(known).map(namespaceOf));
      return new Map([...namespaces].map(ns => [ns, podOf(ns, known)]));
    },
  };
}

function watchFolder(onChange: () => void): void {
  try {
    watch(MANIFESTS, onChange);
  } catch {
    setInterval(onChange, POLL_MS);
  }
}

/** By namespace, then by file. */
type Known = Map<string, Map<string, Manifest>>;

interface Manifest {
  /** Another one for each time the file is written, as it is a new file then. */
  readonly version: string;
  readonly process: Pause | ContainerProcess;
}

/** All files are looked at, whatever was told: where there are too many changes the kernel loses some. */
function takeChangedFiles(known: Known): string[] {
  const names = readdirSync(MANIFESTS).filter(name => name.endsWith('.json'));
  const there = new Set(names);
  const gone = [...known.values()].flatMap(pod => [...pod.keys()].filter(name => !there.has(name)));
  return [...names, ...gone].filter(name => reread(name, known));
}

const namespaceOf = (name: string) => name.slice(0, name.indexOf('.'));

/** Whether it has changed. */
function reread(name: string, known: Known): boolean {
  const ns = namespaceOf(name);
  const pod = known.get(ns) ?? new Map<string, Manifest>();
  const version = versionOf(name);
  if (pod.get(name)?.version === version) return false;
  const process = readJsonFile(`${MANIFESTS}/${name}`) as Manifest['process'] | undefined;
  if (process === undefined) pod.delete(name);
  else pod.set(name, { version, process });
  if (pod.size > 0) known.set(ns, pod);
  else known.delete(ns);
  return true;
}

function versionOf(name: string): string {
  const found = statSync(`${MANIFESTS}/${name}`, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? '' : `${found.ino} ${found.ctimeNs}`;
}

function podOf(ns: string, known: Known): WantedPod {
  const all = [...(known.get(ns)?.values() ?? [])].map(({ process }) => process);
  return {
    pause: all.find(manifest => manifest.kind === 'pause'),
    containers: all.filter(manifest => manifest.kind === 'container'),
  };
}
