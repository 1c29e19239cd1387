/**
 * By host and path, where requests go: Ingresses in, the virtual hosts of nginx out. Pure.
 *
 * By Kubernetes' rules: an exact path before a prefix, the longest prefix before the others, prefixes by whole elements; a
 * precise host before a wildcard of one label.
 */
import { certificateName, FAKE_CERTIFICATE, type Ingress, type IngressBackend } from '../model.ts';
import { readPath, withoutSlash } from '../path.ts';

export interface Location {
  /** This path alone, or it and all that begins with it. */
  readonly kind: 'exact' | 'prefix';
  /** Decoded, as nginx compares it. */
  readonly path: string;
  /** Undefined where nobody answers. */
  readonly target: Target | undefined;
}

export interface Target {
  readonly backend: IngressBackend;
  /** `team-a/shop` */
  readonly ingress: string;
}

export interface VirtualHost {
  /** Empty for every other host. */
  readonly name: string;
  /** Name of its certificate; undefined without TLS. */
  readonly certificate: string | undefined;
  readonly locations: readonly Location[];
}

/** The one for every other host is always there, and comes first. */
export function listHosts(ingresses: readonly Ingress[]): VirtualHost[] {
  const names = new Set(['', ...ingresses.flatMap(({ rules }) => rules.map(({ host }) => host))]);
  return [...names].sort().map(name => ({
    name,
    certificate: certificateOf(name, ingresses),
    locations: locationsOf(name, ingresses),
  }));
}

/** That which names the host, or else one that is good for it, as ingress-nginx finds it. */
function certificateOf(host: string, ingresses: readonly Ingress[]): string | undefined {
  const all = ingresses.flatMap(({ namespace, tls }) => tls.map(item => ({ namespace, ...item })));
  const found = all.find(({ hosts }) => hosts.includes(host)) ?? all.find(({ hosts }) => hosts.some(isFor(host)));
  if (!found) return undefined;
  return found.secretName === '' ? FAKE_CERTIFICATE : certificateName(found.namespace, found.secretName);
}

/** Whether a host of a certificate is good for another name: a wildcard stands for one label. */
export const isFor = (host: string) => (own: string) =>
  own === host || (own.startsWith('*.') && host.slice(host.indexOf('.')) === own.slice(1));

function locationsOf(host: string, ingresses: readonly Ingress[]): Location[] {
  const found = new Map<string, Location>();
  const add = (kind: Location['kind'], path: string, target: Target) => {
    const key = `${kind} ${path}`;
    if (!found.has(key)) found.set(key, { kind, path, target });
  };
  const all = ingresses.flatMap(({ key, rules }) =>
    rules.filter(rule => rule.host === host).flatMap(({ paths }) => paths.map(path => ({ ingress: key, ...path }))),
  );
  const exact = all.filter(({ pathType }) => pathType === 'Exact');
  for (const { ingress, path, backend } of exact) add('exact', decoded(path), { ingress, backend });
  for (const { ingress, path, backend } of all.filter(item => !exact.includes(item))) {
    const bare = withoutSlash(decoded(path));
    if (bare !== '') add('exact', bare, { ingress, backend });
    add('prefix', `${bare}/`, { ingress, backend });
  }
  // A request that no path is for goes to the default backend of an Ingress that names the host, or names none at all.
  for (const { key, rules, defaultBackend } of ingresses) {
    const isMeant = host === '' ? rules.every(rule => rule.host === '') : rules.some(rule => rule.host === host);
    if (defaultBackend && isMeant) add('prefix', '/', { ingress: key, backend: defaultBackend });
  }
  const sorted = [...found.values()].sort((a, b) => (wordsOf(a) < wordsOf(b) ? -1 : 1));
  return withoutRedirects(sorted);
}

function decoded(path: string): string {
  const read = readPath(path);
  return 'text' in read ? read.text : path;
}

const wordsOf = ({ kind, path }: Location) => (kind === 'exact' ? `= ${path}` : path);

/**
 * nginx sends a request for `/cart` on to `/cart/` where there is only a location of that name with a slash: for an exact
 * path, which is another one, the request has to have a location of its own.
 */
function withoutRedirects(locations: readonly Location[]): Location[] {
  const exact = locations.filter(({ kind }) => kind === 'exact');
  const paths = new Set(exact.map(({ path }) => path));
  const bare = exact
    .filter(({ path }) => path.length > 1 && path.endsWith('/') && !paths.has(withoutSlash(path)))
    .map(({ path }): Location => {
      const own = withoutSlash(path);
      const prefixes = locations.filter(other => other.kind === 'prefix' && own.startsWith(other.path));
      const [longest] = prefixes.sort((a, b) => b.path.length - a.path.length);
      return { kind: 'exact', path: own, target: longest?.target };
    });
  return [...locations, ...bare];
}
