/**
 * Every feature, in the order in which the stages ask them. A feature may build on those before it, and on no other.
 *
 * - Entries of tables, and the containers that nodes and pods are on Docker, build on nothing and come first.
 * - Containers come early: their files are written before those of netlab's own programs, and host ports are a part of
 *   their ports. Every pod is whole, host ports included, before the first feature sees the lab: so Services, which come
 *   behind containers, find the ports of all pods.
 * - Namespaces are known by the names of what is in them alone, and policies ask for their labels.
 * - Load balancers come after Services, whose addresses outside they fill in.
 * - Entries are added to the lab file from the last feature to the first, since they are for those that a feature builds on:
 *   Ingresses bring a Service, and a lab with Services has a DNS.
 * - Host ports come after Services: kube-proxy puts its jumps before theirs.
 * - Where two features know what stands behind an address and port, the one that comes first decides.
 * - Checks come last, since they may be about anything.
 */
import { checks } from './checks/feature.ts';
import { containers } from './containers/feature.ts';
import { dns } from './dns/feature.ts';
import { docker } from './docker/feature.ts';
import type { Feature } from './feature.ts';
import { hostPorts } from './host-ports/feature.ts';
import { ingress } from './ingress/feature.ts';
import { loadBalancer } from './load-balancer/feature.ts';
import { namespaces } from './namespaces/feature.ts';
import { networkPolicies } from './network-policies/feature.ts';
import { services } from './services/feature.ts';
import { tables } from './tables/feature.ts';

export const FEATURES: readonly Feature[] = [
  tables,
  docker,
  containers,
  namespaces,
  services,
  loadBalancer,
  dns,
  ingress,
  hostPorts,
  networkPolicies,
  checks,
];
