/**
 * What was probably meant by a value in a NetworkPolicy: short forms of other tools, a map for a list, a list for a map.
 *
 * In: where it stands, and the value. Out: what to write instead; undefined for what is nothing of the kind.
 */
import type { Path } from '../diagnostic/diagnostic.ts';
import { ownValue } from '../diagnostic/own-value.ts';
import { isMap } from './path.ts';

export const isPolicy = (path: Path) => path[0] === 'networkPolicies';

const SELECTORS = ['podSelector', 'namespaceSelector'];
const NAME_LABEL = 'kubernetes.io/metadata.name';
const ADDRESSES = /^[\d.]+(\/\d+)?$|^[\da-f]*:[\da-f:]*(\/\d+)?$/i;

/** Of a value of the wrong type. */
export function hintPolicyForm(path: Path, value: unknown): string | undefined {
  const [key, list] = [String(path.at(-1)), String(path.at(-2))];
  if (path.length === 1) return hintNames(value);
  if (path.length === 2 && value === null) return NOTHING;
  if (path.length === 2)
    return Array.isArray(value) ? `a policy is no list: remove the "- " before its keys` : undefined;
  if (list === 'ports') return hintPort(value);
  if (list === 'from' || list === 'to') return hintPeer(value);
  if (list === 'ingress' || list === 'egress') return hintRule(list === 'ingress' ? 'from' : 'to');
  if (list === 'matchLabels' && Array.isArray(value))
    return 'one of several values is an expression: "matchExpressions: [{ key: …, operator: In, values: [ … ] }]"';
  if (list === 'matchExpressions') return 'write it as "{ key: tier, operator: In, values: [back] }"';
  if (SELECTORS.includes(key)) return hintSelector(key, value);
  if (key === 'ipBlock') return hintBlock(value);
  return (Array.isArray(value) ? hintForList : hintForOthers)(key, value);
}

const NOTHING = 'delete it, or write "{}", which isolates every pod of the namespace for ingress';

const hintRule = (word: 'from' | 'to') =>
  `a rule says who and where: "{ ${word}: [ … ], ports: [ … ] }", and "{}" is everything`;

/** A list of manifests has their names inside. */
function hintNames(value: unknown): string | undefined {
  const [first] = Array.isArray(value) ? value : [];
  const { name, namespace } = isMap(first) && isMap(first.metadata) ? first.metadata : {};
  const key = typeof name !== 'string' ? 'NAME' : typeof namespace === 'string' ? `${namespace}/${name}` : name;
  return Array.isArray(value)
    ? `names are keys here: "networkPolicies: { ${key}: { podSelector: … } }", without "- "`
    : undefined;
}

/** `80`, `http`, `80/tcp`, `8000-8999`. */
function hintPort(value: unknown): string | undefined {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return portOf(text) ?? (/^[a-z0-9-]*[a-z][a-z0-9-]*$/.test(text) ? `did you mean "{ port: ${text} }"?` : undefined);
}

/** Of Docker's `8080:80` a policy sees the second: it judges behind all translation. */
const portOf = (text: string) => {
  const { port, end, protocol } =
    /^(?:\d+:)?(?<port>\d+)(?:-(?<end>\d+))?(?:\/(?<protocol>tcp|udp|sctp))?$/i.exec(text)?.groups ?? {};
  if (port === undefined) return undefined;
  const range = end === undefined ? '' : `, endPort: ${end}`;
  return `did you mean "{ port: ${port}${range}${protocol === undefined ? '' : `, protocol: ${protocol.toUpperCase()}`} }"?`;
};

/** Of a port that is text, and no name. */
export function hintPortText(path: Path, text: string): string | undefined {
  if (!isPolicy(path) || path.at(-1) !== 'port' || /^\d+$/.test(text)) return undefined;
  return portOf(text)?.replace('"{ ', '"').replace(' }"', '"');
}

function hintPeer(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value : '';
  if (value === null) return WHO;
  if (ADDRESSES.test(text)) return `did you mean "{ ipBlock: { cidr: ${withLength(text)} } }"?`;
  return text === ''
    ? undefined
    : `say by which labels: "{ podSelector: { matchLabels: { ${labelsOf(text, 'app')} } } }"`;
}

