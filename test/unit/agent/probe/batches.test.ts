/** How many receivers are opened at once, as each takes file descriptors. */
import { expect, it } from 'vitest';
import { batchesOf } from '../../../../src/agent/probe/batches.ts';
import type { Probe } from '../../../../src/sandbox/sandbox.ts';

const probe = (from: string, to: string, backends = 0): Probe => ({
  ...{ from, to, address: '10.0.0.1', protocol: 'tcp', port: 80, timeoutMs: 1000 },
  ...(backends === 0 ? {} : { backends: Array.from({ length: backends }, () => ({}) as never) }),
});
const names = (probes: readonly Probe[], most: number) =>
  batchesOf(probes, most).map(batch => batch.map(({ from, to }) => `${from}${to}`).join(' '));

it.each([
  ['all at once where there is room', [probe('a', 'b'), probe('b', 'c')], 10, ['ab bc']],
  ['no more receivers than there is room for', [probe('a', 'b'), probe('b', 'c'), probe('c', 'd')], 2, ['ab bc', 'cd']],
  ['any number of senders to one receiver', [probe('a', 'z'), probe('b', 'y'), probe('c', 'z')], 1, ['az cz', 'by']],
  ['all endpoints of a Service count', [probe('a', 'b', 3), probe('b', 'c'), probe('c', 'd')], 4, ['ab bc', 'cd']],
  ['one that needs more than there is room for alone', [probe('a', 'b'), probe('b', 'c', 9)], 4, ['ab', 'bc']],
])('%s', (_, probes, most, batches) => expect(names(probes, most)).toEqual(batches));

it('nothing for nothing', () => expect(batchesOf([], 4)).toEqual([]));
