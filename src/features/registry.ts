/**
 * Every feature, in the order in which the stages ask them. A feature may build on those before it, and on no other.
 *
 * - Ingresses are served through a Service, and what serves them is looked up by name: their entries come before the DNS'.
 * - Checks come last, since they may be about anything.
 */
import { checks } from './checks/feature.ts';
import { dns } from './dns/feature.ts';
import type { Feature } from './feature.ts';
import { ingress } from './ingress/feature.ts';
import { services } from './services/feature.ts';

export const FEATURES: readonly Feature[] = [services, ingress, dns, checks];
