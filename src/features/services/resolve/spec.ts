/** One Service of the lab file, read: its type, its ports, and what of its `spec` does not go together. */
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { ServiceEntry } from '../../../language/lab/generated/lab-file.ts';
import { namespacedKey, splitNamespaced } from '../../../resolve/names.ts';
import type { Problems } from '../../../resolve/problems.ts';
import type { PortDraft, ServiceDraft } from './draft.ts';
import { checkMetadata } from './metadata.ts';

const HEADLESS = 'None';

export function readService(written: string, entry: ServiceEntry, problems: Problems): ServiceDraft {
  const { namespace, name } = splitNamespaced(written);
  const path: Path = ['services', written];
  const draft: ServiceDraft = {
    key: namespacedKey(namespace, name),
    ...{ namespace, name, entry, path },
    type: entry.type ?? 'ClusterIP',
    headless: (entry.clusterIP ?? entry.clusterIPs?.[0]) === HEADLESS,
    ports: (entry.ports ?? []).map((port, index) => ({
      name: port.name ?? '',
      port: port.port,
      targetPort: port.targetPort ?? port.port,
      protocol: port.protocol ?? 'TCP',
      entry: port,
      path: [...path, 'ports', index],
    })),
  };
  checkType(draft, problems);
  checkPorts(draft, problems);
  for (const rule of RULES) rule(draft, problems);
  return draft;
}

function checkType({ type, headless, entry, path, name }: ServiceDraft, problems: Problems): void {
  if (type === 'ExternalName' && entry.externalName === undefined) {
    const hint = 'say which name it stands for: "externalName: db.example.com"';
    problems.error(
      [...path, 'type'],
      'missing-key',
      `Service "${name}" of type ExternalName has no "externalName"`,
      hint,
    );
  }
  if (type === 'ExternalName' && (entry.clusterIP ?? entry.clusterIPs) !== undefined) {
    const key = entry.clusterIP === undefined ? 'clusterIPs' : 'clusterIP';
    const message = 'a Service of type ExternalName is only a name, and has no cluster IP';
    problems.errorAtKey([...path, key], 'conflict', message, `remove "${key}"`);
  } else if (headless && type !== 'ClusterIP' && type !== 'ExternalName') {
    const hint = 'remove "type", or let it have a cluster IP';
    problems.error([...path, 'type'], 'conflict', `a headless Service cannot be of type ${type}`, hint);
  }
  if (entry.selector && Object.keys(entry.selector).length > 0 && entry.endpointSlices) {
    const message = `Service "${name}" has a selector, which finds its endpoints`;
    problems.errorAtKey([...path, 'endpointSlices'], 'conflict', message, 'remove "selector" or "endpointSlices"');
  }
}

function checkPorts({ type, headless, ports, path, name }: ServiceDraft, problems: Problems): void {
  if (ports.length === 0 && !headless && type !== 'ExternalName') {
    const hint = 'add them: "ports: [{ port: 80 }]"; only a headless Service does without';
    problems.errorAtKey(path, 'missing-key', `Service "${name}" has no ports`, hint);
  }
  const names = new Set<string>();
  const numbers = new Set<string>();
  for (const port of ports) {
    if (ports.length > 1 && port.name === '') {
      const hint = 'where there are several ports, each needs a name';
      problems.error(port.path, 'missing-key', `port ${port.port} of Service "${name}" has no "name"`, hint);
    } else if (names.has(port.name)) reportTaken(port, 'name', `the name "${port.name}"`, problems);
    const number = `${port.protocol} port ${port.port}`;
    if (numbers.has(number)) reportTaken(port, 'port', number, problems);
    names.add(port.name);
    numbers.add(number);
  }
}

function reportTaken({ path }: PortDraft, key: string, what: string, problems: Problems): void {
  problems.error([...path, key], 'name-taken', `another port of this Service has ${what} already`, 'choose another');
}

type SpecRule = (draft: ServiceDraft, problems: Problems) => void;

/** A key that means nothing for a Service like this one. Kubernetes refuses some of them, and passes others over. */
function only(
  key: keyof ServiceEntry,
  fits: (draft: ServiceDraft) => boolean,
  where: string,
  isPassedOver = false,
): SpecRule {
  return (draft, problems) => {
    if (draft.entry[key] === undefined || fits(draft)) return;
    const at = [...draft.path, key];
    const hint = `remove "${key}"`;
    if (isPassedOver) problems.warn(at, 'conflict', `"${key}" means nothing here: it is for ${where}`, hint);
    else problems.errorAtKey(at, 'conflict', `"${key}" is only for ${where}`, hint);
  };
}

