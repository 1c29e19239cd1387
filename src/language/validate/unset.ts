/**
 * What Kubernetes' API takes for a field that is not set: null everywhere, and the zero value of Go where the field is no
 * pointer (k8s.io/api/core/v1, types.go): `clusterIP: ""`, `nodePort: 0`, `ipFamilies: []`.
 *
 * In: the raw value, of which nothing is sure yet. Out: the same without them, as far as it is written as Kubernetes has it.
 */
import { isMap } from './path.ts';

/** By place: of which fields which values count as unset. */
const ZEROES: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  'services.*': {
    ...{ type: [''], clusterIP: [''], sessionAffinity: [''], externalTrafficPolicy: [''], externalName: [''] },
    ...{ loadBalancerIP: [''], healthCheckNodePort: [0], clusterIPs: [[], ['']], ipFamilies: [[]] },
    loadBalancerSourceRanges: [[]],
    sessionAffinityConfig: [{}, { clientIP: {} }],
  },
  'services.*.ports.*': { name: [''], protocol: [''], targetPort: ['', 0], nodePort: [0] },
  'services.*.endpointSlices.*.ports.*': { name: [''], protocol: [''] },
  'cluster.kubeProxy': { mode: [''], detectLocalMode: [''], clusterCIDR: [''] },
  'cluster.kubeProxy.detectLocal': { bridgeInterface: [''], interfaceNamePrefix: [''] },
};

/** What is written as Kubernetes' API has it: entries of sections by their names, and a file of its own. */
const NAMED: readonly string[] = ['services', 'ingresses'];

export function dropUnset(root: unknown): unknown {
  if (!isMap(root)) return root;
  return change(root, (section, child) => {
    if (section === 'cluster' && isMap(child) && isMap(child['kubeProxy']))
      return change(child, (key, value) => (key === 'kubeProxy' ? dropIn(value, ['cluster', key]) : value));
    if (!NAMED.includes(section) || !isMap(child)) return child;
    return change(child, (_, entry) => dropIn(entry, [section, '*']));
  });
}

function dropIn(value: unknown, path: readonly string[]): unknown {
  if (Array.isArray(value)) {
    const items = value.map(item => dropIn(item, [...path, '*']));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isMap(value)) return value;
  const zeroes = ZEROES[path.join('.')] ?? {};
  return change(value, (key, child) => {
    const kept = dropIn(child, [...path, key]);
    const isUnset = kept === null || (Object.hasOwn(zeroes, key) && isOneOf(kept, zeroes[key] ?? []));
    return isUnset ? undefined : kept;
  });
}

const isOneOf = (value: unknown, zeroes: readonly unknown[]) =>
  zeroes.some(zero => JSON.stringify(zero) === JSON.stringify(value));

/** The same map where nothing differs; or one without a prototype, as `parse` makes them. What becomes undefined is left out. */
function change(
  map: Readonly<Record<string, unknown>>,
  to: (key: string, child: unknown) => unknown,
): Readonly<Record<string, unknown>> {
  const entries = Object.entries(map).map(([key, child]) => [key, to(key, child)] as const);
  if (entries.every(([key, child]) => child === map[key])) return map;
  const kept = entries.filter(([, child]) => child !== undefined);
  return Object.assign(Object.create(null), Object.fromEntries(kept));
}
