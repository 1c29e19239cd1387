/** Who measures better than a lab says has no culprit on the way to look for. */
import { expect, it } from 'vitest';
import type { ProbeResult } from '../../../src/sandbox/sandbox.ts';
import { ask } from './fake-probes.ts';

const labOf = (bounds: string) => `nodes: { a: {} }
pods: { web: {}, db: {} }
checks: { fast: { from: web, to: db, port: 80, ${bounds} } }
`;

it.each<[bounds: string, Partial<ProbeResult>, says: string, fault: string]>([
  ['latency: { max: 5ms }', { rttMs: [9] }, 'of at most 5 ms, but it is 9', 'measure'],
  ['latency: { min: 5ms }', { rttMs: [1] }, 'of at least 5 ms, but it is 1', 'content'],
  ['loss: { min: 10% }', { sent: 10, received: 10 }, 'of at least 10 %, but it is 0 %', 'content'],
  ['throughput: { min: 5mbit }', { throughput: 1e6 }, 'of at least 5 Mbit/s, but it is 1', 'measure'],
  ['throughput: { max: 5mbit }', { throughput: 9e6 }, 'of at most 5 Mbit/s, but it is 9', 'content'],
])('%s', async (bounds, answer, says, fault) => {
  const [finding] = (await ask(labOf(bounds), () => answer)).findings;
  expect(finding?.message).toContain(says);
  expect(finding?.failed.map(attempt => attempt.fault)).toEqual([fault]);
});
