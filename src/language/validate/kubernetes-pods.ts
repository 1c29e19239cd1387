/**
 * Fields of Kubernetes' pods and containers (k8s.io/api/core/v1, types.go) that a lab has not, or calls otherwise:
 * the place and the key come in, why that is and what to write in its place goes out.
 */
import type { Path } from '../diagnostic/diagnostic.ts';

type Reasons = Readonly<Record<string, string>>;

const NO_API = 'a lab has no API server that it could be about; delete it';
const NO_VOLUMES =
  'a lab has no volumes: containers of a pod share /dev/shm, and files can be written by an init container';
const NO_SCHEDULER =
  'a lab has no scheduler: say where the pod runs with "node: node1", or by labels of nodes with "nodeSelector"';
const NO_USERS = 'everybody is root in a lab; delete it';

export const POD: Reasons = {
  ...{ volumes: NO_VOLUMES, serviceAccountName: NO_API, serviceAccount: NO_API, automountServiceAccountToken: NO_API },
  ...{ imagePullSecrets: `images come from this host's Docker, which has its own "docker login"; delete it` },
  ...{ affinity: NO_SCHEDULER, tolerations: NO_SCHEDULER, schedulerName: NO_SCHEDULER },
  topologySpreadConstraints: 'replicas without a "node" are spread over the nodes as it is; delete it',
  ...{
    priority: NO_SCHEDULER,
    priorityClassName: NO_SCHEDULER,
    preemptionPolicy: NO_SCHEDULER,
    overhead: NO_SCHEDULER,
  },
  schedulingGates: NO_SCHEDULER,
  nodeName: 'write "node": "node: node1"',
  securityContext: `settings of the pod's network are "sysctls: { net.ipv4.ip_forward: 1 }"; ${NO_USERS}`,
  hostPID: 'each container of a lab is PID 1 of its own, by which all that it has started ends with it; delete it',
  hostIPC: 'the containers of a pod share one IPC, that of the pod; delete it',
  hostUsers: NO_USERS,
  shareProcessNamespace:
    'each container of a lab is PID 1 of its own, by which all that it has started ends with it; delete it',
  readinessGates: 'nobody in a lab sets conditions of pods: give a container a "readiness" probe that asks for it',
  activeDeadlineSeconds: 'a lab ends no pod by the clock: "command: [timeout, 60, …]" ends a container',
  ephemeralContainers: '"netlab exec POD -- COMMAND" runs tools of this host in a pod that is up',
  runtimeClassName: 'containers are processes of this host, or of its Docker; delete it',
  enableServiceLinks: 'containers get no variables of Services: names are found by DNS; delete it',
  hostnameOverride: 'write "hostname"',
  resources: 'a lab limits networks alone: "rate", "delay" and "loss" of an interface; delete it',
  os: 'every node of a lab is Linux; delete it',
};

export const CONTAINER: Reasons = {
  ...{
    volumeMounts: NO_VOLUMES,
    volumeDevices: NO_VOLUMES,
    resources: POD['resources'] ?? '',
    securityContext: NO_USERS,
  },
  lifecycle:
    'a lab has no hooks: what preStop does belongs into a trap, "command: [sh, -c, \'trap "…" TERM; …\']", and what postStart does before the program in the same script',
  envFrom: 'a lab has no ConfigMaps and Secrets: write the variables as "env: { NAME: VALUE }"',
  ...{
    stdin: 'nobody is attached to a container; delete it',
    stdinOnce: 'nobody is attached to a container; delete it',
  },
  tty: 'nobody is attached to a container; "netlab exec" has a terminal of its own; delete it',
  ...{ terminationMessagePath: 'what a container has said last is in "netlab logs"; delete it' },
  ...{ terminationMessagePolicy: 'what a container has said last is in "netlab logs"; delete it' },
  resizePolicy: POD['resources'] ?? '',
  restartPolicyRules: 'a container is started again as its "restart" says, whatever its exit code; delete it',
};

/** Undefined for a field that is not Kubernetes'. */
export function explainKubernetesField(path: Path, key: string): string | undefined {
  const reasons = reasonsAt(path);
  return reasons && Object.hasOwn(reasons, key) ? reasons[key] : undefined;
}

function reasonsAt(path: Path): Reasons | undefined {
  if (path[0] !== 'pods') return undefined;
  if (path.length === 2) return POD;
  return path.length === 4 && /^(initContainers|containers)$/.test(String(path[2])) ? CONTAINER : undefined;
}
