/**
 * Namespaces: those that the file names, with their labels, and each that something is in. Entries of the lab file in, the
 * lab's namespaces out. What is in them is nothing that this has to understand: its key says where it is.
 */
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import { ownValue } from '../../../language/diagnostic/own-value.ts';
import type { LabFile, NamespaceEntry } from '../../../language/lab/generated/lab-file.ts';
import type { Labels } from '../../../language/lab/label-selector.ts';
import { sortNaturally, splitNamespaced } from '../../../resolve/names.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { NAME_LABEL, type Namespace } from '../model.ts';

/** The sections of a lab file whose entries are in a namespace. */
const NAMESPACED = ['pods', 'services', 'ingresses', 'networkPolicies'] as const;

export function resolveNamespaces(file: LabFile, problems: Problems): Namespace[] {
  const found = new Map<string, Namespace>();
  for (const [name, entry] of Object.entries(file.namespaces ?? {}))
    found.set(name, toNamespace(name, entry, problems));
  for (const source of listEntries(file)) {
    const { namespace: name } = splitNamespaced(String(source[1]));
    if (!found.has(name)) {
      found.set(name, { name, labels: { [NAME_LABEL]: name }, annotations: {}, given: false, source });
    }
  }
  return sortNaturally([...found.values()], ({ name }) => name);
}

/** In natural order of their names, so that it does not matter in which order the file has them. */
function listEntries(file: LabFile): Path[] {
  return NAMESPACED.flatMap(section => {
    const keys = sortNaturally(Object.keys(file[section] ?? {}), key => key);
    return keys.map(key => [section, key]);
  });
}

function toNamespace(name: string, entry: NamespaceEntry, problems: Problems): Namespace {
  const { labels = {}, annotations = {} } = entry ?? {};
  const source: Path = ['namespaces', name];
  return { name, labels: withName(name, labels, source, problems), annotations, given: true, source };
}

/** Whatever a manifest says of it, the API server writes the name (kubernetes, pkg/apis/core/v1, SetDefaults_Namespace). */
function withName(name: string, labels: Labels, source: Path, problems: Problems): Labels {
  const given = ownValue(labels, NAME_LABEL);
  if (given !== undefined && given !== name) {
    const message = `${NAME_LABEL} of namespace "${name}" is "${name}", whatever stands here`;
    problems.warn([...source, 'labels', NAME_LABEL], 'conflict', message, 'remove it, or choose another label');
  }
  return { ...labels, [NAME_LABEL]: name };
}
