/** Every kind of kernel object by its name, in an order in which what is needed comes before what needs it. */
import { addressKind } from './address.ts';
import { containerKind } from './container.ts';
import { deviceKind } from './device.ts';
import { nodeContainerKind, nodeImageKind, podContainerKind } from './docker.ts';
import { forwardingEntryKind } from './forwarding-entry.ts';
import { ipSetKind } from './ip-set.ts';
import type { KindSpec } from './kind.ts';
import { bridgeKind, foreignLinkKind, vethKind } from './link.ts';
import { namespaceKind } from './namespace.ts';
import { neighbourKind } from './neighbour.ts';
import { chainKind, rulesKind } from './netfilter.ts';
import { pauseKind } from './pause.ts';
import { podFileKind } from './pod-file.ts';
import { policyRuleKind } from './policy-rule.ts';
import { foreignQdiscKind, qdiscKind } from './qdisc.ts';
import { routeKind } from './route.ts';
import { sysctlKind } from './sysctl.ts';

const SPECS = {
  'node-container': nodeContainerKind,
  'pod-container': podContainerKind,
  image: nodeImageKind,
  namespace: namespaceKind,
  bridge: bridgeKind,
  veth: vethKind,
  'foreign-link': foreignLinkKind,
  device: deviceKind,
  address: addressKind,
  route: routeKind,
  'policy-rule': policyRuleKind,
  neighbour: neighbourKind,
  'forwarding-entry': forwardingEntryKind,
  sysctl: sysctlKind,
  'ip-set': ipSetKind,
  chain: chainKind,
  rules: rulesKind,
  qdisc: qdiscKind,
  'foreign-qdisc': foreignQdiscKind,
  file: podFileKind,
  pause: pauseKind,
  container: containerKind,
} satisfies Readonly<Record<string, KindSpec<never>>>;

type ObjectOf<S> = S extends KindSpec<infer T> ? T : never;

/**
 * The kernel objects that a lab is made of, as plain data.
 *
 * Wanted and observed state have the same shape: sets of these. An optional field that is absent in a wanted object
 * means that the lab does not care; in an observed one that the kernel has no such value.
 */
export type KernelObject = ObjectOf<(typeof SPECS)[keyof typeof SPECS]>;

export type Kind = KernelObject['kind'];

/** Each kind is listed by its objects' own name for it. */
const BY_KIND: { readonly [K in Kind]: KindSpec<Extract<KernelObject, { kind: K }>> } = SPECS;

/** In the order of needs. */
export const KINDS = Object.values(BY_KIND) as unknown as readonly KindSpec<KernelObject>[];

const DEPTHS = new Map(Object.keys(SPECS).map((kind, depth) => [kind, depth]));

/** An object's kind always fits its own spec, which the type system cannot follow through a lookup. */
export function specOf(object: KernelObject): KindSpec<KernelObject> {
  return BY_KIND[object.kind] as unknown as KindSpec<KernelObject>;
}

export function keyOf(object: KernelObject): string {
  return specOf(object).key(object);
}

/** Position of a kind in the order of needs. */
export function depthOf(object: KernelObject): number {
  return DEPTHS.get(object.kind) ?? 0;
}