const PASSED_OVER = true;

const isLoadBalancer = ({ type }: ServiceDraft) => type === 'LoadBalancer';
const isOutside = ({ type, entry }: ServiceDraft) =>
  type === 'LoadBalancer' || type === 'NodePort' || (entry.externalIPs ?? []).length > 0;

const hasSelector = ({ entry }: ServiceDraft) => Object.keys(entry.selector ?? {}).length > 0;
const isName = ({ type }: ServiceDraft) => type === 'ExternalName';
const isNoName = (draft: ServiceDraft) => !isName(draft);
const hasRules = ({ type, headless }: ServiceDraft) => type !== 'ExternalName' && !headless;
const HAS_RULES = 'a Service with a cluster IP: kube-proxy has no rules for others';
const ADDRESSED = 'a Service with addresses, and one of type ExternalName is only a name';

const RULES: readonly SpecRule[] = [
  only('externalName', isName, 'a Service of type ExternalName', PASSED_OVER),
  only('selector', isNoName, ADDRESSED, PASSED_OVER),
  only('endpointSlices', isNoName, ADDRESSED, PASSED_OVER),
  only('ipFamilies', isNoName, ADDRESSED),
  only('ipFamilyPolicy', isNoName, ADDRESSED),
  only('loadBalancerIP', isLoadBalancer, 'a Service of type LoadBalancer', PASSED_OVER),
  only('loadBalancerClass', isLoadBalancer, 'a Service of type LoadBalancer'),
  only('loadBalancerSourceRanges', isLoadBalancer, 'a Service of type LoadBalancer'),
  only('allocateLoadBalancerNodePorts', isLoadBalancer, 'a Service of type LoadBalancer'),
  only(
    'externalTrafficPolicy',
    isOutside,
    'a Service that is reached from outside: a NodePort, a LoadBalancer, or one with "externalIPs"',
  ),
  only(
    'healthCheckNodePort',
    draft => isLoadBalancer(draft) && draft.entry.externalTrafficPolicy === 'Local',
    'a Service of type LoadBalancer with "externalTrafficPolicy: Local"',
  ),
  only(
    'sessionAffinityConfig',
    ({ entry }) => entry.sessionAffinity === 'ClientIP',
    'a Service with "sessionAffinity: ClientIP"',
    PASSED_OVER,
  ),
  only('externalIPs', hasRules, HAS_RULES, PASSED_OVER),
  only('sessionAffinity', draft => hasRules(draft) || draft.entry.sessionAffinity === 'None', HAS_RULES, PASSED_OVER),
  only('trafficDistribution', hasSelector, 'a Service whose selector finds its endpoints', PASSED_OVER),
  refuseNodePorts,
  refuseIngress,
  checkMetadata,
];

function refuseNodePorts({ type, ports }: ServiceDraft, problems: Problems): void {
  if (type === 'NodePort' || type === 'LoadBalancer') return;
  const port = ports.find(({ entry }) => entry.nodePort !== undefined);
  if (!port) return;
  if (type === 'ExternalName') {
    const message = `"nodePort" means nothing here: it is for ${ADDRESSED}`;
    problems.warn([...port.path, 'nodePort'], 'conflict', message, 'remove "nodePort"');
    return;
  }
  const hint = 'add "type: NodePort" to the Service, or remove "nodePort"';
  problems.errorAtKey([...port.path, 'nodePort'], 'conflict', `a Service of type ${type} has no node ports`, hint);
}

/** What `kubectl get -o yaml` prints of any Service, `status: { loadBalancer: {} }`, says nothing. */
function refuseIngress(draft: ServiceDraft, problems: Problems): void {
  if (isLoadBalancer(draft) || (draft.entry.status?.loadBalancer?.ingress ?? []).length === 0) return;
  const message = `a Service of type ${draft.type} has no load balancer`;
  const hint = 'add "type: LoadBalancer" to the Service, or remove "status"';
  problems.errorAtKey([...draft.path, 'status'], 'conflict', message, hint);
}
