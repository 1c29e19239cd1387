/** Names that stand for names: where the `externalName` of a Service leads in the cluster, and which lead nowhere but to themselves. */
import { namespacedKey } from '../../../resolve/names.ts';
import type { Problems } from '../../../resolve/problems.ts';
import type { Service } from '../../services/model.ts';
import type { ClusterDns } from '../model.ts';

export interface Aliases {
  /** Every Service on the way, this one first; each once. */
  readonly steps: readonly Service[];
  /** The Service that the last name is that of; undefined for a name outside, and for a circle. */
  readonly end: Service | undefined;
  readonly isCircle: boolean;
}

export function aliasesOf(service: Service, services: ReadonlyMap<string, Service>, dns: ClusterDns | null): Aliases {
  const steps: Service[] = [];
  let next: Service | undefined = service;
  while (next?.externalName != null) {
    if (steps.includes(next)) return { steps, end: undefined, isCircle: true };
    steps.push(next);
    next = serviceNamed(next.externalName, services, dns);
  }
  return { steps, end: next, isCircle: false };
}

/** `web.default.svc.cluster.local`, with a dot at its end or without. */
function serviceNamed(name: string, services: ReadonlyMap<string, Service>, dns: ClusterDns | null) {
  const ending = `.svc.${dns?.domain}`;
  const bare = name.toLowerCase().replace(/\.$/, '');
  if (!dns || !bare.endsWith(ending)) return undefined;
  const [own, namespace, ...rest] = bare.slice(0, -ending.length).split('.');
  if (own === undefined || namespace === undefined || rest.length > 0) return undefined;
  return services.get(namespacedKey(namespace, own));
}

/** The server does not go round in circles; whoever asks gets no answer. */
export function warnCircles(services: readonly Service[], dns: ClusterDns | null, problems: Problems): void {
  const byKey = new Map(services.map(service => [service.key, service]));
  for (const service of services) {
    const { steps, isCircle } = aliasesOf(service, byKey, dns);
    if (!isCircle || !dns) continue;
    const names = steps.map(({ name, namespace }) => `${name}.${namespace}.svc.${dns.domain}`);
    const way = steps.length === 1 ? 'stands for itself' : `leads round in circles: ${names.join(' → ')} → …`;
    const message = `Service "${service.key}" ${way}, so its name has no address`;
    problems.warn([...service.source, 'externalName'], 'cycle', message, 'write the name of a server');
  }
}
