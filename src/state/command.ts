/** A command, and the change of one object that is done by some: plain data, which no kind has to be known for. */

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

/** What becomes of one object. */
export interface Change<T> {
  readonly operation: Operation;
  /** As it shall be; for `delete` as it is. */
  readonly object: T;
  /** For `change`: as it is. */
  readonly was?: T;
  /** For `add`: the kernel may have kept the object although what it hung on was replaced. */
  readonly mayExist?: true;
}
