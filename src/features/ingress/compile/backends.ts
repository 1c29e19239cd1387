/**
 * What stands behind the paths of Ingresses: a lab and its pods' readiness in, servers or a name that is to be looked up
 * out. Pure.
 *
 * As ingress-nginx has them: backends are the pods themselves, not the Service's address, so that the proxy chooses, and
 * an endpoint that is not ready is left out. A Service of type ExternalName is a name, or an address, and its port need
 * not be among the Service's.
 */
import { parseIp } from '../../../address/address.ts';
import { identifier } from '../../../language/lab/identifier.ts';
import type { Lab } from '../../../language/lab/lab.ts';
import type { UnreadyPods } from '../../../language/lab/readiness.ts';
import { splitNamespaced } from '../../../resolve/names.ts';
import { candidatesOf, type Resolver } from '../../dns/compile/resolver.ts';
import { isReady } from '../../services/compile/readiness.ts';
import type { Service } from '../../services/model.ts';
import { type IngressBackend, portIndex } from '../model.ts';

export type Backend = Servers | LookedUp;

/** Maybe none. */
export interface Servers {
  readonly kind: 'servers';
  readonly name: string;
  /** `10.244.0.2:80`, `[fd00::2]:80` */
  readonly servers: readonly string[];
}

export interface LookedUp {
  readonly kind: 'looked up';
  readonly name: string;
  /** They are asked for one after the other, until somebody knows one; or an address, which is known. */
  readonly names: readonly [string, ...string[]];
  readonly port: number;
}

export type FindBackend = (backend: IngressBackend) => Backend;

/** `resolver` is that of the pod that asks. */
export function backendFinder(lab: Lab, unready: UnreadyPods, resolver: Resolver): FindBackend {
  const byKey = new Map(lab.services.map(service => [service.key, service]));
  return backend => {
    const name = backendName(backend);
    const service = byKey.get(backend.service);
    if (service?.externalName == null)
      return { kind: 'servers', name, servers: readyServers(service, backend, unready) };
    const port = externalPort(service, backend);
    const target = service.externalName;
    if (isLocal(target)) return { kind: 'servers', name, servers: [] };
    if (parseIp(target))
      return { kind: 'looked up', name, names: [target.includes(':') ? `[${target}]` : target], port };
    if (resolver.nameservers.length === 0) return { kind: 'servers', name, servers: [] };
    return { kind: 'looked up', name, names: namesFor(target, resolver, lab), port };
  };
}

function backendName({ service, port }: IngressBackend): string {
  const { namespace, name } = splitNamespaced(service);
  return identifier([namespace, name, String(port)], { separator: '_' });
}

function readyServers(service: Service | undefined, { port: wanted }: IngressBackend, unready: UnreadyPods): string[] {
  if (!service) return [];
  const index = portIndex(service, wanted);
  const servers = service.endpoints.flatMap(endpoint => {
    const port = endpoint.ports[index] ?? null;
    return port === null || !isReady(endpoint, service, unready) ? [] : [withPort(endpoint.address, port)];
  });
  return [...new Set(servers)].sort();
}

const withPort = (address: string, port: number) =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** That of the port's target, where the Service has the port; any other is taken as it is. */
function externalPort(service: Service, { port }: IngressBackend): number {
  const target = service.ports[portIndex(service, port)]?.targetPort ?? port;
  return typeof target === 'number' ? target : Number(port);
}

/** ingress-nginx leads nobody to itself. */
export const isLocal = (externalName: string) => /^(localhost|127\..*)\.?$/.test(externalName);

/** nginx reads no search domains: it is given the names that they make. None of the cluster's own is made of another one. */
function namesFor(externalName: string, resolver: Resolver, { dns }: Lab): LookedUp['names'] {
  const whole = externalName.replace(/\.$/, '');
  const isOwn = dns !== null && whole.endsWith(`.${dns.domain}`);
  const [first = whole, ...more] = isOwn ? [whole] : candidatesOf(externalName, resolver);
  return [first, ...more.slice(0, MOST_NAMES - 1)];
}

/** nginx goes from location to location ten times at most. */
const MOST_NAMES = 8;
