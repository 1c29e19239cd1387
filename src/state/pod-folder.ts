/** Where a lab keeps what belongs to a pod's processes: names come in, paths inside the lab go out. */

export const PODS_FOLDER = '/run/netlab/pods';

export const podFolder = (ns: string) => `${PODS_FOLDER}/${ns}`;

/** The pod's own file that its containers see at `path`. */
export const podFilePath = (ns: string, path: string) => `${podFolder(ns)}${path}`;

/** A link to the namespaces of the pod's pause process: `ns/net`, `ns/uts`, `ns/ipc`, `ns/mnt`. */
export const podNamespaces = (ns: string) => `${podFolder(ns)}/ns`;

export const containerFolder = (ns: string, name: string) => `${podFolder(ns)}/containers/${name}`;

/** The same link for a container, which has a PID namespace of its own besides. */
export const containerNamespaces = (ns: string, name: string) => `${containerFolder(ns, name)}/ns`;

/** The beginning of a command that runs in all the namespaces behind such a link. */
export function enterArgv(namespaces: string, kinds: readonly ('net' | 'uts' | 'ipc' | 'mnt' | 'pid')[]): string[] {
  const flags = kinds.map(kind => `--${kind === 'mnt' ? 'mount' : kind}=${namespaces}/${kind}`);
  return ['nsenter', ...flags, '--'];
}

/** Ends the process whose namespaces such a link leads to, `/proc/PID/ns`. */
export function killBehind(namespaces: string): string[] {
  return ['sh', '-c', `kill -9 $(readlink ${namespaces} | tr -dc 0-9)`];
}
