/** An address and port behind which others answer: what the rules of the nodes make of it. */
import type { Service, ServicePort } from '../features/services/model.ts';
import type { ServiceBackend } from '../sandbox/sandbox.ts';

export interface Frontend {
  readonly service: Service;
  readonly port: ServicePort;
  /** `node` is a node port. */
  readonly kind: 'cluster' | 'external' | 'node';
  readonly backends: readonly FrontendBackend[];
  /** Whether everybody who may answer is a pod of the lab, and so can be watched. */
  readonly isWhole: boolean;
}

export interface FrontendBackend extends ServiceBackend {
  /** The pod or node that it is. */
  readonly key: string;
  /** Whether this sender may be sent to it, as far as the Service's policies tell; undefined where they do not. */
  readonly meant: boolean | undefined;
}

/** Keys of the pods that are not ready just now. */
export type UnreadyPods = ReadonlySet<string>;
