/** What a person calls a place in a lab: a name comes in, the node, pod or container goes out. */
import { suggestName } from '../language/diagnostic/suggest-name.ts';
import type { Container, Lab, Pod } from '../language/lab/lab.ts';
import { UsageError } from '../lifecycle/errors.ts';

/** Namespaces by what people call them: nodes, pods and switches. */
export function targetsOf({ nodes, pods, bridges }: Lab): Map<string, string> {
  const switches = bridges.filter(({ node }) => node === null);
  return new Map([...nodes, ...pods, ...switches].map(({ key, ns }) => [key, ns]));
}

const withoutDefault = (name: string) => name.replace(/^default\//, '');

/** The namespace of a node, pod or switch. Throws `UsageError` with what was probably meant. */
export function findTarget(lab: Lab, name: string): string {
  const namespaces = targetsOf(lab);
  const ns = namespaces.get(name) ?? namespaces.get(withoutDefault(name));
  if (ns !== undefined) return ns;
  throw new UsageError(`lab ${lab.name} has no node or pod "${name}"`, suggestName(name, [...namespaces.keys()]));
}

/** Throws `UsageError`. */
export function findPod(lab: Lab, name: string): Pod {
  const pod = lab.pods.find(({ key }) => key === name || key === withoutDefault(name));
  if (pod) return pod;
  throw new UsageError(
    `lab ${lab.name} has no pod "${name}"`,
    suggestName(
      name,
      lab.pods.map(({ key }) => key),
    ),
  );
}

/** Throws `UsageError`. */
export function findContainer({ key, containers, initContainers }: Pod, name: string): Container {
  const all = [...containers, ...initContainers];
  const found = all.find(container => container.name === name);
  if (found) return found;
  const names = all.map(container => container.name);
  throw new UsageError(`pod ${key} has no container "${name}"`, suggestName(name, names));
}
