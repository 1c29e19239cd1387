/**
 * What people write from habit: other tools' short forms, and keys of one thing in another.
 *
 * In: a place in the lab file and what stands there. Out: how a lab says it; nothing where it is no such habit.
 */
import type { Path } from '../diagnostic/diagnostic.ts';
import { subschemaAt } from './subschema.ts';

/** Of a value of the wrong type. */
export function hintShortForm(path: Path, value: unknown): string | undefined {
  if (path.at(-2) === 'interfaces') return hintInterface(String(path.at(-1)), value);
  if (path.at(-2) === 'ports') return hintPort(path[0] === 'services', value);
  if (path.at(-1) === 'via')
    return 'a route has one next hop: write a route for each, with a "metric" where one is better';
  return path[0] === 'links' ? hintLink(path, value) : undefined;
}

function hintInterface(name: string, value: unknown): string | undefined {
  const [address] = [value].flat();
  if (typeof address !== 'string' || !/^[\d.]+(\/\d+)?$|^[\da-f:]*:[\da-f:]*(\/\d+)?$/i.test(address)) return undefined;
  return `an address has a key of its own: "${name}: { bridge: …, address: ${address} }"`;
}

/** Docker's `8080:80`, or the number alone. */
function hintPort(isOfService: boolean, value: unknown): string | undefined {
  const text = String(typeof value === 'object' ? '' : value);
  const [, outside, inside] = /^(?:\d+\.[\d.]+:)?(?:(\d+):)?(\d+)(?:\/(?:tcp|udp|sctp))?$/i.exec(text) ?? [];
  if (inside === undefined) return undefined;
  if (outside === undefined) return `did you mean "{ ${isOfService ? 'port' : 'containerPort'}: ${inside} }"?`;
  const meant = isOfService
    ? `port: ${outside}, targetPort: ${inside}`
    : `containerPort: ${inside}, ${portOfNode}: ${outside}`;
  return `did you mean "{ ${meant} }"?`;
}

/** The key of a container's port that says how its node leads there. */
const portOfNode = Object.keys(subschemaAt(['pods', '', 'containers', '', 'ports', 0]).properties ?? {}).find(key =>
  /^host.*Port$/i.test(key),
);

function hintLink(path: Path, value: unknown): string | undefined {
  const names = typeof value === 'string' ? value.split(/ *(?:--|-|<->|,) */) : value;
  const [one, other, third] = Array.isArray(names) ? names : [];
  if (typeof one !== 'string' || typeof other !== 'string' || third !== undefined) return undefined;
  if (path.length === 2) return `did you mean "{ ends: [${one}, ${other}] }"?`;
  return path.at(-2) === 'ends' ? `did you mean "ends: [${one}, ${other}]"?` : undefined;
}

const containerKeys = new Set(Object.keys(subschemaAt(['pods', '', 'containers', '']).properties ?? {}));

/** Of a key that the place does not know, and another one does. */
export function hintElsewhere(path: Path, key: string): string | undefined {
  const [section] = path;
  if (section === 'routes' && key === 'from')
    return 'a route looks at the destination alone; by the source packets are led by "rules: [{ on: …, from: …, table: 100 }]", and "src" is the address that the node itself sends from';
  if (path.length !== 2 || !containerKeys.has(key) || (section !== 'pods' && section !== 'nodes')) return undefined;
  if (section === 'pods') return `"${key}" belongs to a container: "containers: { ${path[1]}: { ${key}: … } }"`;
  return `a node runs no program of its own; "${key}" belongs to a container of a pod: "pods: { web: { node: ${path[1]}, containers: { web: { ${key}: … } } } }"`;
}
