/** Kernel settings of a network namespace. */

import { BY_SYSCTL } from './batching.ts';
import { type HostFeature, whenever } from './host-feature.ts';
import { devToken, type KindSpec, nsToken, PHASES } from './kind.ts';
import type { SettingValues } from './question.ts';

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

/** The kernel takes numbers as C writes them, and prints them in decimal: `0x40` is read back as 64, `010` as 8. */
const asRead = (value: string) => value.trim().split(/\s+/).map(inDecimal).join(' ');

function inDecimal(word: string): string {
  if (/^0x[\da-f]{1,8}$/i.test(word)) return String(Number.parseInt(word, 16));
  return /^0[0-7]+$/.test(word) ? String(Number.parseInt(word, 8)) : word;
}

const SYSCTL: HostFeature = {
  id: 'sysctl',
  title: 'sysctl',
  use: 'forwarding on nodes',
  argv: ['sysctl', '-n', 'net.ipv4.ip_forward'],
  package: 'procps',
};

const BR_NETFILTER: HostFeature = {
  id: 'br_netfilter',
  title: 'iptables on bridges',
  use: 'Services, whose answers pass a bridge',
  argv: ['sysctl', '-n', 'net.bridge.bridge-nf-call-iptables'],
  package: 'procps',
  module: 'br_netfilter',
};

/** A setting that the kernel does not have has no answer. */
export const SYSCTLS: SettingValues = { by: 'settings', name: 'sysctls', none: {} };

export const sysctlKind: KindSpec<Sysctl> = {
  key: ({ ns, name }) => `sysctl ${ns} ${name}`,
  observing: {
    questions: [SYSCTLS],
    read: ({ ns, answer }) =>
      Object.entries(answer(SYSCTLS)).map(([name, value]) => ({ kind: 'sysctl', ns, name, value })),
    topic: { question: SYSCTLS, of: ({ name }) => name },
  },
  same: (observed, wanted) => asRead(observed.value) === asRead(wanted.value),
  needs: ({ ns, name }) => {
    const dev = interfaceOf(name);
    return [nsToken(ns), ...(dev === undefined ? [] : [devToken(ns, dev)])];
  },
  gives: () => [],
  turn: (_, { name }) => ({
    phase: interfaceOf(name) === undefined ? PHASES.earlySysctls : PHASES.lateSysctls,
    rank: 0,
  }),
  needsOfHost: whenever([SYSCTL, BR_NETFILTER], ({ name }, id) => id === SYSCTL.id || name.startsWith('net.bridge.')),
  batching: () => BY_SYSCTL,
  add: set,
  change: set,
  /** A setting cannot be deleted, only given another value. */
  delete: () => [],
  label: ({ name }) => `sysctl ${name}`,
};
