/**
 * What a kind of kernel object has to tell so that state, diff and render can work with it.
 *
 * One file of this folder per kind: its object's type and its spec. To add a kind: its file, a line in `kinds.ts`, and
 * how it is observed in `observe.ts`.
 */

/** A command in a network namespace; `ns` is null for what is done from outside of any. */
export interface Command {
  readonly ns: string | null;
  readonly argv: readonly string[];
  /** What it reads on standard input. */
  readonly input?: string;
  /** It goes on while others follow. */
  readonly background?: true;
}

export type Operation = 'add' | 'change' | 'delete';

/**
 * When a step runs. Phases are passed one after the other; within one, namespaces may be worked on side by side, and
 * the steps of a namespace run in the order of `rank`.
 */
export interface Turn {
  readonly phase: number;
  readonly rank: number;
}

/**
 * Deletion runs from the leaves to the root, before creation, which runs from the root to the leaves. iptables is one
 * phase for both, since a chain can go only after the rules that jump to it.
 */
export const PHASES = {
  deleteProcesses: 0,
  deleteInside: 1,
  deleteLinks: 2,
  deleteNamespaces: 3,
  deletePods: 4,
  deleteNodes: 5,
  nodes: 6,
  pods: 7,
  namespaces: 8,
  earlySysctls: 9,
  links: 10,
  inside: 11,
  ports: 12,
  lateSysctls: 13,
  netfilter: 14,
  shaping: 15,
  images: 16,
  files: 17,
  pauses: 18,
  containers: 19,
} as const;

export const PHASE_TITLES: Readonly<Record<number, string>> = {
  [PHASES.deleteProcesses]: 'Stop containers',
  [PHASES.deleteInside]: 'Take routes and addresses away',
  [PHASES.deleteLinks]: 'Take links away',
  [PHASES.deleteNamespaces]: 'Take network namespaces away',
  [PHASES.deletePods]: 'Take the pause containers of pods away',
  [PHASES.deleteNodes]: 'Take node containers away',
  [PHASES.nodes]: 'Start node containers',
  [PHASES.pods]: 'Start the pause containers of pods',
  [PHASES.namespaces]: 'Make network namespaces',
  [PHASES.earlySysctls]: 'Set kernel settings',
  [PHASES.links]: 'Make bridges and veth pairs',
  [PHASES.inside]: 'Give addresses and routes',
  [PHASES.ports]: 'Plug veth ends into bridges',
  [PHASES.lateSysctls]: 'Set the settings of interfaces',
  [PHASES.netfilter]: 'Load iptables rules',
  [PHASES.shaping]: 'Shape traffic',
  [PHASES.images]: 'Load images into nodes',
  [PHASES.files]: 'Write the files of pods',
  [PHASES.pauses]: 'Start pause processes',
  [PHASES.containers]: 'Start containers',
};

export interface KindSpec<T> {
  /** Names the object within a state; two objects of one key are the same thing, perhaps changed. */
  key(object: T): string;
  /** Whether an observed object is as the wanted one asks. */
  same(observed: T, wanted: T): boolean;
  /** What must be there for the object to exist: tokens that other objects give. */
  needs(object: T): readonly string[];
  /** Tokens whose loss may take the object along or change it, but need not: it is then put back as it was. */
  affectedBy?(object: T): readonly string[];
  /** What exists through this object: when it goes, everything that needs one of these goes with it. */
  gives(object: T): readonly string[];
  turn(operation: Operation, object: T): Turn;
  /** For what there may be a hundred thousand of: where all its commands run, without making them only to look. */
  place?(object: T): string | undefined;
  /** The commands that make, change (from `was`) or remove it; none where nothing is to be done. */
  add(object: T, mayExist: boolean): Command[];
  change(object: T, was: T): Command[];
  delete(object: T): Command[];
  /** A short name for people: `route to 10.244.1.0/24`. */
  label(object: T): string;
}

/** A container that holds a network namespace of this name open. */
export const machineToken = (ns: string) => `machine ${ns}`;
export const nsToken = (ns: string) => `ns ${ns}`;
export const devToken = (ns: string, dev: string) => `dev ${ns} ${dev}`;
