import { describe, expect, test } from 'vitest';
import { diff } from '../../../src/plan/diff.ts';
import { toShell } from '../../../src/plan/shell.ts';
import { render } from '../../../src/plan/step.ts';
import { FORWARDING } from '../../../src/state/forwarding-entry.ts';
import type { KernelObject } from '../../../src/state/kinds.ts';
import { observe } from '../../../src/state/observe.ts';
import { toState, toWantedState } from '../../../src/state/state.ts';
import { type Attribute, bodyOf, mac, u32 } from '../netlink/message-bytes.ts';

const MAC = '02:00:00:00:00:01';
const entry: KernelObject = { kind: 'forwarding-entry', ns: 'a', bridge: 'br0', mac: MAC, dev: 'p1' };
const bridge: KernelObject = { kind: 'bridge', ns: 'a', name: 'br0' };
const port = (name: string): KernelObject => ({ kind: 'veth', a: { ns: 'a', name }, b: { ns: 'b', name } });

const plan = (observed: KernelObject[], wanted: KernelObject[]) =>
  diff(toState(observed), toWantedState(wanted.map(object => ({ object, why: '', source: [] }))))
    .flatMap(render)
    .map(toShell);

describe('an entry', () => {
  test('is made, moved to another port and taken away', () => {
    expect(plan([], [entry])).toEqual([`bridge -n a fdb replace ${MAC} dev p1 master static`]);
    expect(plan([entry], [{ ...entry, dev: 'p2' }])).toEqual([`bridge -n a fdb replace ${MAC} dev p2 master static`]);
    expect(plan([entry], [])).toEqual([`bridge -n a fdb del ${MAC} dev p1 master`]);
  });

  test('of the bridge itself is asked of the bridge, which has no master', () => {
    expect(plan([{ ...entry, dev: 'br0', local: true }], [])).toEqual([`bridge -n a fdb del ${MAC} dev br0 self`]);
    expect(plan([], [{ ...entry, dev: 'br0', local: true }])).toEqual([
      `bridge -n a fdb replace ${MAC} dev br0 self local`,
    ]);
  });

  test('that ends frames at the port is another one', () => {
    expect(plan([{ ...entry, local: true }], [entry])).toEqual([`bridge -n a fdb replace ${MAC} dev p1 master static`]);
  });

  test('goes with its port and with its bridge', () => {
    expect(plan([bridge, port('p1'), entry], [bridge])).toEqual(['ip -n a link del dev p1']);
    expect(plan([bridge, port('p1'), entry], [port('p1')])).toEqual(['ip -n a link del dev br0']);
  });

  test('is made after its port is plugged in', () => {
    const plugged: KernelObject = { kind: 'device', ns: 'a', name: 'p1', up: true, master: 'br0' };
    expect(plan([], [entry, plugged])).toEqual([
      'ip -n a link set dev p1 master br0 up',
      `bridge -n a fdb replace ${MAC} dev p1 master static`,
    ]);
  });
});

const names = new Map([
  [3, 'br0'],
  [7, 'p1'],
]);

/** ndmsg: family, three spare bytes, the interface, the state, flags and type. */
function decode(state: number, attributes: readonly Attribute[], flags = 0) {
  const bytes = bodyOf([7, 0, 0, 0, 7, 0, 0, 0, state, 0, flags, 0], attributes);
  return FORWARDING.decode(bytes, 0, bytes.length, index => names.get(index ?? 0) ?? null);
}

describe('of what the kernel has', () => {
  const own: Attribute[] = [
    [2, mac(MAC)],
    [9, u32(3)],
  ];

  test('what somebody set is read', () => {
    expect(decode(0x40, own)).toEqual({ bridge: 'br0', dev: 'p1', mac: MAC, local: false });
    expect(decode(0x80, own)?.local).toBe(true);
  });

  test('what a bridge has learned is not, nor what is no bridge’s or for a VLAN', () => {
    expect(decode(0x02, own)).toBeUndefined();
    expect(decode(0x40, own, 0x10)).toBeUndefined();
    expect(decode(0x80, own.slice(0, 1), 0x02)).toBeUndefined();
    expect(decode(0x40, [...own, [5, Buffer.from([1, 0])]])).toBeUndefined();
  });

  test('the addresses of ports are there by themselves', () => {
    const local = { bridge: 'br0', dev: 'p1', local: true };
    const link = {
      name: 'p1',
      kind: 'veth',
      mac: MAC,
      loopback: false,
      up: true,
      mtu: 1500,
      master: 'br0',
      peer: null,
    };
    const forwarding = [
      { ...local, mac: MAC },
      { ...local, mac: '02:00:00:00:00:02' },
    ];
    const seen = observe({ kept: [], namespaces: { a: { forwarding, links: [link] } } }, {});
    expect([...seen.values()].filter(({ kind }) => kind === 'forwarding-entry')).toEqual([
      { ...entry, mac: '02:00:00:00:00:02', local: true },
    ]);
  });
});
