/** Why each pair of a matrix got through or not, as `reach --why` shows it. */
import { expect, test } from 'vitest';
import { leavePlain } from '../../../../src/cli/paint.ts';
import { whyJson, whyText } from '../../../../src/cli/views/why.ts';
import { makeDirectory } from '../../../../src/language/lab/directory.ts';
import type { Reason } from '../../../../src/lifecycle/reasons.ts';
import { OPEN } from '../../check/fake-probes.ts';
import { SHOP } from '../../features/network-policies/shop.ts';

const directory = makeDirectory(SHOP);
const COUNTED: Reason = { kind: 'counted', why: { kind: 'blocked', text: 'blocked on n2: x', notes: ['y'], by: [] } };
const EXPLAINED: Reason = { kind: 'explained', lines: ['a has no route to b', 'and more'] };

function textOf(verdict: 'open' | 'dropped', reason: Reason | undefined) {
  const from = directory.get('shop/back') ?? expect.unreachable();
  const probe = {
    from: from.ns,
    to: 'shop_db',
    address: '10.244.1.2',
    protocol: 'tcp',
    port: 80,
    timeoutMs: 1,
  } as const;
  const pair = { from, to: 'shop/db', probe, result: { ...OPEN, verdict, sourceIP: null } };
  const pairs = [reason === undefined ? pair : { ...pair, reason }];
  return whyText({ lab: SHOP, directory, from: [], to: [], sendings: [], pairs }, leavePlain);
}

test('each pair has its mark, what decided it, and what comes near', () => {
  expect(textOf('dropped', COUNTED)).toBe(
    '\nD shop/back → shop/db (10.244.1.2), tcp port 80\n    blocked on n2: x\n    y\n',
  );
  expect(textOf('open', EXPLAINED)).toBe(
    '\n✓ shop/back → shop/db (10.244.1.2), tcp port 80\n    a has no route to b\n    and more\n',
  );
  expect(textOf('open', { kind: 'unknown' })).toContain('    not looked at, as there are many');
  expect(textOf('open', undefined)).toBe('');
});

test('JSON has one shape, whoever has found it out', () => {
  expect(whyJson(COUNTED)).toEqual({ kind: 'blocked', text: 'blocked on n2: x', notes: ['y'], by: [] });
  expect(whyJson(EXPLAINED)).toEqual({ kind: 'other', text: 'a has no route to b', notes: ['and more'], by: [] });
  expect(whyJson({ kind: 'unknown' })).toEqual({ kind: 'unknown', text: '', notes: [], by: [] });
});
