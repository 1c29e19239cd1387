/** What rules of table nat may make of a packet, as far as it can be told from the packet. */
import { describe, expect, test } from 'vitest';
import { type Certainty, isTarget, matchRule, mayTranslate, readNat } from '../../../src/netfilter/nat.ts';
import { splitWords } from '../../../src/netfilter/words.ts';

const words = (text: string) => splitWords(text) ?? [];
const PACKET = {
  ...{ source: '10.0.0.9', destination: '192.0.2.1', port: 53 },
  isLocal: (address: string) => address === '192.0.2.1',
};

describe('a condition', () => {
  test.each<[string, Certainty]>([
    ['', 'yes'],
    ['-p udp -m udp --dport 53', 'yes'],
    ['-p tcp -m tcp --dport 53', 'no'],
    ['! -p tcp', 'yes'],
    ['-p udp -m multiport --dports 60,50:55', 'yes'],
    ['-p udp -m multiport ! --dports 60,50:55', 'no'],
    ['-s 10.0.0.0/24 -d 192.0.2.1', 'yes'],
    ['! -s 10.0.0.0/24', 'no'],
    ['-d 192.0.2.2/32', 'no'],
    ['-m addrtype --dst-type LOCAL', 'yes'],
    ['-m addrtype --src-type LOCAL', 'no'],
    ['-m addrtype --dst-type UNICAST', 'may'],
    ['-m comment --comment "-j DNAT"', 'yes'],
    ['-i eth0 -p udp', 'may'],
    ['-i eth0 -p tcp', 'no'],
    ['! -i eth0', 'may'],
    ['-m set --match-set a dst -p udp', 'may'],
    ['-p udp --dport domain', 'may'],
    ['-s example', 'may'],
  ])('%s: %s', (text, certainty) => expect(matchRule([...words(text), '-j', 'ACCEPT'])(PACKET)).toBe(certainty));
});

describe('a packet', () => {
  const ask = (chains: Readonly<Record<string, readonly string[]>>) =>
    readNat(Object.fromEntries(Object.entries(chains).map(([chain, rules]) => [chain, rules.map(words)])))(PACKET);
  const to = (address: string | null, port: number | null = 0) => ({ address, port });

  test.each([
    [
      'meets the first rule that holds',
      ['-j DNAT --to-destination 1.1.1.1:5', '-j DNAT --to-destination 2.2.2.2'],
      [to('1.1.1.1', 5)],
      false,
    ],
    [
      'may meet the next where the first may not hold',
      ['-i a -j DNAT --to-destination 1.1.1.1', '-j REDIRECT --to-ports 9'],
      [to('1.1.1.1'), to(null, 9)],
      false,
    ],
    ['is left alone where no rule holds', ['-p tcp -j DNAT --to-destination 1.1.1.1'], [], true],
    ['is left alone where it is accepted before', ['-p udp -j ACCEPT', '-j DNAT --to-destination 1.1.1.1'], [], true],
    [
      'goes on behind what translates nothing',
      ['-j MARK --set-xmark 1', '-j LOG', '-j ELSEWHERE', '-j DNAT --to-destination 1.1.1.1'],
      [to('1.1.1.1')],
      false,
    ],
    ['may go anywhere in a range', ['-j DNAT --to-destination 1.1.1.1-1.1.1.9'], [to(null, null)], false],
    ['may come to any port of a range', ['-j REDIRECT --to-ports 5-9'], [to(null, null)], false],
    ['may be mapped', ['-j NETMAP --to 10.9.0.0/16'], [to(null, null)], false],
  ])('%s', (_, PREROUTING, targets, untouched) => expect(ask({ PREROUTING })).toEqual({ targets, untouched }));

  test('goes through chains and comes back', () => {
    const chains = {
      OWN: ['-p tcp -j DNAT --to-destination 1.1.1.1', '-s 10.0.0.9 -j RETURN', '-j DNAT --to-destination 2.2.2.2'],
    };
    expect(ask({ PREROUTING: ['-j OWN', '-j DNAT --to-destination 3.3.3.3'], ...chains }).targets).toEqual([
      to('3.3.3.3'),
    ]);
    expect(ask({ PREROUTING: ['-g OWN', '-j DNAT --to-destination 3.3.3.3'], ...chains })).toEqual({
      targets: [],
      untouched: true,
    });
  });

  test('of the machine itself goes by OUTPUT', () => {
    const own = readNat({ OUTPUT: [words('-j DNAT --to-destination [fd00::1]:5')], PREROUTING: [] });
    expect(own({ ...PACKET, isLocal: () => true }).targets).toEqual([to('fd00::1', 5)]);
    expect(own({ ...PACKET, isLocal: () => false }).targets).toEqual([]);
  });
});

test('a target keeps the port where it names none', () => {
  expect(isTarget({ address: '1.1.1.1', port: 0 }, '1.1.1.1', 53, 53)).toBe(true);
  expect(isTarget({ address: '1.1.1.1', port: 0 }, '1.1.1.1', 54, 53)).toBe(false);
  expect(isTarget({ address: null, port: 9 }, '1.1.1.1', 9, 53)).toBe(true);
  expect(isTarget({ address: '1.1.1.2', port: null }, '1.1.1.1', 9, 53)).toBe(false);
});

test('tables without a rule that translates are known', () => {
  expect(mayTranslate({ PREROUTING: [words('-j LOG')], POSTROUTING: [words('-j DNAT')] })).toBe(false);
  expect(mayTranslate({ OWN: [words('-p udp -j REDIRECT')] })).toBe(true);
  expect(mayTranslate({ PREROUTING: [words('-j KUBE-SERVICES')] })).toBe(true);
});
