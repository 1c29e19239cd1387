/** Kernel settings of a network namespace. */

import { BY_SYSCTL } from './batching.ts';
import { devToken, type KindSpec, nsToken, PHASES } from './kind.ts';
import type { Settings } from './question.ts';

export interface Sysctl {
  readonly kind: 'sysctl';
  readonly ns: string;
  readonly name: string;
  readonly value: string;
}

const set = ({ ns, name, value }: Sysctl) => [{ ns, argv: ['sysctl', '-q', '-w', `${name}=${value}`] }];

/**
 * The interface that a setting belongs to: such a setting can be made only once the interface is there, and goes with
 * it. All others come first, so that links inherit them. A slash stands for a dot in the interface's name.
 */
function interfaceOf(name: string): string | undefined {
  const [, , area, scope] = name.split('.');
  if ((area !== 'conf' && area !== 'neigh') || scope === 'all' || scope === 'default') return undefined;
  return scope?.replaceAll('/', '.');
}

/** A setting that the kernel does not have has no answer. */
export const SYSCTLS: Settings = { by: 'settings', name: 'sysctls', none: {} };

export const sysctlKind: KindSpec<Sysctl> = {
  key: ({ ns, name }) => `sysctl ${ns} ${name}`,
  observing: {
    questions: [SYSCTLS],
    read: ({ ns, answer }) =>
      Object.entries(answer(SYSCTLS)).map(([name, value]) => ({ kind: 'sysctl', ns, name, value })),
    topic: { question: SYSCTLS, of: ({ name }) => name },
  },
  same: (observed, wanted) => observed.value === wanted.value,
  needs: ({ ns, name }) => {
    const dev = interfaceOf(name);
    return [nsToken(ns), ...(dev === undefined ? [] : [devToken(ns, dev)])];
  },
  gives: () => [],
  turn: (_, { name }) => ({
    phase: interfaceOf(name) === undefined ? PHASES.earlySysctls : PHASES.lateSysctls,
    rank: 0,
  }),
  batching: () => BY_SYSCTL,
  add: set,
  change: set,
  /** A setting cannot be deleted, only given another value. */
  delete: () => [],
  label: ({ name }) => `sysctl ${name}`,
};
