import { expect, test } from 'vitest';
import { expand } from '../../../src/pipeline/expand.ts';
import { labOf } from '../resolve/lab-of.ts';

const expanded = (text: string) => expand(labOf(text));

test('nothing is left to be filled in', () => {
  expect(expanded('description: d\nnodes: { a: {} }\npods: { p: {} }')).toEqual({
    name: 'lab',
    description: 'd',
    backend: 'netns',
    cluster: { network: 'none' },
    nodes: { a: { sysctls: { 'net.ipv4.ip_forward': '1' } } },
    pods: {
      p: { node: 'a', interfaces: { eth0: { bridge: 'cbr0', address: '10.244.0.2/24', gateway: '10.244.0.1' } } },
    },
    bridges: { 'a/cbr0': { address: '10.244.0.1/24', mac: '0a:58:0a:f4:00:01' } },
  });
});

test('a pod without a default route stays so', () => {
  expect(expanded('nodes: { a: {} }\npods: { p: { gateway: none } }').pods?.['p']?.interfaces?.['eth0']?.gateway).toBe(
    'none',
  );
});

test('replicas, masquerading and names are written out', () => {
  const file = expanded(
    'cluster: { masquerade: true }\nnodes: { a: { replicas: 2 } }\nroutes: [{ on: a-0, to: default, via: a-1 }]',
  );
  expect(Object.keys(file.nodes ?? {})).toEqual(['a-0', 'a-1']);
  expect(file.nodes?.['a-1']?.iptables).toEqual([
    '-t nat -A POSTROUTING -s 10.244.0.0/16 -d 172.18.0.2/32 -j RETURN',
    '-t nat -A POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE',
  ]);
  expect(file.routes?.at(-1)).toEqual({ on: 'a-0', to: '0.0.0.0/0', via: '172.18.0.3', dev: 'eth0' });
});

test("a bridge's subnet is said where its address does not tell it", () => {
  const file = expanded(
    'nodes: { a: {} }\nbridges: { s: { subnet: 10.1.0.0/24 }, a/b: { address: 10.2.0.1/25, subnet: 10.2.0.0/24 }, a/c: { address: 10.3.0.1/24 } }',
  );
  expect(Object.entries(file.bridges ?? {}).map(([key, bridge]) => [key, bridge?.subnet])).toEqual([
    ['a/cbr0', undefined],
    ['s', '10.1.0.0/24'],
    ['a/b', '10.2.0.0/24'],
    ['a/c', undefined],
  ]);
});

test('a link has its ends written out, and no subnet to allocate from', () => {
  const [link] =
    expanded(
      'cluster: { network: none }\nnodes: { a: {}, b: {} }\nlinks: [{ ends: [a, { on: b, mac: "02:00:00:00:00:0A" }], subnet: 10.0.0.0/30, mtu: 1400, loss: 1% }]',
    ).links ?? [];
  expect(link).toEqual({
    ends: [
      { on: 'a', interface: 'eth0', address: '10.0.0.1/30' },
      { on: 'b', interface: 'eth0', address: '10.0.0.2/30', mac: '02:00:00:00:00:0a' },
    ],
    mtu: 1400,
    loss: '1%',
  });
});

test('containers are written out with every default, in their order', () => {
  const probe = '{ http: { port: web, httpHeaders: [{ name: Host, value: h }] }, periodSeconds: 1 }';
  const containers = `{ z: { command: [a], env: { N: 1 }, ports: [{ name: web, containerPort: 80 }], readiness: ${probe} }, b: { command: [c] } }`;
  const file = expanded(
    `nodes: { a: {} }\npods: { p: { replicas: 2, initContainers: { y: { command: [a] }, x: { command: [b] } }, containers: ${containers} } }`,
  );
  const times = {
    initialDelaySeconds: 0,
    periodSeconds: 1,
    timeoutSeconds: 1,
    successThreshold: 1,
    failureThreshold: 3,
  };
  expect(file.pods?.['p-0']?.containers).toEqual({
    z: {
      command: ['a'],
      env: { N: '1' },
      workingDir: '/',
      ports: [{ name: 'web', containerPort: 80, protocol: 'TCP' }],
      restart: 'always',
      readiness: { http: { port: 80, path: '/', httpHeaders: [{ name: 'Host', value: 'h' }] }, ...times },
    },
    b: { command: ['c'], workingDir: '/', restart: 'always' },
  });
  expect(Object.entries(file.pods?.['p-1']?.initContainers ?? {})).toEqual([
    ['y', { command: ['a'], workingDir: '/', restart: 'on-failure' }],
    ['x', { command: ['b'], workingDir: '/', restart: 'on-failure' }],
  ]);
  expect(file.pods?.['p-1']?.containers).toEqual(file.pods?.['p-0']?.containers);
});
