/** Numbers that expand prints, as the schema takes them: digits and a point. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { plainNumber } from '../../../src/language/lab/plain-number.ts';
import { expand } from '../../../src/pipeline/expand.ts';
import { load } from '../../../src/pipeline/load.ts';

test.each([
  [1e21, '1000000000000000000000'],
  [9.99e22, '99900000000000000000000'],
  [1e-7, '0.0000001'],
  [1.25e-9, '0.00000000125'],
  [0.5, '0.5'],
  [0, '0'],
])('%d is %s', (value, text) => {
  expect(plainNumber(value)).toBe(text);
});

test('every number is read back as itself', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), value => {
      expect(plainNumber(value)).toMatch(/^\d+(\.\d+)?$/);
      expect(Number(plainNumber(value))).toBe(value);
    }),
  );
});

const amount = fc.stringMatching(/^[0-9]{1,20}(\.[0-9]{1,12})?$/);
const rate = fc
  .tuple(amount, fc.constantFrom('bit', 'kbit', 'gbit', 'tbit', 'bps', 'tbps'))
  .map(words => words.join(''));
const time = fc.tuple(amount, fc.constantFrom('us', 'ms', 's')).map(words => words.join(''));
const share = fc.stringMatching(/^[0-9]{1,2}(\.[0-9]{1,20})?%$/);

test('what is taken as a bound expands to what is taken as the same bound', () => {
  const check = (bounds: object) => ({
    nodes: { n: {} },
    pods: { a: {}, b: {} },
    checks: { c: { from: 'a', to: 'b', ...bounds } },
  });
  fc.assert(
    fc.property(rate, time, share, (max, latency, loss) => {
      const bounds = { throughput: { max }, latency: { max: latency }, loss: { max: loss } };
      const first = load(stringify(check(bounds)), { name: 'lab' });
      if (!first.lab) return;
      const again = load(stringify(expand(first.lab)), { name: 'lab' });
      expect(again.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(again.lab?.checks).toMatchObject(first.lab.checks.map(({ source: _, ...rest }) => rest));
    }),
  );
});
