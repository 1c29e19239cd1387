/** Kernel settings of a network namespace. */
import { type KindSpec, nsToken, PHASES } from './kind.ts';
import type { Sysctl } from './objects.ts';

const set = ({ ns, name, value }: Sysctl) => [{ ns, argv: ['sysctl', '-q', '-w', `${name}=${value}`] }];

/** Settings of one interface can be made only once it is there; all others come first, so that links inherit them. */
function isOfInterface(name: string): boolean {
  const [, , area, scope] = name.split(/[./]/);
  return (area === 'conf' || area === 'neigh') && scope !== 'all' && scope !== 'default';
}

export const sysctlKind: KindSpec<Sysctl> = {
  key: ({ ns, name }) => `sysctl ${ns} ${name}`,
  same: (observed, wanted) => observed.value === wanted.value,
  needs: ({ ns }) => [nsToken(ns)],
  gives: () => [],
  turn: (_, { name }) => ({ phase: isOfInterface(name) ? PHASES.lateSysctls : PHASES.earlySysctls, rank: 0 }),
  add: set,
  change: set,
  /** A setting cannot be deleted, only given another value. */
  delete: () => [],
  label: ({ name }) => `sysctl ${name}`,
};
