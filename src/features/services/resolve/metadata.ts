/** Labels and annotations of a Service that mean something in a cluster: what becomes of them in a lab is said where they are written. */
import type { Problems } from '../../../resolve/problems.ts';
import { unproxiedBy } from '../proxied.ts';
import type { ServiceDraft } from './draft.ts';

export function checkMetadata(draft: ServiceDraft, problems: Problems): void {
  warnUnproxied(draft, problems);
  for (const [key, value] of Object.entries(draft.entry.annotations ?? {})) {
    const instead = INSTEAD.find(({ annotation }) => annotation.test(key));
    if (!instead || instead.isOff?.(value)) continue;
    const message = `nothing in a lab reads the annotation ${key}`;
    problems.warn([...draft.path, 'annotations', key], 'not-allowed', message, `write ${instead.write}`);
  }
}

/** kube-proxy is told not to look at such a Service; a headless one it passes over anyway. */
function warnUnproxied({ entry, headless, type, path, key }: ServiceDraft, problems: Problems): void {
  const label = unproxiedBy(entry.labels ?? {});
  if (label === undefined || headless || type === 'ExternalName') return;
  const message = `kube-proxy leaves Service "${key}" alone for its label ${label}, and a lab has no other proxy: nobody answers at its addresses`;
  const hint = 'remove the label, or let a pod of the lab do what the other proxy would';
  problems.warn([...path, 'labels', label], 'conflict', message, hint);
}

interface Instead {
  readonly annotation: RegExp;
  readonly write: string;
  /** Whether a value asks for nothing. */
  readonly isOff?: (value: string) => boolean;
}

/** Annotations by which a cluster's addresses, endpoints or rules would be others, and the keys that say the same. */
const INSTEAD: readonly Instead[] = [
  {
    annotation: /^service\.kubernetes\.io\/topology-(mode|aware-hints)$/,
    write: '"trafficDistribution: PreferSameZone", which does not count processors',
    isOff: value => value === '' || /^disabled$/i.test(value),
  },
  {
    annotation: /^service\.alpha\.kubernetes\.io\/tolerate-unready-endpoints$/,
    write: '"publishNotReadyAddresses: true"',
    isOff: value => value !== 'true',
  },
  {
    annotation: /^service\.beta\.kubernetes\.io\/load-balancer-source-ranges$/,
    write: '"loadBalancerSourceRanges"',
    isOff: value => value.trim() === '',
  },
  {
    annotation: /^(metallb\.(io|universe\.tf)|kube-vip\.io)\/loadbalancerips$/i,
    write: '"loadBalancerIP", or several addresses as "status: { loadBalancer: { ingress: [{ ip: … }] } }"',
  },
  { annotation: /^metallb\.(io|universe\.tf)\//, write: '"loadBalancerPool" of "cluster", or "loadBalancerIP"' },
];
