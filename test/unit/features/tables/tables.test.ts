import { describe, expect, test } from 'vitest';
import { labOf } from '../../resolve/lab-of.ts';

const BASE = `
cluster: { network: none }
bridges: { lan: { subnet: [10.1.0.0/16, "fd00:1::/64"] } }
nodes:
  both: { interfaces: { eth0: { bridge: lan, address: [10.1.0.1/16, "fd00:1::1/64"] } } }
  four: { interfaces: { eth0: { bridge: lan, address: 10.1.0.2/16 } } }
`;

const tablesOf = (text: string) => labOf(`${BASE}${text}`);

describe('rules', () => {
  const rules = (text: string) => tablesOf(`rules:\n${text}`).rules;
  const priorities = (text: string) => rules(text).map(({ on, family, priority }) => `${on} ${family} ${priority}`);

  test('are asked in the order of the file, as far as it does not say', () => {
    const text = `
  - { on: four, fwmark: 1, table: 1 }
  - { on: [four, both], fwmark: 2, table: 1 }
  - { on: four, fwmark: 3, table: 1, priority: 1002 }
  - { on: four, fwmark: 4, table: 1 }`;
    expect(priorities(text)).toEqual([
      'four 4 1000',
      'four 4 1001',
      'both 4 1000',
      'both 6 1000',
      'four 4 1002',
      'four 4 1003',
    ]);
  });

  test('are of the families that they speak of, or else of those of the machine', () => {
    const text = `
  - { on: both, from: "FD00:2::/64", table: 1 }
  - { on: both, to: 10.2.0.7, table: 1 }
  - { on: both, from: 0.0.0.0/0, table: 2, fwmark: 5 }
  - { on: both, ipFamily: ipv6, iif: eth0, table: 3 }
  - { on: both, table: 4 }`;
    expect(rules(text).map(({ family, from, to }) => [family, from ?? to])).toEqual([
      [6, 'fd00:2::/64'],
      [4, '10.2.0.7/32'],
      [4, undefined],
      [6, undefined],
      [4, undefined],
      [6, undefined],
    ]);
  });

  test('may look up one table after the other for the same packets, and refuse what none has a route for', () => {
    const text = `
  - { on: four, fwmark: 9, table: 1 }
  - { on: four, fwmark: 9, type: unreachable }
  - { on: four, fwmark: 9, table: main, priority: 7 }`;
    expect(rules(text).map(({ priority, action }) => [priority, action])).toEqual([
      [1000, 1],
      [1001, 'unreachable'],
      [7, 254],
    ]);
  });

  test('have marks as the kernel prints them, and tables by number', () => {
    const text = `
  - { on: four, fwmark: 255/0xFF, table: main }
  - { on: four, fwmark: 0x0A/0xffffffff, table: default }
  - { on: four, fwmark: 0/1, type: prohibit }`;
    expect(rules(text).map(({ fwmark, action }) => [fwmark, action])).toEqual([
      ['0xff/0xff', 254],
      ['0xa', 253],
      ['0x0/0x1', 'prohibit'],
    ]);
  });
});

test('a route is in the main table where it does not say, and says so only in another', () => {
  const { routes } = tablesOf(`
routes:
  - { on: four, to: 10.9.0.0/16, via: both, table: main }
  - { on: four, to: 10.9.0.0/16, via: both, table: 7 }
  - { on: four, to: 10.1.0.0/16, via: both, table: 7 }`);
  expect(routes.map(({ to, table }) => [to, table])).toEqual([
    ['10.9.0.0/16', undefined],
    ['10.9.0.0/16', 7],
    ['10.1.0.0/16', 7],
  ]);
});

test('a neighbour is on the interface in whose subnet it is, unless it is said', () => {
  const { neighbours } = tablesOf(`
neighbours:
  - { on: both, address: "FD00:1::0:9", mac: "02:00:00:00:00:AA" }
  - { on: four, address: 169.254.1.1, mac: "02:00:00:00:00:aa", dev: eth0 }`);
  expect(neighbours.map(({ on, dev, address, mac }) => [on, dev, address, mac])).toEqual([
    ['both', 'eth0', 'fd00:1::9', '02:00:00:00:00:aa'],
    ['four', 'eth0', '169.254.1.1', '02:00:00:00:00:aa'],
  ]);
});

test('an entry of a forwarding table finds its port by who is plugged in', () => {
  const { fdb } = tablesOf('fdb: [{ bridge: lan, mac: "02:00:00:00:00:AA", to: four }]');
  expect(fdb).toMatchObject([{ bridge: 'lan', mac: '02:00:00:00:00:aa', to: 'four', interface: 'eth0' }]);
});
