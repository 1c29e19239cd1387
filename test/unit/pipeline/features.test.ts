/** What the stages make of the features' hooks. */
import { describe, expect, test } from 'vitest';
import { needsOf } from '../../../src/host/features.ts';
import { compile, compileSample } from '../../../src/pipeline/compile.ts';
import { expand } from '../../../src/pipeline/expand.ts';
import type { WantedState } from '../../../src/state/state.ts';
import { labOf, machineOf } from '../resolve/lab-of.ts';

const SERVICES = `
nodes: { node1: {}, node2: {} }
pods:
  web: { labels: { app: web }, containers: { httpd: { command: [busybox, httpd, -f], ports: [{ containerPort: 80, hostPort: 8080 }] } } }
services:
  a: { selector: { app: web }, ports: [{ port: 80 }] }
  b: { selector: { app: web }, ports: [{ port: 80 }], type: LoadBalancer }
`;
const INGRESS = `${SERVICES}ingresses: { shop: { defaultBackend: { service: { name: a, port: { number: 80 } } } } }`;

const chainsOf = (state: WantedState, ns: string) =>
  [...state.values()].flatMap(({ object }) => (object.kind === 'chain' && object.ns === ns ? [object.chain] : []));

describe('a lab with features', () => {
  const lab = labOf(INGRESS);

  test('has the entries of one feature where another adds its own to them', () => {
    expect(lab.services.map(({ key }) => key)).toEqual(['a', 'b', 'ingress-nginx/controller', 'kube-system/kube-dns']);
    expect(labOf('nodes: { node1: {} }')).toMatchObject({ services: [], dns: null });
  });

  test('has what one feature fills in of another: the addresses of load balancers', () => {
    expect(lab.services.map(({ loadBalancerIPs }) => loadBalancerIPs)).toEqual([
      [],
      ['172.18.255.200'],
      ['172.18.255.201'],
      [],
    ]);
  });

  test('has the kernel settings that features need, unless the file sets them', () => {
    const name = 'net.ipv4.conf.all.route_localnet';
    expect(machineOf(lab, 'node1').sysctls[name]).toBe('1');
    const set = labOf(SERVICES.replace('node1: {}', `node1: { sysctls: { ${name}: 0 } }`));
    expect(machineOf(set, 'node1').sysctls[name]).toBe('0');
  });

  test('has what each pod says of its ports', () => {
    const [container] = labOf(SERVICES).pods.find(({ key }) => key === 'web')?.containers ?? [];
    expect(container?.ports).toEqual([{ containerPort: 80, protocol: 'TCP', hostPort: 8080 }]);
  });

  test('is written out in the order of the schema', () => {
    expect(Object.keys(expand(lab))).toEqual([
      'name',
      'backend',
      'cluster',
      'nodes',
      'pods',
      'bridges',
      'routes',
      'services',
      'ingresses',
    ]);
    expect(Object.keys(expand(lab).cluster ?? {})).toEqual([
      'network',
      'podCIDR',
      'serviceCIDR',
      'nodePorts',
      'kubeProxy',
      'loadBalancerPool',
      'dns',
    ]);
  });
});

describe('what shows all that a lab needs of the host', () => {
  test('is one Service of many', () => {
    const lab = labOf(SERVICES);
    const own = (state: WantedState) => chainsOf(state, 'node1').filter(chain => chain.startsWith('KUBE-SVC-'));
    expect(own(compile(lab, { ipv6: true }))).toHaveLength(4);
    expect(own(compileSample(lab))).toHaveLength(1);
  });

  test('needs of the host what the whole lab needs', () => {
    const lab = labOf(INGRESS);
    const needs = (state: WantedState) =>
      [...state.values()].flatMap(({ object }) => needsOf(object).map(({ id }) => id));
    expect([...new Set(needs(compileSample(lab)))].sort()).toEqual(
      [...new Set(needs(compile(lab, { ipv6: true })))].sort(),
    );
    expect(needs(compileSample(lab))).toContain('nginx');
    expect(needs(compileSample(labOf(SERVICES)))).not.toContain('nginx');
    expect(needs(compileSample(labOf(SERVICES)))).toContain('kube-proxy');
    const filtering = labOf('nodes: { node1: { iptables: [-A INPUT -j ACCEPT] } }');
    expect(needs(compileSample(filtering))).not.toContain('kube-proxy');
  });
});
