/** Which controller an Ingress is for, and what its annotations would ask of one: a lab's has none of their features. */

import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import { ownValue } from '../../../language/diagnostic/own-value.ts';
import type { IngressEntry } from '../../../language/lab/generated/lab-file.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { CLASS_ANNOTATION, INGRESS_CLASS } from '../model.ts';

/** Undefined where nothing is said. */
export function readClass(entry: IngressEntry, name: string, path: Path, problems: Problems): string | undefined {
  const { ingressClassName, annotations = {} } = entry;
  const annotated = annotations[CLASS_ANNOTATION];
  const at: Path =
    ingressClassName === undefined ? [...path, 'annotations', CLASS_ANNOTATION] : [...path, 'ingressClassName'];
  if (ingressClassName !== undefined && annotated !== undefined && annotated !== ingressClassName) {
    const message = `Ingress "${name}" is of class "${ingressClassName}", and of "${annotated}" by its annotation`;
    problems.error([...path, 'annotations', CLASS_ANNOTATION], 'conflict', message, 'remove one of the two');
  }
  const given = ingressClassName ?? annotated;
  if (given !== undefined && given !== INGRESS_CLASS) {
    const message = `nobody serves Ingresses of class "${given}", so "${name}" will not be reached`;
    problems.warn(at, 'unknown-name', message, `write "${INGRESS_CLASS}", or leave it out`);
  }
  return given;
}

/** Notes of tools are nobody's loss; what would change how requests are led is said. */
export function warnAnnotations({ annotations = {} }: IngressEntry, path: Path, problems: Problems): void {
  for (const [key, value] of Object.entries(annotations)) {
    if (!ASKS.test(key) || ownValue(DEFAULTS, key.slice(key.indexOf('/') + 1)) === value) continue;
    const message = `the annotation ${key} means nothing in a lab: requests are led by host and path alone`;
    problems.warn([...path, 'annotations', key], 'not-allowed', message, hintFor(key));
  }
}

const ASKS =
  /^((nginx|haproxy|alb)\.)?ingress\.kubernetes\.io\/|^(nginx\.org|traefik\.ingress\.kubernetes\.io|konghq\.com|cert-manager\.io|haproxy\.org)\//;

/** What is so in a lab anyway. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'ssl-redirect': 'true',
  'backend-protocol': 'HTTP',
  'use-regex': 'false',
};

function hintFor(key: string): string {
  if (key.endsWith('/rewrite-target')) return 'let the backend answer for the whole path, which it is asked for';
  if (key.startsWith('cert-manager.io/')) return 'remove it: the certificates of a lab are made by netlab';
  return 'remove it, or do not count on it here';
}
