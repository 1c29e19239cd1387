/**
 * What two Ingresses cannot both have: a path of a host, which is a mistake; the default backend of a host, or its
 * certificate, of which the first counts.
 *
 * A cluster takes the older one, and says so only in a log; a lab file has no age, and Ingresses are taken by name.
 */
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { INGRESS_CLASS, type Ingress } from '../model.ts';
import { readPath, withoutSlash } from '../path.ts';

interface Claim {
  /** The same for two that exclude each other. */
  readonly thing: readonly string[];
  /** In words. */
  readonly what: string;
  readonly path: Path;
  readonly hint: string;
  readonly isMistake: boolean;
  /** Two claims of one value are none against each other. */
  readonly value?: string;
}

export function checkClaims(ingresses: readonly Ingress[], problems: Problems): void {
  const owners = new Map<string, { readonly key: string; readonly value: string | undefined }>();
  for (const ingress of ingresses) {
    if (ingress.ingressClassName !== INGRESS_CLASS) continue;
    for (const { thing, what, path, hint, isMistake, value } of claimsOf(ingress)) {
      const id = JSON.stringify(thing);
      const owner = owners.get(id);
      if (!owner) owners.set(id, { key: ingress.key, value });
      else if (value === undefined || owner.value !== value) {
        const message = `${what} is that of Ingress "${owner.key}" already`;
        (isMistake ? problems.error : problems.warn)(path, 'name-taken', message, hint);
      }
    }
  }
}

const claimsOf = (ingress: Ingress) => [
  ...pathClaims(ingress),
  ...defaultClaims(ingress),
  ...certificateClaims(ingress),
];

const ofHost = (host: string) => (host === '' ? 'of every host' : `of host "${host}"`);

function pathClaims({ rules, source }: Ingress): Claim[] {
  return rules.flatMap(({ host, paths }, index) =>
    paths.map(({ path: written, pathType }, at): Claim => {
      const read = readPath(written);
      const text = 'text' in read ? read.text : written;
      return {
        thing: ['path', host, ...(pathType === 'Exact' ? ['exact', text] : ['prefix', withoutSlash(text)])],
        what: `the path ${written} ${ofHost(host)}`,
        path: [...source, 'rules', index, 'http', 'paths', at],
        hint: 'remove one of the two, or give it another path',
        isMistake: true,
      };
    }),
  );
}

/** For the hosts of its rules; where no rule has one, for every other host. */
function defaultClaims({ defaultBackend, rules, source }: Ingress): Claim[] {
  if (!defaultBackend) return [];
  const named = new Set(rules.flatMap(({ host }) => (host === '' ? [] : [host])));
  const hosts = named.size === 0 ? [''] : [...named];
  return hosts.map(host => ({
    thing: ['default', host],
    what: `the default backend ${ofHost(host)}`,
    path: [...source, 'defaultBackend'],
    hint: 'remove one of the two, or let a rule of its own with the path / lead there',
    isMistake: false,
  }));
}

function certificateClaims({ tls, namespace, source }: Ingress): Claim[] {
  return tls.flatMap(({ hosts, secretName }, index) =>
    hosts.map(host => ({
      thing: ['certificate', host],
      what: `the certificate ${ofHost(host)}`,
      path: [...source, 'tls', index],
      hint: 'give both the same "secretName", in one namespace',
      isMistake: false,
      value: secretName === '' ? '' : `${namespace}/${secretName}`,
    })),
  );
}
