/** Namespaces as the lab file writes them: without the label that each has by itself. Those that the file has not are there anyway. */
import type { LabFile, NamespaceEntry } from '../../language/lab/generated/lab-file.ts';
import { NAME_LABEL, type Namespace } from './model.ts';

export function expandNamespaces(namespaces: readonly Namespace[]): Pick<LabFile, 'namespaces'> {
  const given = namespaces.filter(namespace => namespace.given);
  if (given.length === 0) return {};
  return { namespaces: Object.fromEntries(given.map(namespace => [namespace.name, expandNamespace(namespace)])) };
}

function expandNamespace({ labels, annotations }: Namespace): NamespaceEntry {
  const own = Object.fromEntries(Object.entries(labels).filter(([key]) => key !== NAME_LABEL));
  return {
    ...(Object.keys(own).length === 0 ? {} : { labels: own }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}
