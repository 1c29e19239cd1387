/**
 * What a kind needs of the host, and how that is tried for real: a command in a scratch network namespace. Data only; who
 * tries it is `lifecycle/check-host.ts` for one lab and `netlab doctor` for all.
 */

export interface HostFeature {
  /** The last part of the name of the scratch namespace in which it is tried. */
  readonly id: string;
  /** What it is, for people. */
  readonly title: string;
  /** What a lab needs it for. */
  readonly use: string;
  readonly argv: readonly string[];
  /** The Debian and Ubuntu package that brings the command. */
  readonly package: string;
  /** The kernel module that brings the rest. */
  readonly module?: string;
}

/** Every feature that a kind may need, and those that one object does. */
export interface HostNeeds<T> {
  readonly all: readonly HostFeature[];
  of(object: T): readonly HostFeature[];
}

export const IPROUTE2: HostFeature = {
  id: 'ip',
  title: 'iproute2',
  use: 'every lab',
  argv: ['ip', 'link', 'show', 'dev', 'lo'],
  package: 'iproute2',
};

/** The same for each object. */
export function always(...features: readonly HostFeature[]): HostNeeds<unknown> {
  return { all: features, of: () => features };
}

/** Those of `features` for which `holds` says so. */
export function whenever<T>(features: readonly HostFeature[], holds: (object: T, id: string) => boolean): HostNeeds<T> {
  return { all: features, of: object => features.filter(({ id }) => holds(object, id)) };
}