/** Of a peer that says nobody. */
export const WHO =
  'say who: "podSelector: {}" is every pod of the namespace, "namespaceSelector: {}" every pod of the cluster; without the list it is everybody';

function hintSelector(key: string, value: unknown): string | undefined {
  const [one] = [value].flat();
  if (typeof one !== 'string' || one === '') return undefined;
  return `did you mean "${key}: { matchLabels: { ${labelsOf(one, key === 'podSelector' ? 'app' : NAME_LABEL)} } }"?`;
}

/** `app=db`, or a value alone. */
function labelsOf(text: string, label: string): string {
  const pairs = text.split(',').map(pair => /^\s*([^=\s]+)\s*={1,2}\s*(\S+)\s*$/.exec(pair));
  if (pairs.every(pair => pair)) return pairs.map(pair => `${pair?.[1]}: ${pair?.[2]}`).join(', ');
  return `${label}: ${text}`;
}

function hintBlock(value: unknown): string | undefined {
  if (Array.isArray(value)) return eachOf(value);
  return typeof value === 'string' ? `did you mean "ipBlock: { cidr: ${withLength(value)} }"?` : undefined;
}

const eachOf = ([first]: readonly unknown[]) =>
  `one block is one item: "- ipBlock: { cidr: ${typeof first === 'string' ? first : '10.0.0.0/8'} }", and so on`;

const withLength = (text: string) => (text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);

/** A list where something else is wanted. */
function hintForList(key: string, value: unknown): string | undefined {
  if (key === 'cidr') return Array.isArray(value) ? eachOf(value) : undefined;
  if (key !== 'matchLabels') return undefined;
  const pairs = [value].flat().filter(one => typeof one === 'string');
  return pairs.length === 0 ? undefined : `did you mean "matchLabels: { ${labelsOf(pairs.join(), 'app')} }"?`;
}

const EVERYTHING: Readonly<Record<string, string>> = {
  ingress: 'write "ingress: [{}]" to let in everything, and "ingress: []" to let in nothing',
  egress: 'write "egress: [{}]" to let out everything, and "egress: []" to let out nothing',
};

/** A map, or a value alone, where a list is wanted. */
function hintForOthers(key: string, value: unknown): string | undefined {
  const isNothing = isMap(value) && Object.keys(value).length === 0;
  const all = ownValue(EVERYTHING, key);
  if ((isNothing || !isMap(value)) && all !== undefined) return all;
  if (key === 'port')
    return isMap(value) && value.number !== undefined ? `did you mean "port: ${String(value.number)}"?` : undefined;
  if ((key === 'from' || key === 'to') && !isMap(value)) return `it is a list; leave it out to mean everybody`;
  if (key === 'ports')
    return hintPort(value)?.replace('"{', '"ports: [{').replace('}"', '}]"') ?? asList('ports', value);
  return ['ingress', 'egress', 'from', 'to', 'matchExpressions', 'policyTypes', 'values', 'except'].includes(key)
    ? asList(key, value)
    : undefined;
}

const LIST = 'it is a list, of one item too';

function asList(key: string, value: unknown): string {
  const [first] = isMap(value) ? Object.keys(value) : [];
  if (isMap(value)) return `${LIST}: "${key}: [{ ${first === undefined ? '' : `${first}: … `}}]"`;
  return `${LIST}: "${key}: [${String(value)}]"`;
}

const OPERATORS: Readonly<Record<string, string>> = {
  ...{ '=': 'In', '==': 'In', equals: 'In', equal: 'In', '!=': 'NotIn', notequals: 'NotIn', '!': 'DoesNotExist' },
  ...{ 'not in': 'NotIn', notexists: 'DoesNotExist', exist: 'Exists' },
};

/** Of a word that is none of those that may stand there. */
export function hintPolicyWord(path: Path, value: unknown): string | undefined {
  if (!isPolicy(path) || typeof value !== 'string') return undefined;
  const operator = path.at(-1) === 'operator' ? ownValue(OPERATORS, value.toLowerCase()) : undefined;
  if (operator !== undefined) return `did you mean "${operator}"?`;
  if (path.at(-1) !== 'protocol') return undefined;
  if (value === '') return 'leave it out for TCP; every protocol is meant by a rule without "ports"';
  if (/^icmp/i.test(value)) return 'ICMP passes by a rule without "ports" alone';
  return 'every protocol is meant by a rule without "ports"';
}
