/** The way of a packet from one namespace to another, as the kernels on it answer. */
import { describe, expect, test } from 'vitest';
import type { KernelView, NetDevice } from '../../../src/path/kernel-view.ts';
import { type Departure, walk } from '../../../src/path/walk.ts';

const at = (ns: string, dev: string): NetDevice => ({ ns, dev });

/** `a` and `b` are joined by the router `r`; `c` has an address of `b`'s network, but no cable to it. */
const CABLES = [
  [at('a', 'eth0'), at('r', 'eth0')],
  [at('r', 'eth1'), at('b', 'eth0')],
  [at('b', 'eth0'), at('r', 'eth1')],
] as const;
const OWNERS: Readonly<Record<string, readonly NetDevice[]>> = {
  '10.0.1.1': [at('r', 'eth0')],
  '10.0.2.1': [at('r', 'eth1')],
  '10.0.2.2': [at('b', 'eth0')],
  '10.0.2.3': [at('c', 'eth0')],
};
const isSame = (one: NetDevice, other: NetDevice) => one.ns === other.ns && one.dev === other.dev;

const kernel: KernelView = {
  namespaces: ['a', 'r', 'b', 'c'],
  owners: address => OWNERS[address] ?? [],
  reach: device => CABLES.filter(([end]) => isSame(end, device)),
  ...{ link: () => undefined, routes: () => [], hasRules: () => false, sysctl: () => undefined, peer: () => undefined },
};

type Route = Readonly<Record<string, unknown>>;
const ROUTES: Readonly<Record<string, Route>> = {
  a: { dev: 'eth0', gateway: '10.0.1.1', prefsrc: '10.0.1.2' },
  r: { dev: 'eth1', metrics: [{ mtu: 1400 }] },
  b: { type: 'local', dev: 'lo' },
};

async function go(more: Partial<Departure> = {}, changed: Readonly<Record<string, Route | undefined>> = {}) {
  const routes = { ...ROUTES, ...changed };
  const asked: string[] = [];
  const { hops, end, source } = await walk(
    { ns: 'a', source: undefined, destination: '10.0.2.2', ...more },
    {
      kernel,
      run: async jobs =>
        jobs.map(({ ns, argv }) => {
          asked.push(`${ns}: ${argv.slice(argv.indexOf('get') + 1).join(' ')}`);
          const route = routes[ns ?? ''];
          return { code: route ? 0 : 2, stdout: JSON.stringify(route ? [route] : []), stderr: '' };
        }),
    },
  );
  return {
    hops: hops.map(({ ns, outDev, next }) => `${ns} ${outDev} ${next}`),
    end,
    source,
    asked,
    mtu: hops.map(({ mtu }) => mtu),
  };
}

test('a walk asks each kernel as if the packet had come in there', async () => {
  expect(await go()).toEqual({
    hops: ['a eth0 10.0.1.1', 'r eth1 10.0.2.2'],
    end: { kind: 'arrived', ns: 'b' },
    source: '10.0.1.2',
    asked: ['a: 10.0.2.2', 'r: 10.0.2.2 from 10.0.1.2 iif eth0', 'b: 10.0.2.2 from 10.0.1.2 iif eth0'],
    mtu: [undefined, 1400],
  });
});

test('it ends where something else decides', async () => {
  expect(await go({ isThere: ns => ns === 'r' })).toMatchObject({
    hops: ['a eth0 10.0.1.1'],
    end: { kind: 'arrived', ns: 'r' },
  });
});

describe('it goes no further', () => {
  test('where there is no route', async () => {
    expect((await go({}, { a: undefined })).end).toEqual({
      kind: 'no-route',
      ns: 'a',
      inDev: undefined,
      isForged: false,
    });
    expect((await go({}, { r: undefined })).end).toEqual({ kind: 'no-route', ns: 'r', inDev: 'eth0', isForged: false });
  });

  test('where the kernel passes nothing on that came in there: as forged only if its way back leads elsewhere', async () => {
    const isForged = async (back: string | undefined) => {
      const routes: Readonly<Record<string, object | undefined>> = {
        'a 10.0.2.2': ROUTES.a,
        'r 10.0.2.2': ROUTES.r,
        'r 10.0.1.2': back === undefined ? undefined : { dev: back },
      };
      const { end } = await walk(
        { ns: 'a', source: undefined, destination: '10.0.2.2' },
        {
          kernel,
          run: async jobs =>
            jobs.map(({ ns, argv }) => {
              const route = routes[`${ns} ${argv.slice(argv.indexOf('get') + 1).join(' ')}`];
              return { code: route ? 0 : 2, stdout: JSON.stringify(route ? [route] : []), stderr: '' };
            }),
        },
      );
      return end.kind === 'no-route' && end.ns === 'r' ? end.isForged : end;
    };
    expect(await isForged('eth0')).toBe(false);
    expect(await isForged('eth1')).toBe(true);
    expect(await isForged(undefined)).toBe(true);
  });

  test('where nobody has the next address, or whoever has it is not connected there', async () => {
    expect((await go({ destination: '10.0.2.9' })).end).toEqual({
      kind: 'no-owner',
      ns: 'r',
      dev: 'eth1',
      next: '10.0.2.9',
    });
    const owner = at('c', 'eth0');
    expect((await go({ destination: '10.0.2.3' })).end).toEqual({
      kind: 'no-cable',
      ns: 'r',
      dev: 'eth1',
      next: '10.0.2.3',
      owner,
    });
  });

  test('where it comes by again', async () => {
    const { hops, end } = await go({}, { b: { dev: 'eth0', gateway: '10.0.2.1' } });
    expect(hops).toEqual(['a eth0 10.0.1.1', 'r eth1 10.0.2.2', 'b eth0 10.0.2.1']);
    expect(end).toEqual({ kind: 'loop', ns: 'r' });
  });
});
