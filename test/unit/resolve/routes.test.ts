import { describe, expect, test } from 'vitest';
import { labOf, problemsOf, routesOf } from './lab-of.ts';

const codesOf = (text: string) => problemsOf(text).map(({ code, path }) => `${code} ${path.join('.')}`);

const withRoutes = (...routes: string[]) => `nodes: { a: {}, b: {}, out: { external: true } }
pods: { p: { node: a }, q: { node: a } }
routes: [${routes.map(route => `{ ${route} }`).join(', ')}]`;

/** The routes of `key` that host-gw does not make. */
const given = (text: string, key: string) => routesOf(labOf(text), key).filter(route => !route.startsWith('10.244.'));

describe('routes of host-gw', () => {
  test("lead to every other node's block of each family through that node", () => {
    const lab = labOf('cluster: { ipFamily: dual }\nnodes: { a: {}, b: {}, c: {} }');
    expect(routesOf(lab, 'b')).toEqual([
      '10.244.0.0/24 via 172.18.0.2 dev eth0',
      'fd00:10:244::/64 via fd00:172:18::2 dev eth0',
      '10.244.2.0/24 via 172.18.0.4 dev eth0',
      'fd00:10:244:2::/64 via fd00:172:18::4 dev eth0',
    ]);
  });

  test('are neither on nor to a machine outside of the cluster', () => {
    const lab = labOf('nodes: { a: {}, b: {}, out: { external: true } }');
    expect(new Set(lab.routes.map(({ on }) => on))).toEqual(new Set(['a', 'b']));
    expect(routesOf(lab, 'a').length).toBe(1);
  });

  test('give way to one of the lab file, in whatever spelling', () => {
    const lab = labOf('nodes: { a: {}, b: {}, c: {} }\nroutes: [{ on: a, to: 10.244.1.0/24, via: c }]');
    expect(routesOf(lab, 'a')).toEqual([
      '10.244.2.0/24 via 172.18.0.4 dev eth0',
      '10.244.1.0/24 via 172.18.0.4 dev eth0',
    ]);
  });

  test('are left out with a warning where two nodes share no subnet', () => {
    const row = 'nodes: { a: {}, b: {} }\nlinks: [{ ends: [{ on: a, interface: eth0 }, { on: b, interface: eth0 }] }]';
    expect(codesOf(row)).toEqual(['unreachable-block nodes.a', 'unreachable-block nodes.b']);
  });
});

