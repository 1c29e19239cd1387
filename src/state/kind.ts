/**
 * What a kind of kernel object has to tell so that state, diff and render can work with it.
 *
 * One file of this folder per kind: its object's type and its spec. To add a kind: its file, and a line in `kinds.ts`.
 */
import type { Batching } from './batching.ts';
import type { Change, Command, Operation } from './command.ts';
import type { HostNeeds } from './host-feature.ts';
import type { Observing } from './question.ts';

/**
 * When a step runs. Phases are passed one after the other; within one, namespaces may be worked on side by side, and
 * the steps of a namespace run in the order of `rank`.
 */
export interface Turn {
  readonly phase: number;
  readonly rank: number;
}

/**
 * In the order in which they run, with what people read of them. Deletion runs from the leaves to the root, before creation,
 * which runs from the root to the leaves. iptables is one phase for both, since a chain can go only after the rules that
 * jump to it; what rules look at is there before them, and goes after them.
 */
const TITLES = {
  deleteProcesses: 'Stop containers',
  deleteInside: 'Take routes and addresses away',
  deleteLinks: 'Take links away',
  deleteNamespaces: 'Take network namespaces away',
  deletePods: 'Take the pause containers of pods away',
  deleteNodes: 'Take node containers away',
  nodes: 'Start node containers',
  pods: 'Start the pause containers of pods',
  namespaces: 'Make network namespaces',
  earlySysctls: 'Set kernel settings',
  links: 'Make bridges and veth pairs',
  inside: 'Give addresses and routes',
  ports: 'Plug veth ends into bridges',
  forwarding: 'Set entries of forwarding tables',
  lateSysctls: 'Set the settings of interfaces',
  sets: 'Fill sets of addresses',
  netfilter: 'Load iptables rules',
  deleteSets: 'Take sets of addresses away',
  shaping: 'Shape traffic',
  images: 'Load images into nodes',
  files: 'Write the files of pods',
  pauses: 'Start pause processes',
  containers: 'Start containers',
} as const;

type Phase = keyof typeof TITLES;

/** A phase's place in the order. */
export const PHASES = Object.fromEntries(Object.keys(TITLES).map((name, place) => [name, place])) as Readonly<
  Record<Phase, number>
>;

/** By place. */
export const PHASE_TITLES: readonly string[] = Object.values(TITLES);

export interface KindSpec<T> {
  /** Names the object within a state; two objects of one key are the same thing, perhaps changed. */
  key(object: T): string;
  /** Whether an observed object is as the wanted one asks. */
  same(observed: T, wanted: T): boolean;
  /** What must be there for the object to exist: tokens that other objects give. */
  needs(object: T): readonly string[];
  /** Tokens whose loss may take the object along or change it, but need not: it is then put back as it was. */
  affectedBy?(object: T): readonly string[];
  /** What a change of it takes from others as if it went: they are put back too. */
  disturbs?(object: T, was: T): readonly string[];
  /** What exists through this object: when it goes, everything that needs one of these goes with it. */
  gives(object: T): readonly string[];
  turn(operation: Operation, object: T): Turn;
  /** How it is seen; absent where the sandbox tells its objects as they are. */
  readonly observing?: Observing<T>;
  /**
   * The namespace that its steps count to, where that is not where its first command runs, or where there may be a hundred
   * thousand of them and none is to be rendered only to look.
   */
  place?(object: T): string | undefined;
  /** What its commands take of the host. */
  readonly needsOfHost: HostNeeds<T>;
  /** How its commands go together with others. */
  batching(object: T): Batching<T>;
  /** The commands that make, change (from `was`) or remove it; none where nothing is to be done. */
  add(object: T, mayExist: boolean): Command[];
  change(object: T, was: T): Command[];
  delete(object: T): Command[];
  /** A short name for people: `route to 10.244.1.0/24`. */
  label(object: T): string;
}

/** The one renderer: the commands that do a change. Printed plans and what really runs both come from here. */
export function commandsOf<T>(spec: KindSpec<T>, { operation, object, was, mayExist }: Change<T>): Command[] {
  switch (operation) {
    case 'add':
      return spec.add(object, mayExist ?? false);
    case 'change':
      return spec.change(object, was ?? object);
    case 'delete':
      return spec.delete(object);
  }
}

/** A container that holds a network namespace of this name open. */
export const machineToken = (ns: string) => `machine ${ns}`;
export const nsToken = (ns: string) => `ns ${ns}`;
/** The Ethernet address that an interface has. */
export const macToken = (ns: string, dev: string) => `mac ${ns} ${dev}`;
export const devToken = (ns: string, dev: string) => `dev ${ns} ${dev}`;
