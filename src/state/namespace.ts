/** Network namespaces: `ip netns add` makes one and keeps it open by a bind mount under /run/netns. */
import { type KindSpec, nsToken, PHASES } from './kind.ts';
import type { Namespace } from './objects.ts';

export const namespaceKind: KindSpec<Namespace> = {
  key: ({ ns }) => `namespace ${ns}`,
  same: () => true,
  needs: () => [],
  gives: ({ ns }) => [nsToken(ns)],
  turn: operation => ({ phase: operation === 'delete' ? PHASES.deleteNamespaces : PHASES.namespaces, rank: 0 }),
  add: ({ ns }) => [{ ns: null, argv: ['ip', 'netns', 'add', ns] }],
  change: () => [],
  delete: ({ ns }) => [{ ns: null, argv: ['ip', 'netns', 'del', ns] }],
  label: ({ ns }) => `namespace ${ns}`,
};