describe('the next hop', () => {
  test('is found from the name of a node, a pod or a bridge', () => {
    expect(given(withRoutes('on: a, to: 10.9.0.0/16, via: out'), 'a')).toEqual(['10.9.0.0/16 via 172.18.0.4 dev eth0']);
    expect(given(withRoutes('on: p, to: 10.9.0.0/16, via: q'), 'p')).toEqual(['10.9.0.0/16 via 10.244.0.3 dev eth0']);
    expect(given(withRoutes('on: p, to: 10.9.0.0/16, via: cbr0'), 'p')).toEqual([
      '10.9.0.0/16 via 10.244.0.1 dev eth0',
    ]);
    expect(given(withRoutes('on: a, to: 10.9.0.0/16, via: p'), 'a')).toEqual(['10.9.0.0/16 via 10.244.0.2 dev cbr0']);
  });

  test('is of the family of the destination, and of both for default', () => {
    const dual = `cluster: { ipFamily: dual }\n${withRoutes('on: a, to: default, via: out', 'on: a, to: "2001:db8::/32", via: out')}`;
    expect(given(dual, 'a').filter(route => !route.startsWith('fd00:10:'))).toEqual([
      '0.0.0.0/0 via 172.18.0.4 dev eth0',
      '::/0 via fd00:172:18::4 dev eth0',
      '2001:db8::/32 via fd00:172:18::4 dev eth0',
    ]);
  });

  test('may be link-local if the interface is named', () => {
    const dual = (dev: string) =>
      `cluster: { ipFamily: dual }\n${withRoutes(`on: out, to: "2001:db8::/32", via: "fe80::1"${dev}`)}`;
    expect(given(dual(', dev: eth0'), 'out')).toEqual(['2001:db8::/32 via fe80::1 dev eth0']);
    expect(codesOf(dual(''))).toEqual(['off-link routes.0.via']);
  });

  test('that two subnets lead to has to be written as an address', () => {
    const two = (route: string) =>
      `nodes: { a: {}, b: {} }\nlinks: [{ ends: [a, b], subnet: 10.0.0.0/30 }]\nroutes: [{ ${route} }]`;
    expect(codesOf(two('on: a, to: 10.9.0.0/16, via: b'))).toEqual(['ambiguous-name routes.0.via']);
    expect(given(two('on: a, to: 10.9.0.0/16, via: b, dev: eth1'), 'a')).toEqual(['10.9.0.0/16 via 10.0.0.2 dev eth1']);
    expect(given(two('on: a, to: 10.9.0.0/16, via: 10.0.0.2'), 'a')).toEqual(['10.9.0.0/16 via 10.0.0.2 dev eth1']);
  });

  test('is reached through the narrowest subnet', () => {
    const lab = labOf(`cluster: { network: none }
nodes: { a: { interfaces: { eth0: { bridge: x, address: 10.0.0.1/8 }, eth1: { bridge: x, address: 10.1.0.1/16 } } } }
bridges: { x: {} }
routes: [{ on: a, to: 192.0.2.0/24, via: 10.1.0.9 }]`);
    expect(routesOf(lab, 'a')).toEqual(['192.0.2.0/24 via 10.1.0.9 dev eth1']);
  });
});

describe('routes', () => {
  test('on a list of machines are one each', () => {
    const lab = labOf(withRoutes('on: [a, b], to: 10.9.0.0/16, via: out'));
    expect(lab.routes.slice(-2).map(({ on }) => on)).toEqual(['a', 'b']);
  });

  test('to an address are to it alone', () => {
    expect(given(withRoutes('on: a, to: 192.0.2.7, dev: eth0'), 'a')).toEqual(['192.0.2.7/32 dev eth0']);
  });

  test("without a next hop to default are of the interface's families", () => {
    expect(given(withRoutes('on: out, to: default, dev: eth0'), 'out')).toEqual(['0.0.0.0/0 dev eth0']);
    expect(given(withRoutes('on: out, to: default, type: blackhole'), 'out')).toEqual(['blackhole 0.0.0.0/0']);
  });

  test('have a metric only where it is not the one of the kernel', () => {
    const dual = `cluster: { ipFamily: dual }\n${withRoutes(
      'on: out, to: 10.9.0.0/16, type: blackhole, metric: 0',
      'on: out, to: 10.8.0.0/16, type: blackhole, metric: 1024',
      'on: out, to: "2001:db8::/32", type: blackhole, metric: 0',
      'on: out, to: "2001:db9::/32", type: blackhole, metric: 1024',
      'on: out, to: "2001:dba::/32", type: blackhole, metric: 1',
    )}`;
    expect(given(dual, 'out')).toEqual([
      'blackhole 10.9.0.0/16',
      'blackhole 10.8.0.0/16 metric 1024',
      'blackhole 2001:db8::/32',
      'blackhole 2001:db9::/32',
      'blackhole 2001:dba::/32 metric 1',
    ]);
  });

  test('to one place with one metric are refused, also where it is only written differently', () => {
    const two = (a: string, b: string) =>
      codesOf(withRoutes(`on: out, to: 10.9.0.0/16, type: blackhole${a}`, `on: out, to: 10.9.0.0/16, via: a${b}`));
    expect(two('', '')).toEqual(['conflict routes.1']);
    expect(two('', ', metric: 0')).toEqual(['conflict routes.1']);
    expect(two(', metric: 1', '')).toEqual([]);
  });
});
