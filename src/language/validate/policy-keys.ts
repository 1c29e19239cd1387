/**
 * Keys of a NetworkPolicy or a namespace that are right in another place of it, or of a manifest around it.
 *
 * In: where the key stands, the key, and what stands there. Out: how it is written; undefined for what is nothing of the kind.
 */
import type { Path } from '../diagnostic/diagnostic.ts';
import { ownValue } from '../diagnostic/own-value.ts';
import { isPolicy } from './policy-forms.ts';

type Hints = Readonly<Record<string, string>>;

const A_RULE = 'it belongs to a rule: "ingress: [{ from: [ … ], ports: [ … ] }]", or "egress: [{ to: [ … ] }]"';
const NAME = 'name and namespace are the key of a NetworkPolicy here: "shop/db-from-back"';

const OF_POLICY: Hints = {
  spec: 'a NetworkPolicy is its "spec" here: write what is in it without that word',
  apiVersion: 'a NetworkPolicy is its "spec" here, and needs none',
  kind: 'what stands below "networkPolicies" is a NetworkPolicy',
  metadata: `${NAME}; "labels" and "annotations" stand beside its rules`,
  status: 'nobody sets or reads the status of a NetworkPolicy; delete it',
  ...{ name: NAME, namespace: NAME },
  ...{ from: A_RULE, to: A_RULE, ports: A_RULE, rules: A_RULE },
  namespaceSelector:
    'a policy isolates pods of its own namespace alone; whole namespaces are peers: "from: [{ namespaceSelector: … }]"',
  ipBlock: 'a policy isolates pods; addresses are peers: "from: [{ ipBlock: { cidr: … } }]"',
  matchLabels: 'say which pods: "podSelector: { matchLabels: … }"',
  matchExpressions: 'say which pods: "podSelector: { matchExpressions: … }"',
};

const A_PORT = 'ports are a list: "ports: [{ port: 80, protocol: TCP }]"';

function ofRule(word: 'from' | 'to'): Hints {
  const peer = (key: string) => `peers are a list: "${word}: [{ ${key}: … }]"`;
  return {
    ...(word === 'from'
      ? { to: 'what is let in comes "from" somebody; "to" is for rules of "egress"' }
      : { from: 'what is let out goes "to" somebody; "from" is for rules of "ingress"' }),
    ...{ podSelector: peer('podSelector'), namespaceSelector: peer('namespaceSelector'), ipBlock: peer('ipBlock') },
    ...{ matchLabels: `who: "${word}: [{ podSelector: { matchLabels: … } }]"`, cidr: peer('ipBlock') },
    ...{ port: A_PORT, protocol: A_PORT, endPort: A_PORT },
  };
}

const A_BLOCK = 'addresses stand below "ipBlock": "{ ipBlock: { cidr: …, except: [ … ] } }"';

const OF_PEER: Hints = {
  ...{ cidr: A_BLOCK, except: A_BLOCK },
  ...{ matchLabels: 'say of what: "podSelector: { matchLabels: … }"' },
  ...{ matchExpressions: 'say of what: "podSelector: { matchExpressions: … }"' },
  ports: 'ports stand beside the list of peers, not in an item of it',
  namespace:
    'a namespace is found by its label: "namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: … } }"',
};

const AN_EXPRESSION = 'expressions are a list: "matchExpressions: [{ key: tier, operator: In, values: [back] }]"';
const OF_SELECTOR: Hints = { key: AN_EXPRESSION, operator: AN_EXPRESSION, values: AN_EXPRESSION };

const A_NUMBER = 'write "port": a number, or a name that a container gives to one';
const A_RANGE = 'the last port of a range is "endPort"';
const OF_PORT: Hints = {
  ...{ containerPort: A_NUMBER, targetPort: A_NUMBER, number: A_NUMBER, name: A_NUMBER },
  ...{ to: A_RANGE, end: A_RANGE, ports: A_NUMBER },
};

/** Such a key is rather a word that is misspelt. */
const IS_NO_LABEL = /^(match|labels?$|annotation|pod|name|ip)/i;

export function hintPolicyKey(path: Path, key: string, value: unknown): string | undefined {
  const label = typeof value === 'string' && !IS_NO_LABEL.test(key) ? `{ ${key}: ${value} }` : undefined;
  if (path[0] === 'namespaces' && path.length === 2)
    return label && `labels stand below "labels": "${path[1]}: { labels: ${label} }"`;
  if (!isPolicy(path)) return undefined;
  if (path.length === 2) return ownValue(OF_POLICY, key);
  const [last, list] = [String(path.at(-1)), String(path.at(-2))];
  if (list === 'ingress') return ownValue(ofRule('from'), key);
  if (list === 'egress') return ownValue(ofRule('to'), key);
  if (list === 'ports') return ownValue(OF_PORT, key);
  if (list === 'from' || list === 'to') {
    return (
      ownValue(OF_PEER, key) ?? (label && `labels stand below a selector: "podSelector: { matchLabels: ${label} }"`)
    );
  }
  if (!/^(pod|namespace)Selector$/.test(last)) return undefined;
  if (last === 'namespaceSelector' && key === 'name')
    return `by its name a namespace is found as "matchLabels: { kubernetes.io/metadata.name: ${typeof value === 'string' ? value : '…'} }"`;
  return (
    ownValue(OF_SELECTOR, key) ?? (label && `labels stand below "matchLabels": "${last}: { matchLabels: ${label} }"`)
  );
}
