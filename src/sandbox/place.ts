/** Where in a lab a person's command runs, or a check's: what runs it there is the backend's business. */
import type { PodView } from '../state/pod-view.ts';

export type Place = NetworkPlace | PodPlace | ContainerPlace;

/** The network of a node, of a switch, or of a pod that has no process. */
export interface NetworkPlace {
  readonly kind: 'network';
  readonly ns: string;
  /** What a command finds in /etc; the host's own files where it is absent, as where nothing is known of the lab. */
  readonly view?: PodView;
}

/** A pod with containers: its network, hostname, IPC and files, among the host's own programs. */
export interface PodPlace {
  readonly kind: 'pod';
  readonly ns: string;
}

/** All that a container is in, with the environment that it has, and no other. */
export interface ContainerPlace {
  readonly kind: 'container';
  readonly ns: string;
  /** Namespace of the node that its pod is on. */
  readonly node: string;
  readonly container: string;
  /** Whether it runs from an image, which has programs and an environment of its own. */
  readonly fromImage: boolean;
  readonly env: Readonly<Record<string, string>>;
  /** Empty for the image's own. */
  readonly workingDir: string;
}

/** What a command may take. */
export interface Bounds {
  /** It is asked to end then, and a second later has to. */
  readonly timeoutMs: number;
  /** Of one file, standard output included. */
  readonly fileBytes?: number;
}

/** The beginning of a command that keeps another one in bounds. */
export function boundsArgv({ timeoutMs, fileBytes }: Bounds): string[] {
  const limit = fileBytes === undefined ? [] : ['prlimit', `--fsize=${fileBytes}`, '--'];
  return ['timeout', '--kill-after=1', String(Math.max(0.001, timeoutMs / 1000)), ...limit];
}
