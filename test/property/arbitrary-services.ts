/** Services of a generated lab, and checks of them: every type, policy and kind of endpoints. */
import fc from 'fast-check';
import type { ServiceEntry } from '../../src/language/lab/generated/lab-file.ts';

export const SERVICE_NAMES = ['web', 'db', 'team-a/web', 'team/a-web'];

export const services = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(...SERVICE_NAMES),
    type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName', 'headless', 'by hand'),
    sticky: fc.boolean(),
    near: fc.boolean(),
    local: fc.boolean(),
    both: fc.boolean(),
    ports: fc.constantFrom(1, 1, 2),
    more: fc.constantFrom('nothing', 'nothing', 'a label', 'a preference', 'a status'),
  }),
  { maxLength: 3, selector: ({ name }) => name },
);

/** Beside the other subnets of a lab that brings its own. */
export const SERVICE_CIDRS = {
  ipv4: ['10.112.0.0/16'],
  ipv6: ['fd00:112::/112'],
  dual: ['10.112.0.0/16', 'fd00:112::/112'],
};

export type ServiceChoice = typeof services extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

export function writeService(choice: ServiceChoice, index: number, family: 'ipv4' | 'ipv6' | 'dual'): ServiceEntry {
  const { type, sticky, near, local, both, ports, more } = choice;
  if (type === 'ExternalName') return { type, externalName: 'db.example.com' };
  const address = family === 'ipv6' ? `fd00:9::${index + 1}` : `10.9.9.${index + 1}`;
  const isOutside = type === 'NodePort' || type === 'LoadBalancer';
  return {
    ...(type === 'headless' ? { clusterIP: 'None' } : {}),
    ...(isOutside ? { type, externalTrafficPolicy: local ? 'Local' : 'Cluster', externalIPs: [address] } : {}),
    ...(type === 'by hand'
      ? {
          endpointSlices: [
            {
              endpoints: [
                {
                  addresses: [address],
                  conditions: { ready: near },
                  ...(local ? { hints: { forZones: [{ name: 'a' }] } } : {}),
                },
              ],
            },
          ],
        }
      : { selector: { app: 'web' } }),
    ...(type === 'LoadBalancer' ? { loadBalancerSourceRanges: [`${address}/${family === 'ipv6' ? 128 : 32}`] } : {}),
    ...(type === 'LoadBalancer' && more === 'a status' ? { status: toStatus(index, family) } : {}),
    ...(more === 'a label' ? { labels: { 'service.kubernetes.io/service-proxy-name': 'other' } } : {}),
    ...(more === 'a preference' ? { trafficDistribution: near ? 'PreferSameNode' : 'PreferClose' } : {}),
    ...(sticky ? { sessionAffinity: 'ClientIP' } : {}),
    internalTrafficPolicy: near ? 'Local' : 'Cluster',
    ...(both && family === 'dual' ? { ipFamilyPolicy: 'RequireDualStack' } : {}),
    ports: Array.from({ length: ports }, (_, number) => ({
      ...(ports > 1 ? { name: `port-${number}` } : {}),
      ...{ port: 80 + number, targetPort: 8080, protocol: number === 0 ? ('TCP' as const) : ('UDP' as const) },
      ...(isOutside && both ? { nodePort: 30_100 + 10 * index + number } : {}),
    })),
  };
}

/** Two addresses of its first family, one that nodes know nothing of, and a name. */
function toStatus(index: number, family: 'ipv4' | 'ipv6' | 'dual'): ServiceEntry['status'] & object {
  const ip = (number: number) => (family === 'ipv6' ? `fd00:9::8:${index}${number}` : `10.9.8.${10 * index + number}`);
  const ingress = [{ ip: ip(1) }, { ip: ip(2), ipMode: 'VIP' as const }, { ip: ip(3), ipMode: 'Proxy' as const }];
  return { loadBalancer: { ingress: [...ingress, { hostname: 'lb.example.com' }] } };
}

/** Undefined where the Service has no address. */
export function writeServiceCheck({ name, type, ports }: ServiceChoice, from: string, details: number) {
  if (type === 'ExternalName' || type === 'headless') return undefined;
  const to = { from, to: { service: name }, ...(ports > 1 ? { port: 'port-1' } : {}) };
  const more = [
    { backends: 'even', count: 7 },
    { backends: 'one' },
    { sourceIP: 'masqueraded' },
    { expect: 'refused' },
  ];
  return { ...to, ...more[details] };
}
