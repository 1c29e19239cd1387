/** Which host ports a pod asks for, and when two of them are one and the same. */
import { familyOf, formatIp, parseIp } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { UnplacedPod } from '../../../resolve/model.ts';

export interface HostPortClaim {
  readonly owner: string;
  readonly protocol: string;
  readonly port: number;
  /** Empty for every address. */
  readonly ip: string;
  readonly path: Path;
}

export function claimsOf({ key, path, entry }: UnplacedPod): HostPortClaim[] {
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
export function collide(a: HostPortClaim, b: HostPortClaim): boolean {
  if (a.ip === b.ip || a.ip === '' || b.ip === '') return true;
  if (familyOf(a.ip) !== familyOf(b.ip)) return false;
  return [a.ip, b.ip].some(ip => ip === '0.0.0.0' || ip === '::');
}

export const describe = ({ protocol, port }: HostPortClaim) => `host port ${port}/${protocol}`;
