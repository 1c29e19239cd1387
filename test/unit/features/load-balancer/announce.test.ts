import { describe, expect, test } from 'vitest';
import { chooseAnnouncers } from '../../../../src/features/load-balancer/compile/announce.ts';
import { compile } from '../../../../src/pipeline/compile.ts';
import { followsReadiness } from '../../../../src/pipeline/follow.ts';
import { keyOf } from '../../../../src/state/kinds.ts';
import { labOf } from '../../resolve/lab-of.ts';

const lab = labOf(`
cluster: { dns: false }
nodes: { node1: {}, node2: {}, node3: {}, out: { external: true } }
pods:
  a: { node: node1, labels: { app: web } }
  b: { node: node2, labels: { app: web } }
services:
  one: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }
  two: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }], externalTrafficPolicy: Local }
  far: { type: LoadBalancer, loadBalancerIP: 203.0.113.1, selector: { app: web }, ports: [{ port: 80 }] }
`);
const places = (...unready: string[]) =>
  chooseAnnouncers(lab, new Set(unready)).map(({ ip, node, dev }) => `${ip} ${node.key} ${dev}`);

describe('who answers for a load balancer', () => {
  test('is the first of the nodes by the hash that MetalLB orders them by', () => {
    expect(places()).toEqual(['172.18.255.200 node3 eth0', '172.18.255.201 node1 eth0']);
  });

  test('is a node with a ready endpoint where only local ones count, and nobody where there is none', () => {
    expect(places('a')).toEqual(['172.18.255.200 node3 eth0', '172.18.255.201 node2 eth0']);
    expect(places('a', 'b')).toEqual([]);
  });

  test('is no part of what a lab writes down, as it changes with the pods', () => {
    const isFollowing = followsReadiness(lab);
    const addresses = [...compile(lab, { ipv6: true }).values()].flatMap(({ object }) =>
      object.kind === 'address' && object.ns === 'node1' ? [object] : [],
    );
    expect(addresses.filter(isFollowing).map(keyOf)).toEqual(['address node1 eth0 172.18.255.201/32']);
    expect(addresses.filter(object => !isFollowing(object)).map(({ address }) => address)).toContain('172.18.0.2/16');
  });
});

describe('load balancers’ addresses', () => {
  const ips = (text: string, previous?: Parameters<typeof labOf>[1]) =>
    Object.fromEntries(labOf(text, previous).services.map(({ key, loadBalancerIPs }) => [key, loadBalancerIPs]));
  const service = (name: string, rest = '') =>
    `  ${name}: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }]${rest} }\n`;
  const head = (cluster = '{ }') =>
    `cluster: ${cluster.replace('{', '{ dns: false,')}\nnodes: { a: {}, b: {} }\npods: { w: { labels: { app: web } } }\nservices:\n`;

  test('are those of the end of the nodes’ network, in each family that the Service has', () => {
    const dual = head('{ ipFamily: dual }') + service('x', ', ipFamilyPolicy: RequireDualStack') + service('y');
    expect(ips(dual)).toEqual({ x: ['172.18.255.200', 'fd00:172:18::255:200'], y: ['172.18.255.201'] });
    expect(ips(head('{ nodeCIDR: 192.168.8.0/22 }') + service('x'))).toEqual({ x: ['192.168.11.200'] });
  });

  test('stay with who has them, and are never anybody else’s', () => {
    const before = labOf(head() + service('x') + service('y'));
    expect(ips(head() + service('a') + service('y'), before)).toEqual({ a: ['172.18.255.200'], y: ['172.18.255.201'] });
    const pool =
      head('{ loadBalancerPool: 172.18.0.0/29 }') + service('x') + service('y', ', loadBalancerIP: 172.18.0.4');
    expect(ips(pool)).toEqual({ x: ['172.18.0.1'], y: ['172.18.0.4'] });
    expect(ips(pool + service('z'))).toMatchObject({ z: ['172.18.0.5'] });
  });
});
