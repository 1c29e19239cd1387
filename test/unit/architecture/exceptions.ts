/**
 * What is still wrong, each by its name. These lists only ever get shorter: what does not occur any more has to be taken
 * out, and nothing is added. When both are empty, this file goes.
 */

/** Imports from one folder of ARCHITECTURE.md's table to another that the table does not allow. */
export const ARROWS: readonly string[] = [
  'backends/docker → features/docker',
  'check → features/dns',
  'cli → backends/docker',
  'cli → features/containers',
  'cli → features/dns',
  'cli → resolve',
  'cli → features/load-balancer',
  'compile → features/host-ports',
  'features/dns → features/checks',
  'features/docker → features/dns',
  'features/services → features/load-balancer',
  'kubelet → features/load-balancer',
  'kubelet → features/services',
  'kubelet → features/dns',
  'kubelet → features/host-ports',
  'kubelet → features/ingress',
  'lifecycle → backends/docker',
  'path → features/services',
  'resolve → features/load-balancer',
  'resolve → features/services',
  'resolve → features/containers',
  'resolve → features/host-ports',
  'resolve → features/dns',
];

/** Files that import each other in a circle. */
export const CIRCLES: readonly (readonly string[])[] = [
  [
    'features/host-ports/resolve/host-ports.ts',
    'features/services/resolve/ranges.ts',
    'resolve/addresses.ts',
    'resolve/blocks.ts',
    'resolve/bridges.ts',
    'resolve/cluster.ts',
    'resolve/links.ts',
    'resolve/machines.ts',
    'resolve/overlaps.ts',
    'resolve/ports.ts',
    'resolve/read-address.ts',
    'resolve/segments.ts',
    'resolve/settings.ts',
    'resolve/wiring.ts',
  ],
  ['features/services/compile/ports.ts', 'features/services/compile/readiness.ts'],
  ['features/services/resolve/endpoints.ts', 'features/services/resolve/services.ts'],
];
