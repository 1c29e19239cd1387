/**
 * What a lab remembers of the containers that hold its namespaces open, in its own memory: a JSON file each. Whoever is in
 * the sandbox reads there by which process a node or a pod is known, and where the Docker of a node is reached.
 */
import { readdirSync } from 'node:fs';
import type { ProcessId } from '../../linux/proc.ts';
import { isProcessAlive } from '../../linux/proc.ts';
import { FOLDER, HOST_PROC } from '../../memory/folders.ts';
import { readJsonFile } from '../../memory/json-file.ts';
import { NODE_SOCKET, type NodeContainer, type NodeImage, type PodContainer } from '../../state/docker.ts';

export const MACHINES = `${FOLDER}/machines`;

export interface Machine {
  readonly object: NodeContainer | PodContainer;
  /** The first process of the container. */
  readonly process: ProcessId;
  /** Of a node: the images that were loaded into it. */
  readonly images: readonly NodeImage[];
}

export const machinePath = (ns: string) => `${MACHINES}/${ns}.json`;

/** Undefined where there is none. */
export function readMachine(ns: string): Machine | undefined {
  return readJsonFile(machinePath(ns)) as Machine | undefined;
}

export function readMachines(): Machine[] {
  try {
    const names = readdirSync(MACHINES).filter(name => name.endsWith('.json'));
    return names.sort().flatMap(name => (readJsonFile(`${MACHINES}/${name}`) as Machine | undefined) ?? []);
  } catch {
    return []; // The lab has no containers of this kind.
  }
}

export const isMachineAlive = ({ process }: Machine) => isProcessAlive(process);

/** The root of a node's file system, as the sandbox sees it. */
export const rootOf = ({ process: { pid, proc } }: Machine) => `${proc ?? HOST_PROC}/${pid}/root`;

/** Where a node's own Docker is asked. */
export const dockerHostOf = (node: Machine) => `unix://${rootOf(node)}${NODE_SOCKET}`;

/** A node's own table of processes, in which those of its containers are found. */
export const procOf = (node: Machine) => `${rootOf(node)}/proc`;
