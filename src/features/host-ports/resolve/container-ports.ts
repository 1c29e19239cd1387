/** The ports of a pod's containers with what each says of its node, and what contradicts itself in one pod. */
import { formatIp } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { ContainerPortEntry, PodEntry } from '../../../language/lab/generated/lab-file.ts';
import {
  type Container,
  type ContainerPort,
  isSidecar,
  lastingContainers,
  type PodContainers,
} from '../../../language/lab/lab.ts';
import type { PodDraft, PodSoFar } from '../../../resolve/model.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { readIp } from '../../../resolve/read-address.ts';
import { collide, describe, type HostPortClaim } from './claims.ts';

type Entries = NonNullable<PodEntry>[keyof PodContainers];

export function addHostPorts(pod: PodDraft, soFar: PodSoFar, problems: Problems): PodContainers {
  const { initContainers = [], containers = [] } = soFar;
  if (initContainers.length + containers.length === 0) return { initContainers, containers };
  const add = (written: readonly Container[], entries: Entries = {}) =>
    written.map(container => addToContainer(container, entries[container.name]?.ports ?? [], problems));
  const own = {
    initContainers: add(initContainers, pod.entry.initContainers),
    containers: add(containers, pod.entry.containers),
  };
  const whole = soFar.hostNetwork ? { ...own, containers: own.containers.map(useHostPorts) } : own;
  checkHostPorts(whole, problems);
  if (soFar.hostNetwork) checkSamePorts(whole, problems);
  return whole;
}

/** In the network of its node each port is one of the node's (`SetDefaults_PodSpec` of Kubernetes' API). */
function useHostPorts(container: Container): Container {
  return { ...container, ports: container.ports.map(port => ({ hostPort: port.containerPort, ...port })) };
}

function addToContainer(container: Container, entries: readonly ContainerPortEntry[], problems: Problems): Container {
  const ports = container.ports.map((port, index) => {
    const entry = entries[index];
    return entry ? { ...port, ...readHostPort(entry, [...container.source, 'ports', index], problems) } : port;
  });
  return { ...container, ports };
}

/** The place of a mistake is below `path`. */
function readHostPort(
  { hostPort, hostIP }: ContainerPortEntry,
  path: Path,
  problems: Problems,
): Pick<ContainerPort, 'hostPort' | 'hostIP'> {
  if (hostPort === undefined && hostIP !== undefined) {
    const hint = 'add "hostPort", or remove "hostIP"';
    problems.error([...path, 'hostIP'], 'conflict', '"hostIP" is the address of a host port, and there is none', hint);
  }
  const hint = 'write an address of the node without a prefix length: 172.18.0.2';
  const ip = hostIP === undefined ? undefined : readIp(hostIP, [...path, 'hostIP'], problems, hint);
  return { ...(hostPort === undefined ? {} : { hostPort }), ...(ip ? { hostIP: formatIp(ip) } : {}) };
}

/** Nothing leads from one port to another in one network. */
function checkSamePorts({ initContainers, containers }: PodContainers, problems: Problems): void {
  for (const { ports, source } of [...initContainers, ...containers]) {
    for (const [index, { containerPort, hostPort }] of ports.entries()) {
      if (hostPort === undefined || hostPort === containerPort) continue;
      const message = `with "hostNetwork: true" the host port is the container port, ${containerPort}, and not ${hostPort}`;
      const hint = `remove "hostPort", or write ${containerPort}`;
      problems.error([...source, 'ports', index, 'hostPort'], 'conflict', message, hint);
    }
  }
}

/** A single pod's host ports that collide with each other, or lead nowhere. */
function checkHostPorts(pod: PodContainers, problems: Problems): void {
  for (const { ports, source } of pod.initContainers.filter(one => !isSidecar(one))) {
    for (const [index, { hostPort }] of ports.entries()) {
      if (hostPort === undefined) continue;
      const hint = 'kubelet forwards host ports only to containers that stay; move it to one of those';
      const path = [...source, 'ports', index, 'hostPort'];
      problems.errorAtKey(path, 'not-allowed', '"hostPort" of an init container leads nowhere', hint);
    }
  }
  const seen: HostPortClaim[] = [];
  for (const { name, ports, source } of lastingContainers(pod)) {
    for (const [index, { hostPort, hostIP = '', protocol }] of ports.entries()) {
      if (hostPort === undefined) continue;
      const claim = {
        owner: name,
        protocol,
        port: hostPort,
        ip: hostIP,
        path: [...source, 'ports', index, 'hostPort'],
      };
      const other = seen.find(one => one.protocol === protocol && one.port === hostPort && collide(one, claim));
      if (other) {
        const message = `${describe(claim)} is there twice in this pod: in container "${other.owner}" already`;
        problems.error(claim.path, 'address-taken', message, 'give each its own');
      } else seen.push(claim);
    }
  }
}
