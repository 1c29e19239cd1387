/** What a backend tells of this host: what a lab is compiled for, what works here, and which images can be had. */
import type { ImagePullPolicy } from '../language/lab/lab.ts';
import type { DockerHost } from '../state/docker.ts';

/** What the wanted state depends on. */
export interface HostFacts {
  readonly ipv6: boolean;
  /** Where nodes may be containers. */
  readonly docker?: DockerHost;
}

/** One thing that was tried. */
export interface HostCheck {
  readonly id: string;
  readonly feature: string;
  /** Which labs need it. */
  readonly use: string;
  readonly works: boolean;
  /** Empty where it works. */
  readonly reason: string;
  readonly fix: string;
}

export interface WantedImage {
  readonly image: string;
  readonly pull: ImagePullPolicy;
}

export interface MissingImage {
  readonly image: string;
  /** The rest of a sentence. */
  readonly reason: string;
}
