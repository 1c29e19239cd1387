/** What a lab on Docker has besides, and what compile has to know of the host for it. */
import type { DockerHost } from '../../state/docker.ts';

declare module '../../language/lab/lab.ts' {
  interface Lab {
    /** Of the nodes, where they are containers themselves. */
    readonly nodeImage?: string;
  }
}

declare module '../../compile/context.ts' {
  interface CompileOptions {
    /** What nodes that are containers depend on besides the lab. */
    readonly docker?: DockerHost;
  }
}
