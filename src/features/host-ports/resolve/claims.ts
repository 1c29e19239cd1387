/** Which host ports a pod asks for, and when two of them are one and the same. */
import { familyOf, formatIp, parseIp } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { ContainerEntry, InitContainerEntry } from '../../../language/lab/generated/lab-file.ts';
import type { UnplacedPod } from '../../../resolve/model.ts';

export interface HostPortClaim {
  readonly owner: string;
  readonly protocol: string;
  readonly port: number;
  /** Empty for every address. */
  readonly ip: string;
  readonly path: Path;
}

type AnyContainerEntry = ContainerEntry | InitContainerEntry;

/** In the network of its node each port of a pod is one of the node's (`SetDefaults_PodSpec` of Kubernetes' API). */
export function claimsOf(pod: UnplacedPod): HostPortClaim[] {
  // Asked for each pod on each node: most labs' pods run nothing.
  if (!pod.entry.containers && !pod.entry.initContainers) return [];
  return listLasting(pod).flatMap(({ ports, path }) =>
    ports.flatMap(({ containerPort, hostPort, hostIP = '', protocol = 'TCP' }, index) => {
      const port = hostPort ?? (pod.entry.hostNetwork === true ? containerPort : undefined);
      if (port === undefined) return [];
      const key = hostPort === undefined ? 'containerPort' : 'hostPort';
      const at = [...path, 'ports', index, key];
      return [{ owner: pod.key, protocol, port, ip: canonical(hostIP), path: at }];
    }),
  );
}

/** The containers that stay: sidecars, which are init containers that do, and all others. */
function listLasting({ path, entry }: UnplacedPod) {
  const { initContainers = {}, containers = {} } = entry;
  const isSidecar = ({ restart, restartPolicy }: AnyContainerEntry) =>
    restart === 'always' || restartPolicy === 'Always';
  const sidecars = Object.entries(initContainers).filter(([, one]) => isSidecar(one));
  return [
    ...named(sidecars, [...path, 'initContainers']),
    ...named(Object.entries(containers), [...path, 'containers']),
  ];
}

function named(entries: readonly (readonly [name: string, entry: AnyContainerEntry])[], path: Path) {
  return entries.map(([name, { ports = [] }]) => ({ ports, path: [...path, name] }));
}

function canonical(text: string): string {
  const ip = parseIp(text);
  return ip ? formatIp(ip) : '';
}

/** `0.0.0.0` and `::` are every address of their family. */
export function collide(a: HostPortClaim, b: HostPortClaim): boolean {
  if (a.ip === b.ip || a.ip === '' || b.ip === '') return true;
  if (familyOf(a.ip) !== familyOf(b.ip)) return false;
  return [a.ip, b.ip].some(ip => ip === '0.0.0.0' || ip === '::');
}

export const describe = ({ protocol, port }: HostPortClaim) => `host port ${port}/${protocol}`;
