/**
 * What was probably meant by a mistake in a container: Kubernetes' and Docker's ways to write one, for the most part.
 */

import type { Path } from '../diagnostic/diagnostic.ts';
import { ownValue } from '../diagnostic/own-value.ts';
import { quote } from '../diagnostic/printable.ts';
import { subschemaAt } from './subschema.ts';

function isContainer(path: Path): boolean {
  return /^(initContainers|containers)$/.test(String(path.at(-2)));
}

/** Keys that are right, in the wrong place. */
export function hintMisplaced(path: Path, key: string): string | undefined {
  const isPart = ['container', 'containers', 'initContainers'].includes(key);
  return isPart && path[0] !== 'pods'
    ? 'containers belong to a pod: "pods: { web: { containers: { … } } }"'
    : undefined;
}

/** Of a container that is nothing at all. */
export function hintProgram(path: Path): string | undefined {
  return isContainer(path) ? 'say what it runs: "command: [busybox, httpd, -f]"' : undefined;
}

/** Of a variable that Kubernetes takes from elsewhere. */
export function hintVariable(path: Path, value: unknown): string | undefined {
  if (path.at(-2) !== 'env' || path[0] !== 'pods' || typeof value !== 'object' || value === null) return undefined;
  if (!('valueFrom' in value)) return 'write the value alone: "env: { NAME: VALUE }"';
  return 'a lab has no ConfigMaps and Secrets, and fills in no fields of the pod: write the value itself; a pod has its name in HOSTNAME and its addresses in /etc/hosts';
}

/** Of a command that is no list, or an empty one. */
export function hintCommand(path: Path): string | undefined {
  if (path.at(-1) !== 'command') return undefined;
  return 'write it as a list: [busybox, httpd, -f], or [sh, -c, "…"] for what a shell should read';
}

/** Kubernetes writes these as lists, with the names inside. */
const namedParts: Readonly<Record<string, string>> = {
  containers: '"containers: { NAME: { command: […] } }"',
  initContainers: '"initContainers: { NAME: { command: […] } }"',
  env: '"env: { NAME: VALUE }"',
};

/** What a list, a text or a number in the place of a map is most likely meant for. */
export function hintPart(path: Path, value: unknown): string | undefined {
  if (path[0] !== 'pods' || path.length < 3) return undefined;
  const [key, owner] = [String(path.at(-1)), String(path.at(-2))];
  const form = ownValue(namedParts, key);
  if (Array.isArray(value) && form !== undefined) return `names are keys here: ${form}, without "- "`;
  if (isContainer(path) && subschemaHas(path, key))
    return `a container has a name: "${owner}: { NAME: { ${key}: … } }"`;
  if (isContainer(path)) return hintWords(key, Array.isArray(value) ? value : String(value).split(' '));
  if (typeof value !== 'number') return undefined;
  if (owner === 'ports') return `did you mean "{ containerPort: ${value} }"?`;
  return ['tcp', 'http'].includes(key) ? `did you mean "${key}: { port: ${value} }"?` : undefined;
}

/** A key of a container in the place of its name. */
function subschemaHas(path: Path, key: string): boolean {
  return Object.hasOwn(subschemaAt(path).properties ?? {}, key);
}

function hintWords(container: string, words: readonly unknown[]): string {
  const example = words.length > 0 && words.every(word => ['string', 'number'].includes(typeof word));
  const command = example ? `${words.slice(0, 3).join(', ')}${words.length > 3 ? ', …' : ''}` : 'busybox, httpd, -f';
  return `did you mean "${container}: { command: [${command}] }"?`;
}

const dockersWords: ReadonlyMap<string, string> = new Map([
  ['no', 'never'],
  ['unless-stopped', 'always'],
]);

/** Other words for when to start again. */
export function hintRestart(path: Path, value: unknown): string | undefined {
  if (path.at(-1) !== 'restart' || typeof value !== 'string') return undefined;
  const meant = dockersWords.get(value.toLowerCase());
  return meant && `did you mean ${quote(meant)}?`;
}
