/** Network namespaces: `ip netns add` makes one and keeps it open by a bind mount under /run/netns. */

import { BY_IP, BY_SANDBOX } from './batching.ts';
import { always, IPROUTE2 } from './host-feature.ts';
import { devToken, type KindSpec, machineToken, nsToken, PHASES } from './kind.ts';

/** A network namespace, named under /run/netns. */
export interface Namespace {
  readonly kind: 'namespace';
  readonly ns: string;
  /** Whether it is that of a container, and gets only its name here. */
  readonly contained?: true;
}

export const namespaceKind: KindSpec<Namespace> = {
  /** One that a container holds is another one than one of its own by the same name. */
  key: ({ ns, contained }) => `namespace ${ns}${contained ? ' of a container' : ''}`,
  same: () => true,
  /** Where it is a container's: nothing else gives such a token. */
  needs: ({ ns }) => [machineToken(ns)],
  /** Its loopback interface comes with it. */
  gives: ({ ns }) => [nsToken(ns), devToken(ns, 'lo')],
  observing: {
    questions: [],
    read: ({ ns, contained }) => [{ kind: 'namespace', ns, ...(contained ? { contained } : {}) }],
  },
  turn: operation => ({ phase: operation === 'delete' ? PHASES.deleteNamespaces : PHASES.namespaces, rank: 0 }),
  needsOfHost: always(IPROUTE2),
  batching: ({ contained }) => (contained ? BY_SANDBOX : BY_IP),
  /** It is made from outside of any, but has its place among the others as what is then done in it. */
  place: ({ ns }) => ns,
  add: ({ ns }) => [{ ns: null, argv: ['ip', 'netns', 'add', ns] }],
  change: () => [],
  delete: ({ ns }) => [{ ns: null, argv: ['ip', 'netns', 'del', ns] }],
  label: ({ ns }) => `namespace ${ns}`,
};
