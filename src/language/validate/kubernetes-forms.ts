/**
 * The forms of Kubernetes' names (k8s.io/apimachinery, pkg/util/validation), for hints where one is written otherwise: each
 * field has its own rule.
 *
 * In: the path of a value. Out: its form; undefined where Kubernetes has none for it.
 */
import type { Path } from '../diagnostic/diagnostic.ts';

export interface Form {
  readonly what: string;
  readonly hint: string;
  /** The text with common slips mended; it is suggested where that makes it right. */
  readonly mend: (text: string) => string;
  /** Said besides where a number is quoted that could be one without. */
  readonly elseText?: string;
}

const toLabel = (text: string) =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

const toDomain = (text: string) =>
  text
    .trim()
    .toLowerCase()
    .replace(/[_\s]+/g, '-');

/** IANA_SVC_NAME. */
const PORT_RULE = 'at most 15 lower-case letters, digits and single "-", with a letter among them, "-" not at an end';
const NAMED_PORT_RULE = `a name (IANA_SVC_NAME) has ${PORT_RULE}`;
const LABEL_RULE =
  'use lower-case letters, digits and "-", at most 63 characters, starting and ending with a letter or digit';

const portName: Form = { what: 'a name for a port', hint: `use ${PORT_RULE}`, mend: toLabel };

const backendPortName: Form = { ...portName, hint: `${portName.hint}; for a number write "number: 80"` };

const servicePortName: Form = { what: 'a name for a port of a Service', hint: LABEL_RULE, mend: toLabel };

const portNumberOrName: Form = {
  what: 'the number of a port, or the name that a container gives to one',
  hint: NAMED_PORT_RULE,
  mend: toLabel,
  elseText: NAMED_PORT_RULE,
};

const serviceName: Form = {
  what: 'the name of a Service',
  hint: 'use lower-case letters, digits and "-", at most 63 characters, starting with a letter',
  mend: toLabel,
};

const subdomain = (what: string): Form => ({
  what,
  hint: 'use lower-case letters, digits, "-" and "." between its parts, each of them starting and ending with a letter or digit',
  mend: toDomain,
});

const labelValue: Form = {
  what: 'a value for a label',
  hint: 'use at most 63 letters, digits, "-", "_" and ".", starting and ending with a letter or digit; or nothing at all',
  mend: text =>
    text
      .trim()
      .replace(/[^A-Za-z0-9_.-]+/g, '-')
      .replace(/^[_.-]+|[_.-]+$/g, ''),
};

/** What a label, an annotation and what is written like them may be called. */
export const QUALIFIED_RULE =
  'use at most 63 letters, digits, "-", "_" and ".", starting and ending with a letter or digit; a domain in lower case may stand before it, as in "example.com/app"';

const qualifiedName = (what: string): Form => ({ what, hint: QUALIFIED_RULE, mend: text => text.trim() });

const duration: Form = {
  what: 'a duration such as "30s" or "1h30m"',
  hint: 'the units are h, m, s, ms, us and ns, without blanks; 0 is "0s"',
  mend: text =>
    text
      .replace(/\s/g, '')
      .replace(/min(ute)?s?/g, 'm')
      .replace(/sec(ond)?s?/g, 's')
      .replace(/^(\d+)$/, '$1s'),
};

const interfaceName: Form = {
  what: 'the name of an interface, or how it begins',
  hint: 'use letters, digits, "_", "." and "-", at most 15 characters; kube-proxy adds the "+" itself',
  mend: text => text.trim().replace(/[+*]$/, ''),
};

/** By the end of the path; `*` is any step. What stands first counts. */
const FORMS: readonly (readonly [ending: string, form: Form])[] = [
  ['*.*.labels.*', labelValue],
  ['*.*.selector.*', labelValue],
  ['*.*.nodeSelector.*', labelValue],
  ['services.*.ports.*.name', servicePortName],
  ['endpointSlices.*.ports.*.name', servicePortName],
  ['ports.*.name', portName],
  ['service.port.name', backendPortName],
  ['service.name', serviceName],
  ['targetPort', portNumberOrName],
  ['networkPolicies.*.*.*.ports.*.port', portNumberOrName],
  ['matchLabels.*', labelValue],
  ['matchExpressions.*.values.*', labelValue],
  ['matchExpressions.*.key', qualifiedName('the name of a label')],
  ['appProtocol', qualifiedName('a protocol such as "http" or "kubernetes.io/h2c"')],
  ['externalName', subdomain('a host name in lower case, such as "db.example.com"')],
  ['kubeProxy.conntrack.*', duration],
  ['kubeProxy.iptables.*', duration],
  ['kubeProxy.detectLocal.*', interfaceName],
  ['ingress.*.hostname', subdomain('a host name in lower case, such as "lb.example.com"')],
  ['loadBalancerClass', qualifiedName('a class such as "example.com/internal-vip"')],
  ['ingressClassName', subdomain('the name of an IngressClass')],
  ['hostAliases.*.hostnames.*', subdomain('a host name in lower case, such as "db.example.com"')],
  ['secretName', subdomain('the name of a Secret')],
];

export function kubernetesForm(path: Path): Form | undefined {
  return FORMS.find(([ending]) => endsWith(path, ending.split('.')))?.[1];
}

function endsWith(path: Path, ending: readonly string[]): boolean {
  const own = path.slice(-ending.length);
  return own.length === ending.length && ending.every((step, index) => step === '*' || step === String(own[index]));
}
