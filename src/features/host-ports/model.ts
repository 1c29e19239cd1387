/** What host ports add to a lab: a part of a container's port. */

declare module '../../language/lab/lab.ts' {
  interface ContainerPort {
    /** A port of the node that leads here. */
    readonly hostPort?: number;
    /** The only address at which the host port is there, in canonical form. */
    readonly hostIP?: string;
  }
}

export {};
