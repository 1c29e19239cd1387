/** The forms of names in a lab file, for hints where one is written otherwise. */
import type { Path } from '../diagnostic/diagnostic.ts';

const label = {
  what: 'one part of a name, such as "db-0"',
  hint: 'use lower-case letters, digits and "-", at most 63 characters',
  mend: (text: string) =>
    text
      .toLowerCase()
      .replace(/\.(.*)$/, '')
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, ''),
};

const domain = {
  what: 'a domain such as "cluster.local"',
  hint: 'use letters, digits and "-", with a dot between its parts',
  mend: (text: string) =>
    text
      .trim()
      .replace(/^\.+/, '')
      .replace(/[_\s]+/g, '-'),
};

/** By key. */
export const dnsForms = { hostname: label, subdomain: label, domain };

/** By the list they are in. */
export const dnsItemForms: Readonly<Record<string, typeof domain>> = { searches: domain };

export const dnsOptionForms = {
  name: {
    ...label,
    what: 'an option of resolv.conf(5), such as "ndots"',
    hint: 'use lower-case letters, digits and "-"',
  },
  value: { ...label, what: 'a whole number', hint: 'an option without a number has only a name' },
};

/** resolv.conf has `ndots:5`, and Kubernetes a name and a value. */
export function hintOption(path: Path, value: unknown): string | undefined {
  if (path.at(-2) !== 'options' || typeof value !== 'string') return undefined;
  const [name = '', number] = value.split(':');
  return `write it as { name: ${name}${number === undefined ? '' : `, value: ${number}`} }`;
}
