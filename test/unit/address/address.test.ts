import { describe, expect, test } from 'vitest';
import { formatHost, formatIp, formatSubnet, isUsable, parseHost, parseIp } from '../../../src/address/address.ts';

describe('addresses', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['0.0.0.0', '0.0.0.0'],
    ['FD00::0001', 'fd00::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::', '::'],
    ['1::', '1::'],
  ])('%s is %s', (text, canonical) => expect(formatIp(parseIp(text) ?? expect.unreachable())).toBe(canonical));

  test.each([
    ...[
      '',
      '10.0.0',
      '10.0.0.1.',
      '10.0.0.256',
      '010.0.0.1',
      '10.0.0.1/24',
      ' 10.0.0.1',
      '10.0.0.1\n',
      '0x0a.0.0.1',
      '1',
      '10.0.0.-1',
    ],
    ...[
      'fe80::1%eth0',
      '::ffff:10.0.0.1',
      'g::',
      '1:::2',
      '1::2::3',
      '[::1]',
      '::1/64',
      '12345::',
      ':1',
      '1:2:3:4:5:6:7:8:9',
    ],
  ])('%j is none', text => expect(parseIp(text)).toBeUndefined());
});

describe('with a prefix length', () => {
  test.each([
    ['10.1.2.3/24', '10.1.2.0/24'],
    ['10.1.2.3/0', '0.0.0.0/0'],
    ['10.1.2.3/32', '10.1.2.3/32'],
    ['fd00::1:2/112', 'fd00::1:0/112'],
    ['fd00::/128', 'fd00::/128'],
  ])('%s is in %s', (text, subnet) => {
    const host = parseHost(text) ?? expect.unreachable();
    expect([formatHost(host), formatSubnet(host.subnet)]).toEqual([text, subnet]);
  });

  test.each([
    '10.0.0.1',
    '10.0.0.1/',
    '10.0.0.1/33',
    '10.0.0.1/024',
    '10.0.0.1/-1',
    '10.0.0.1/1.5',
    '10.0.0.1/24/24',
    'fd00::1/129',
    '/24',
  ])('%j is none', text => {
    expect(parseHost(text)).toBeUndefined();
  });

  test.each([
    ['10.0.0.0/24', false],
    ['10.0.0.255/24', false],
    ['10.0.0.1/30', true],
    ['10.0.0.0/31', true],
    ['10.0.0.1/32', true],
    ['fd00::/64', false],
    ['fd00::ffff:ffff:ffff:ffff/64', true],
    ['fd00::/127', true],
  ])("%s may be an interface's: %s", (text, usable) =>
    expect(isUsable(parseHost(text) ?? expect.unreachable())).toBe(usable),
  );
});
