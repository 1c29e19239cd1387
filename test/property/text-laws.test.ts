/** What holds for every text: quoting and parsing are each other's inverse, and addresses count as numbers do. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  contains,
  covers,
  type Family,
  familyBits,
  formatHost,
  formatIp,
  formatSubnet,
  isUsable,
  overlaps,
  parseHost,
  parseIp,
  type Subnet,
  subnetOf,
  subnetSize,
} from '../../src/address/address.ts';
import { parseRule } from '../../src/netfilter/rule.ts';
import { toRestore } from '../../src/netfilter/ruleset.ts';
import { quoteWord, splitWords } from '../../src/netfilter/words.ts';
import { quoteForShell, toShell } from '../../src/plan/shell.ts';
import { parseSave, rulesetOf } from '../../src/state/netfilter.ts';
import { runs } from './runs.ts';

const hostile = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    "'",
    "''",
    '"',
    '\\',
    '$HOME',
    '$(id)',
    '`id`',
    '!',
    '-n',
    '*',
    '~',
    '#',
    ';',
    '&',
    'ä💥',
    '\n',
    '%s',
    '\\0',
  ),
  fc.string({ unit: 'binary' }).map(text => text.replace(/\0|[\ud800-\udfff]/g, '')),
  fc.string({ unit: fc.constantFrom("'", '"', '\\', '$', '`', ' ', '\n', 'a') }),
);

/** The words as a real shell understands the text. */
function readBack(script: string): string[] {
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('shell quoting', () => {
  test('gives a real shell the same words', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 12 }), words => {
        expect(readBack(`printf '%s\\0' ${words.map(quoteForShell).join(' ')}`)).toEqual(words);
      }),
      runs(100),
    );
  });

  test('holds for whole commands', () => {
    const command = { ns: null, argv: ['printf', '%s\\0', "it's", '$HOME', 'a b', '-j'] };
    expect(readBack(toShell(command))).toEqual(command.argv.slice(2));
  });
});

/** iptables reads one line: no line breaks, and nothing that JavaScript calls a blank but a shell does not. */
const oneLine = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'B', '-', '"', "'", '\\', ' ', '\t', ':', '/', '!', '=') }),
  fc.string({ unit: 'grapheme-ascii' }),
);

