/**
 * Host ports: which a pod asks for, and on which nodes they are free. Two pods cannot have one port of one node, so a pod
 * without a node goes where its ports are free, as Kubernetes' scheduler has it.
 */
import { familyOf, formatIp, parseIp } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { ContainerPortEntry, PodEntry } from '../../../language/lab/generated/lab-file.ts';
import type { ContainerPort, Pod } from '../../../language/lab/lab.ts';
import type { Addresses } from '../../../resolve/addresses.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { readIp } from '../../../resolve/read-address.ts';
import type { Port } from '../../../resolve/segments.ts';

interface Asking {
  readonly key: string;
  readonly path: Path;
  readonly entry: NonNullable<PodEntry>;
}

interface Claim {
  readonly owner: string;
  readonly protocol: string;
  readonly port: number;
  /** Empty for every address. */
  readonly ip: string;
  readonly path: Path;
}

export interface HostPorts {
  /** Whether all host ports of the pod are free on the node. */
  fits(pod: Asking, node: string): boolean;
  /** Reports those that are not, or that the pod asks for twice. */
  check(pod: Asking, node: string, problems: Problems): void;
  take(pod: Asking, node: string): void;
  /** No node has what the pod asks for. */
  reportFull(pod: Asking, nodes: readonly string[], problems: Problems): void;
}

export function createHostPorts(): HostPorts {
  const taken = new Map<string, Claim[]>();
  const on = (node: string, { protocol, port }: Claim) => `${node} ${protocol} ${port}`;
  const holder = (claim: Claim, node: string) =>
    taken.get(on(node, claim))?.find(other => other.owner !== claim.owner && collide(other, claim));
  return {
    fits: (pod, node) => claimsOf(pod).every(claim => holder(claim, node) === undefined),
    check: (pod, node, problems) => {
      for (const claim of claimsOf(pod)) {
        const other = holder(claim, node);
        if (other) reportTaken(claim, other, node, problems);
      }
    },
    take: (pod, node) => {
      for (const claim of claimsOf(pod)) {
        const list = taken.get(on(node, claim));
        if (list) list.push(claim);
        else taken.set(on(node, claim), [claim]);
      }
    },
    reportFull: (pod, nodes, problems) => {
      const [claim] = claimsOf(pod).filter(one => nodes.some(node => holder(one, node)));
      if (!claim) return;
      const message = `no node is left for pod "${pod.key}": ${describe(claim)} is taken on each of them`;
      const hint = 'add a node, use fewer replicas, or choose another host port';
      problems.error(claim.path, 'address-taken', message, hint);
    },
  };
}

function claimsOf({ key, path, entry }: Asking): Claim[] {
  return Object.entries(entry.containers ?? {}).flatMap(([name, { ports = [] }]) =>
    ports.flatMap(({ hostPort, hostIP = '', protocol = 'TCP' }, index) =>
      hostPort === undefined
        ? []
        : [
            {
              ...{ owner: key, protocol, port: hostPort, ip: canonical(hostIP) },
              path: [...path, 'containers', name, 'ports', index, 'hostPort'],
            },
          ],
    ),
  );
}

function canonical(text: string): string {
  const ip = parseIp(text);
  return ip ? formatIp(ip) : '';
}

/** `0.0.0.0` and `::` are every address of their family. */
function collide(a: Claim, b: Claim): boolean {
  if (a.ip === b.ip || a.ip === '' || b.ip === '') return true;
  if (familyOf(a.ip) !== familyOf(b.ip)) return false;
  return [a.ip, b.ip].some(ip => ip === '0.0.0.0' || ip === '::');
}

const describe = ({ protocol, port }: Claim) => `host port ${port}/${protocol}`;

function reportTaken(claim: Claim, other: Claim, node: string, problems: Problems): void {
  const message = `${describe(claim)} of node "${node}" is that of pod "${other.owner}" already`;
  const isReplica = claim.path.join() === other.path.join();
  const hint = isReplica
    ? 'remove "node", so that the replicas are spread over the nodes, or use a Service'
    : 'choose another port, or another node for the pod';
  problems.error(claim.path, 'address-taken', message, hint);
}

/** What a port of a container says of its node; the place of a mistake is below `path`. */
export function readHostPort(
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

/** What one pod asks for by itself does not fit, or leads nowhere. */
export function checkHostPorts(
  { initContainers, containers }: Pick<Pod, 'initContainers' | 'containers'>,
  problems: Problems,
): void {
  for (const { ports, source } of initContainers) {
    for (const [index, { hostPort }] of ports.entries()) {
      if (hostPort === undefined) continue;
      const hint = 'kubelet forwards host ports only to containers that stay; move it to one of those';
      const path = [...source, 'ports', index, 'hostPort'];
      problems.errorAtKey(path, 'not-allowed', '"hostPort" of an init container leads nowhere', hint);
    }
  }
  const seen: Claim[] = [];
  for (const { name, ports, source } of containers) {
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

/**
 * By node: the bridges whose pods have host ports: a port is reached at 127.0.0.1 as well, which the kernel does not
 * route otherwise. The plugin asks for it where the pod is behind.
 */
export function localnetSysctls(ports: readonly Port[], addresses: Addresses): Map<string, Record<string, string>> {
  const settings = new Map<string, Record<string, string>>();
  for (const port of ports) {
    const { machine, segment } = port;
    if (machine.kind !== 'pod' || segment.kind !== 'bridge' || segment.node !== machine.node) continue;
    if (!addresses.ofPort(port).some(({ ip }) => ip.family === 4)) continue;
    if (!claimsOf(machine).some(({ ip }) => !ip.includes(':'))) continue;
    const name = `net.ipv4.conf.${segment.name.replaceAll('.', '/')}.route_localnet`;
    settings.set(machine.node, { ...settings.get(machine.node), [name]: '1' });
  }
  return settings;
}
