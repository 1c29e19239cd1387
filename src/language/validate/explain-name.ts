/**
 * Names that Kubernetes or the kernel would refuse.
 */

import type { Diagnostic, Path } from '../diagnostic/diagnostic.ts';
import { ownValue } from '../diagnostic/own-value.ts';
import { quote } from '../diagnostic/printable.ts';

import { QUALIFIED_RULE } from './kubernetes-forms.ts';
import { diagnose, type Mistake } from './mistake.ts';
import { subschemaAt } from './subschema.ts';

const nameRule =
  'use lower-case letters, digits and "-", at most 63 characters, starting and ending with a letter or digit';
const interfaceRule =
  'use letters, digits, "_", "." and "-", at most 15 characters, starting with a letter, digit or "_"';

const POLICY_RULE =
  'use lower-case letters, digits, "-" and ".", at most 253 characters, each part starting and ending with a letter or digit; a namespace may stand before it, as in "shop/db-from-back"';

const kinds: Readonly<Record<string, string>> = {
  nodes: `is not a name for a node: ${nameRule}`,
  pods: `is not a name for a pod: ${nameRule}; a namespace may stand before it, as in "team-a/web"`,
  bridges: `is not a name for a bridge: ${nameRule}; its node may stand before it, as in "node1/cbr0"`,
  containers: `is not a name for a container: ${nameRule}`,
  initContainers: `is not a name for a container: ${nameRule}`,
  services: `is not a name for a Service: use lower-case letters, digits and "-", at most 63 characters, starting with a letter and ending with a letter or digit; a namespace may stand before it, as in "team-a/web"`,
  ingresses: `is not a name for an Ingress: ${nameRule}; a namespace may stand before it, as in "team-a/web"`,
  namespaces: `is not a name for a namespace: ${nameRule}`,
  networkPolicies: `is not a name for a NetworkPolicy: ${POLICY_RULE}`,
  labels: `is not a name for a label: ${QUALIFIED_RULE}`,
  nodeSelector: `is not a name for a label: ${QUALIFIED_RULE}`,
  matchLabels: `is not a name for a label: ${QUALIFIED_RULE}`,
  selector: `is not a name for a label: ${QUALIFIED_RULE}`,
  annotations: `is not a name for an annotation: ${QUALIFIED_RULE}`,
  checks:
    'is not a name for a check: use one line of printable text, at most 100 characters, without blanks at its ends',
  env: 'is not a name for a variable: use letters, digits, "_", "." and "-", not starting with a digit',
  interfaces: `is not a name for an interface: ${interfaceRule}`,
  sysctls: 'is not a setting of a network: only those that begin with "net." belong to a network namespace',
};

export function explainName({ path, params }: Mistake): Diagnostic {
  const name = String(params.propertyName);
  const pattern = subschemaAt(path).propertyNames?.pattern ?? '';
  const why =
    tooLong(name, path) ??
    withDots(name, path) ??
    ownValue(kinds, String(path.at(-1))) ??
    'is not allowed as a name here';
  return diagnose([...path, name], 'name-not-allowed', `${quote(name)} ${why}`, suggestName(name, pattern), 'key');
}

const DOTTED = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\/)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;

/** Kubernetes' rule for these is that of a DNS subdomain. */
function withDots(name: string, path: Path): string | undefined {
  if (!['nodes', 'pods', 'ingresses'].includes(String(path[0])) || path.length > 1 || !DOTTED.test(name))
    return undefined;
  return 'has dots in it, which Kubernetes allows and a lab does not, since it makes names of hosts and interfaces of it';
}

/** Where it is not 63. */
const longest: Readonly<Record<string, number>> = { interfaces: 15, checks: 100, networkPolicies: 253 };

/** The rule in full would hide what matters. */
function tooLong(name: string, path: Path): string | undefined {
  const section = String(path.at(-1));
  const most = ownValue(longest, section) ?? 63;
  const isPlain = /^[a-z0-9-]+$/.test(name) || ['interfaces', 'checks'].includes(section);
  const onlyLong = name.length > most && isPlain && !['sysctls', 'env'].includes(section);
  return onlyLong ? `is ${name.length} characters long; a name has at most ${most}` : undefined;
}

export function explainOwnName(name: string): { readonly message: string; readonly hint: string | undefined } {
  const pattern = subschemaAt(['name']).pattern ?? '';
  return { message: `${quote(name)} is not a name for a lab: ${nameRule}`, hint: suggestName(name, pattern) };
}

export function explainInterfaceName(name: string): { readonly message: string; readonly hint: string | undefined } {
  return { message: `${quote(name)} ${ownValue(kinds, 'interfaces')}`, hint: undefined };
}

/** Only for small slips: "$(reboot)" does not mean "reboot". */
function suggestName(name: string, pattern: string): string | undefined {
  if (!/^[A-Za-z0-9_. /-]+$/.test(name) || name.length > 63) return undefined;
  const fits = (candidate: string) => pattern !== '' && new RegExp(pattern).test(candidate);
  const candidate = [
    name.trim(),
    name.trim().toLowerCase(),
    name.replaceAll('/', '.'),
    ...sysctlOf(name),
    ...variableOf(name),
    toLabel(name),
  ].find(fits);
  return candidate === undefined ? undefined : `did you mean ${quote(candidate)}?`;
}

function toLabel(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9/-]/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** People shout variables, and keep their case where they do not. */
function variableOf(name: string): readonly string[] {
  return /[A-Z]/.test(name) ? [name.replace(/[^A-Za-z0-9_.-]/g, '_')] : [];
}

function sysctlOf(name: string): readonly string[] {
  return /^(ipv4|ipv6|core|netfilter|bridge|mpls)\./.test(name) ? [`net.${name}`] : [];
}
