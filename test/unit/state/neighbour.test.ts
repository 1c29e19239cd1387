import { describe, expect, test } from 'vitest';
import { diff } from '../../../src/plan/diff.ts';
import { toShell } from '../../../src/plan/shell.ts';
import { render } from '../../../src/plan/step.ts';
import type { KernelObject } from '../../../src/state/kinds.ts';
import { NEIGHBOURS } from '../../../src/state/neighbour.ts';
import { toState, toWantedState } from '../../../src/state/state.ts';
import { type Attribute, bodyOf, ipv4, ipv6, mac } from '../netlink/message-bytes.ts';

const MAC = '02:00:00:00:00:01';
const neighbour: KernelObject = { kind: 'neighbour', ns: 'a', dev: 'eth0', address: '10.0.0.9', mac: MAC };
const six: KernelObject = { ...neighbour, address: 'fd00::9' };
const device: KernelObject = { kind: 'device', ns: 'a', name: 'eth0', up: true, master: null, mac: MAC };
const address: KernelObject = { kind: 'address', ns: 'a', dev: 'eth0', address: '10.0.0.1/24' };
const veth: KernelObject = { kind: 'veth', a: { ns: 'a', name: 'eth0' }, b: { ns: 'b', name: 'x' } };

const plan = (observed: KernelObject[], wanted: KernelObject[]) =>
  diff(toState(observed), toWantedState(wanted.map(object => ({ object, why: '', source: [] }))))
    .flatMap(render)
    .map(toShell);

const SET = 'ip -n a neigh replace 10.0.0.9 lladdr 02:00:00:00:00:01 dev eth0 nud permanent';

describe('an entry', () => {
  test('is made, changed and taken away', () => {
    expect(plan([], [neighbour])).toEqual([SET]);
    expect(plan([{ ...neighbour, mac: '02:00:00:00:00:02' }], [neighbour])).toEqual([SET]);
    expect(plan([neighbour], [])).toEqual(['ip -n a neigh del 10.0.0.9 dev eth0']);
    expect(plan([neighbour], [neighbour])).toEqual([]);
  });

  test('goes with its interface', () => {
    expect(plan([veth, device, neighbour], [])).toEqual(['ip -n a link del dev eth0']);
  });

  test('is set anew where its interface gets another address of its own', () => {
    const other = { ...device, mac: '02:00:00:00:00:03' };
    expect(plan([device, neighbour, six], [other, neighbour, six])).toEqual([
      'ip -n a link set dev eth0 address 02:00:00:00:00:03',
      SET,
      SET.replace('10.0.0.9', 'fd00::9'),
    ]);
  });

  test('of IPv4 is set anew where the last address of its interface may have gone meanwhile', () => {
    const steps = plan(
      [device, address, neighbour, six],
      [device, { ...address, address: '10.1.0.1/24' }, neighbour, six],
    );
    expect(steps).toEqual(['ip -n a addr del 10.0.0.1/24 dev eth0', 'ip -n a addr add 10.1.0.1/24 dev eth0', SET]);
  });
});

/** ndmsg: family, three spare bytes, the interface, the state, flags and type. */
function decode(state: number, flags: number, attributes: readonly Attribute[], family = 2) {
  const bytes = bodyOf([family, 0, 0, 0, 7, 0, 0, 0, state, 0, flags, 1], attributes);
  return NEIGHBOURS.decode(bytes, 0, bytes.length, index => (index === 7 ? 'eth0' : null));
}

describe('of what the kernel has', () => {
  const own: Attribute[] = [
    [1, ipv4('10.0.0.9')],
    [2, mac(MAC)],
  ];

  test('what somebody set is read, of both families', () => {
    expect(decode(0x80, 0, own)).toEqual({ dev: 'eth0', address: '10.0.0.9', mac: MAC });
    expect(decode(0x80, 0, [[1, ipv6('fd00::9')], ...own.slice(1)], 10)?.address).toBe('fd00::9');
  });

  test.each<[string, number, number, number?]>([
    ['learned', 0x02, 0],
    ['of a multicast group', 0x40, 0],
    ['a proxy', 0x80, 0x08],
    ["a daemon's", 0x80, 0x10],
    ["a bridge's", 0x80, 0, 7],
  ])('what is %s is not', (_, state, flags, family) => expect(decode(state, flags, own, family)).toBeUndefined());

  test('what has no Ethernet address is not', () => expect(decode(0x80, 0, own.slice(0, 1))).toBeUndefined());
});
