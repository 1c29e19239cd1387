/**
 * What a kind of kernel object has to tell so that state, diff and render can work with it.
 *
 * One file of this folder per kind. To add a kind: its type in `objects.ts`, its file here, a line in `kinds.ts`, and
 * how it is observed in `observe.ts`.
 */
import type { KernelObject } from './objects.ts';

/** A command in a network namespace; `ns` is null for what is done from outside of any. */
export interface Command {
  readonly ns: string | null;
  readonly argv: readonly string[];
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
  deleteInside: 0,
  deleteLinks: 1,
  deleteNamespaces: 2,
  namespaces: 3,
  earlySysctls: 4,
  links: 5,
  inside: 6,
  ports: 7,
  lateSysctls: 8,
  netfilter: 9,
  shaping: 10,
} as const;

export const PHASE_TITLES: Readonly<Record<number, string>> = {
  [PHASES.deleteInside]: 'Take routes and addresses away',
  [PHASES.deleteLinks]: 'Take links away',
  [PHASES.deleteNamespaces]: 'Take network namespaces away',
  [PHASES.namespaces]: 'Make network namespaces',
  [PHASES.earlySysctls]: 'Set kernel settings',
  [PHASES.links]: 'Make bridges and veth pairs',
  [PHASES.inside]: 'Give addresses and routes',
  [PHASES.ports]: 'Plug veth ends into bridges',
  [PHASES.lateSysctls]: 'Set the settings of interfaces',
  [PHASES.netfilter]: 'Load iptables rules',
  [PHASES.shaping]: 'Shape traffic',
};

export interface KindSpec<T extends KernelObject> {
  /** Names the object within a state; two objects of one key are the same thing, perhaps changed. */
  key(object: T): string;
  /** Whether an observed object is as the wanted one asks. */
  same(observed: T, wanted: T): boolean;
  /** What must be there for the object to exist: tokens that other objects give. */
  needs(object: T): readonly string[];
  /** Tokens whose loss may take the object along or change it, but need not: it is then put back as it was. */
  shakenBy?(object: T): readonly string[];
  /** What exists through this object: when it goes, everything that needs one of these goes with it. */
  gives(object: T): readonly string[];
  turn(operation: Operation, object: T): Turn;
  /** The commands that make, change (from `was`) or remove it; none where nothing is to be done. */
  add(object: T, mayExist: boolean): Command[];
  change(object: T, was: T): Command[];
  delete(object: T): Command[];
  /** A short name for people: `route to 10.244.1.0/24`. */
  label(object: T): string;
}

export const nsToken = (ns: string) => `ns ${ns}`;
export const devToken = (ns: string, dev: string) => `dev ${ns} ${dev}`;
