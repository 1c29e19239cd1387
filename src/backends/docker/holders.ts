/**
 * What a lab remembers of the containers that hold its namespaces open, in its own memory: a JSON file each. It tells
 * the programs in the sandbox by which process a node or a pod is known, and where the Docker of a node is reached.
 */
import { readdirSync } from 'node:fs';
import type { ProcessId } from '../../linux/proc.ts';
import { isProcessAlive } from '../../linux/proc.ts';
import { FOLDER, HOST_PROC } from '../../memory/folders.ts';
import { readJsonFile } from '../../memory/json-file.ts';
import { NODE_SOCKET, type NodeContainer, type NodeImage, type PodContainer } from '../../state/docker.ts';

export const HOLDERS = `${FOLDER}/holders`;

/** A container whose network namespace is a node's or a pod's. */
export interface Holder {
  readonly object: NodeContainer | PodContainer;
  /** The first process of the container. */
  readonly process: ProcessId;
  /** Of a node: the images that were loaded into it. */
  readonly images: readonly NodeImage[];
}

export const holderPath = (ns: string) => `${HOLDERS}/${ns}.json`;

/** Undefined where there is none. */
export function readHolder(ns: string): Holder | undefined {
  return readJsonFile(holderPath(ns)) as Holder | undefined;
}

export function readHolders(): Holder[] {
  try {
    const names = readdirSync(HOLDERS).filter(name => name.endsWith('.json'));
    return names.sort().flatMap(name => (readJsonFile(`${HOLDERS}/${name}`) as Holder | undefined) ?? []);
  } catch {
    return []; // The lab has no containers of this kind.
  }
}

export const isHolderAlive = ({ process }: Holder) => isProcessAlive(process);

/** The root of a node's file system, as the sandbox sees it. */
export const rootOf = ({ process: { pid, proc } }: Holder) => `${proc ?? HOST_PROC}/${pid}/root`;

/** Where a node's own Docker is asked. */
export const dockerHostOf = (node: Holder) => `unix://${rootOf(node)}${NODE_SOCKET}`;

/** A node's own table of processes, in which those of its containers are found. */
export const procOf = (node: Holder) => `${rootOf(node)}/proc`;