describe('the words of a rule', () => {
  test('are the same after quoting and splitting', () => {
    fc.assert(
      fc.property(fc.array(oneLine), words => {
        expect(splitWords(words.map(quoteWord).join(' '))).toEqual(words);
      }),
    );
  });

  test('are what a shell makes of the same text, if it has no expansions', () => {
    fc.assert(
      fc.property(
        fc.array(
          oneLine.map(text => text.replace(/[!$`*?~#;&|<>(){}[\]=%^]/g, 'x')),
          { minLength: 1 },
        ),
        words => {
          const text = words.map(quoteForShell).join(' ');
          expect(splitWords(text)).toEqual(words);
        },
      ),
    );
  });

  test('never make splitting throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const words = splitWords(text);
        if (words === undefined) expect(text).toMatch(/['"\\]/);
        else expect(splitWords(words.map(quoteWord).join(' '))).toEqual(words);
      }),
    );
  });
});

const chainName = fc.constantFrom('ONE', 'TWO');
const ruleWords = fc.array(
  fc.constantFrom('-s', '10.0.0.0/8', '!', '-m', 'comment', '--comment', 'two words', "it's", '"'),
  { maxLength: 5 },
);
const ruleText = fc
  .tuple(
    fc.constantFrom('filter', 'nat'),
    fc.constantFrom('-A', '-I', '-I 1', '-I 2'),
    fc.oneof(chainName, fc.constant('OUTPUT')),
    ruleWords,
  )
  .map(([table, verb, chain, words]) => {
    const [flag = '', place = ''] = verb.split(' ');
    return `-t ${table} ${flag} ${chain} ${place} ${words.map(quoteWord).join(' ')}`;
  });

const madeChains = ['filter', 'nat'].flatMap(table => ['ONE', 'TWO'].map(chain => `-t ${table} -N ${chain}`));

describe('a ruleset', () => {
  const place = { ns: 'a', family: 4 } as const;
  const parsed = (texts: readonly string[]) =>
    texts.map(text => {
      const rule = parseRule(text);
      return 'message' in rule ? expect.unreachable(`${text}: ${rule.message}`) : rule;
    });

  test('is the same after it is printed as iptables-save does and parsed', () => {
    fc.assert(
      fc.property(fc.array(ruleText, { maxLength: 8 }), texts => {
        const objects = rulesetOf(place, parsed([...madeChains, ...texts]));
        const lines = ['filter', 'nat'].flatMap(table => [
          `*${table}`,
          ...objects.flatMap(item =>
            item.kind === 'chain' && item.table === table ? [`:${item.chain} ${item.policy ?? '-'} [0:0]`] : [],
          ),
          ...objects.flatMap(item =>
            item.kind === 'rules' && item.table === table
              ? item.rules.map(words => `-A ${[item.chain, ...words].map(quoteWord).join(' ')}`)
              : [],
          ),
          'COMMIT',
        ]);
        const sort = (items: typeof objects) => items.map(item => JSON.stringify(item)).toSorted();
        expect(sort(parseSave(place, `${lines.join('\n')}\n`))).toEqual(sort(objects));
      }),
    );
  });

  test('as a restore text has each command on the line that is told', () => {
    const argv = fc
      .tuple(fc.constantFrom('filter', 'nat', 'mangle'), ruleWords)
      .map(([table, words]) => ['iptables', '-t', table, '-A', 'OUTPUT', ...words]);
    fc.assert(
      fc.property(fc.array(argv), commands => {
        const { text, lines } = toRestore(commands);
        const written = text.split('\n');
        for (const [index, command] of commands.entries()) {
          const line = lines[index] ?? 0;
          expect(splitWords(written[line - 1] ?? '')).toEqual(command.slice(3));
          expect(written.slice(0, line).findLast(other => other.startsWith('*'))).toBe(`*${command[2]}`);
        }
        expect(written.filter(line => line === 'COMMIT').length).toBe(
          new Set(commands.map(([, , table]) => table)).size,
        );
      }),
    );
  });
});

const family = fc.constantFrom<Family>(4, 6);
const ip = family.chain(of =>
  fc.bigInt({ min: 0n, max: (1n << BigInt(familyBits(of))) - 1n }).map(value => ({ family: of, value })),
);
const subnet = ip.chain(of => fc.nat(familyBits(of.family)).map(prefix => subnetOf(of, prefix)));

/** Two subnets that have something to do with each other more often than chance has it. */
const subnetPair = subnet.chain(a =>
  fc.tuple(
    fc.constant(a),
    fc.oneof(
      subnet,
      fc
        .tuple(fc.nat(familyBits(a.family)), fc.nat(3))
        .map(([prefix, off]) => subnetOf({ family: a.family, value: near(a, BigInt(off)) }, prefix)),
    ),
  ),
);

function near({ base, family: of, prefix }: Subnet, offset: bigint): bigint {
  const end = (1n << BigInt(familyBits(of))) - 1n;
  const value = base + (offset === 3n ? 1n << BigInt(familyBits(of) - prefix) : offset);
  return value > end ? end : value;
}

const first = ({ base }: Subnet) => base;
const last = (of: Subnet) => of.base + (1n << BigInt(familyBits(of.family) - of.prefix)) - 1n;

describe('addresses', () => {
  test('are the same after formatting and parsing', () => {
    fc.assert(fc.property(ip, one => void expect(parseIp(formatIp(one))).toEqual(one)));
    fc.assert(fc.property(subnet, one => void expect(parseHost(formatSubnet(one))?.subnet).toEqual(one)));
  });

  test('of IPv6 have one text, however they are written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), value => {
        const groups = value.toString(16).padStart(32, '0').match(/.{4}/g) ?? [];
        const text = formatIp({ family: 6, value });
        expect(formatIp(parseIp(groups.join(':').toUpperCase()) ?? expect.unreachable())).toBe(text);
        expect(new URL(`http://[${groups.join(':')}]/`).hostname).toBe(`[${text}]`);
      }),
    );
  });

  test('with a prefix length belong to the subnet that holds them', () => {
    fc.assert(
      fc.property(ip, fc.nat(128), (one, length) => {
        const prefix = length % (familyBits(one.family) + 1);
        const host = parseHost(`${formatIp(one)}/${prefix}`) ?? expect.unreachable();
        expect(formatHost(host)).toBe(`${formatIp(one)}/${prefix}`);
        expect(first(host.subnet) <= one.value && one.value <= last(host.subnet)).toBe(true);
        expect(subnetSize(host.subnet)).toBe(last(host.subnet) - first(host.subnet) + 1n);
      }),
    );
  });

  test('and subnets contain, cover and overlap as ranges of numbers do', () => {
    fc.assert(
      fc.property(subnetPair, ([a, b]) => {
        const same = a.family === b.family;
        expect(overlaps(a, b)).toBe(same && first(a) <= last(b) && first(b) <= last(a));
        expect(covers(a, b)).toBe(same && first(a) <= first(b) && last(b) <= last(a));
        expect(contains(a, { family: b.family, value: last(b) })).toBe(
          same && first(a) <= last(b) && last(b) <= last(a),
        );
      }),
      runs(500),
    );
  });

  test('are for use unless they are first or last of a subnet', () => {
    fc.assert(
      fc.property(subnet, fc.nat(2), (of, at) => {
        const value = at === 0 ? first(of) : at === 1 ? last(of) : (first(of) + last(of)) / 2n;
        const small = familyBits(of.family) - of.prefix < 2;
        const usable = small || (value !== first(of) && (of.family === 6 || value !== last(of)));
        expect(isUsable({ ip: { family: of.family, value }, subnet: of })).toBe(usable);
      }),
    );
  });
});
