/** Ingresses: defaults filled in, backends found among the Services, and what contradicts itself reported. */

import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { IngressEntry, LabFile } from '../../../language/lab/generated/lab-file.ts';
import { namespacedKey, sortNaturally, splitNamespaced } from '../../../resolve/names.ts';
import { INGRESS_CLASS, type Ingress, type IngressRule } from '../model.ts';
import { type Known, toBackend } from './backend.ts';
import { checkClaims } from './claims.ts';
import { readClass, warnAnnotations } from './metadata.ts';
import { readRulePath } from './rule-path.ts';
import { readTls } from './tls.ts';

interface IngressDraft {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly entry: IngressEntry;
  readonly path: Path;
}

export function resolveIngresses(file: LabFile, known: Known): Ingress[] {
  const drafts = Object.entries(file.ingresses ?? {}).map(([written, entry]): IngressDraft => {
    const { namespace, name } = splitNamespaced(written);
    return { key: namespacedKey(namespace, name), namespace, name, entry, path: ['ingresses', written] };
  });
  const sorted = sortNaturally(withoutDoubles(drafts, known), ({ key }) => key);
  const ingresses = sorted.map(draft => toIngress(draft, known));
  checkClaims(ingresses, known.problems);
  return ingresses;
}

/** `web` and `default/web` are one name. */
function withoutDoubles(drafts: readonly IngressDraft[], { problems }: Known): IngressDraft[] {
  const byKey = new Map<string, IngressDraft>();
  for (const draft of drafts) {
    if (byKey.has(draft.key))
      problems.errorAtKey(draft.path, 'name-taken', `Ingress "${draft.key}" is there twice`, 'remove one of the two');
    else byKey.set(draft.key, draft);
  }
  return [...byKey.values()];
}

function toIngress(draft: IngressDraft, known: Known): Ingress {
  const { key, namespace, name, entry, path } = draft;
  const { rules = [], defaultBackend } = entry;
  if (rules.length === 0 && defaultBackend === undefined) {
    const hint = 'add "rules", or a "defaultBackend" for everything';
    known.problems.errorAtKey(path, 'missing-key', `Ingress "${name}" leads nowhere`, hint);
  }
  warnAnnotations(entry, path, known.problems);
  return {
    ...{ key, namespace, name },
    ingressClassName: readClass(entry, name, path, known.problems) ?? INGRESS_CLASS,
    ...{ labels: entry.labels ?? {}, annotations: entry.annotations ?? {} },
    defaultBackend: defaultBackend ? toBackend(defaultBackend, [...path, 'defaultBackend'], namespace, known) : null,
    rules: rules.map((rule, index) => toRule(rule, [...path, 'rules', index], namespace, known)),
    tls: readTls(entry, path, known.problems),
    source: path,
  };
}

type RuleEntry = NonNullable<IngressEntry['rules']>[number];

function toRule({ host = '', http }: RuleEntry, path: Path, namespace: string, known: Known): IngressRule {
  if (/^[\d.]+$/.test(host) && host !== '') {
    const message = `"${host}" is an address, and the host of an Ingress is a name`;
    known.problems.error(
      [...path, 'host'],
      'not-allowed',
      message,
      'leave "host" out: the rule is for every host then',
    );
  }
  return {
    host,
    paths: (http?.paths ?? []).map((item, at) => {
      const place = [...path, 'http', 'paths', at];
      return {
        path: readRulePath(item.path ?? '', item.pathType, [...place, 'path'], known.problems),
        pathType: item.pathType,
        backend: toBackend(item.backend, [...place, 'backend'], namespace, known),
      };
    }),
  };
}
