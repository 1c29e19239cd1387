/** What is said of a probe, by the answers to its attempts and by what else was found out. */
import { describe, expect, it } from 'vitest';
import { type Answer, answerOf, type ProbeTarget, type Receiver } from '../../../../src/agent/probe/answer.ts';
import type { Outcome } from '../../../../src/agent/probe/outcome.ts';
import type { DeadEnd } from '../../../../src/agent/probe/path.ts';
import { composeResult } from '../../../../src/agent/probe/result.ts';
import type { Probe } from '../../../../src/sandbox/sandbox.ts';

function targetOf(change: Partial<Probe> = {}, receiver: Receiver = 'listener', backends: string[] = []): ProbeTarget {
  const probe: Probe = {
    ...{ from: 'a', to: 'b', address: '10.0.0.2', protocol: 'tcp', port: 80, timeoutMs: 1000 },
    ...change,
  };
  return {
    ...{ probe, receiver, backends: new Map(backends.map(ns => [ns, 'server' as const])) },
    ...{ points: probe.to === null ? [] : [{ ns: probe.to }], endpoint: { address: probe.address, port: 80 } },
  };
}

const SILENCE: Outcome = { kind: 'silence', waitedMs: 1000 };
const unreachable = (by: string): Outcome => ({
  kind: 'icmp',
  error: { family: 2, type: 3, code: 1, info: 0, by },
});
const prohibited = (by: string): Outcome => ({ kind: 'icmp', error: { family: 2, type: 3, code: 13, info: 0, by } });

function resultOf(answers: readonly Answer[], target = targetOf(), deadEnd?: DeadEnd) {
  return composeResult(target, answers, () => deadEnd);
}

describe('what came through', () => {
  it('is open, seen from its source, with what was measured', () => {
    const answer = answerOf({ kind: 'open' }, { ns: 'b', source: '10.0.0.1', isListener: true, rttMs: 1.23456 });
    expect(resultOf([answer])).toMatchObject({
      ...{ verdict: 'open', reason: '', arrived: true, sourceIP: '10.0.0.1', listener: true },
      ...{ sent: 1, received: 1, lostReason: '', rttMs: [1.235], inconclusive: '' },
      seen: [{ ns: 'b', sourceIP: '10.0.0.1', listener: true, open: true }],
    });
  });

  it('is open where one of several did, and says why the last of the others did not', () => {
    const result = resultOf([answerOf({ kind: 'open' }), answerOf({ kind: 'reset' }), answerOf(SILENCE)]);
    expect(result).toMatchObject({ verdict: 'open', sent: 3, received: 1, lostReason: 'no answer within 1 s' });
  });

  it('may be inconclusive, too: late because the table was full', () => {
    const result = resultOf([answerOf({ kind: 'open' }, { isInconclusive: true })]);
    expect(result.verdict).toBe('open');
    expect(result.reason).toBe('');
    expect(result.inconclusive).toContain('neighbour table was full');
  });

  it('says nothing of the other end where there is nobody to look', () => {
    const target = targetOf({ to: null }, 'unknown');
    expect(resultOf([answerOf({ kind: 'open' })], target)).toMatchObject({ arrived: null, sourceIP: null });
  });
});

describe('what did not', () => {
  const noNeighbour: DeadEnd = { kind: 'no-neighbour', ns: 'node1', address: '10.0.0.2' };

  it.each<[string, Outcome, DeadEnd | undefined, string, string]>([
    ['silence', SILENCE, undefined, 'dropped', 'no answer within 1 s'],
    ['silence where the way ends', SILENCE, noNeighbour, 'unroutable', 'nobody answers ARP of node1 for 10.0.0.2'],
    ['a missing route', SILENCE, { kind: 'no-route', ns: 'a' }, 'unroutable', 'no route to 10.0.0.2'],
    ['one on the way', SILENCE, { kind: 'no-route', ns: 'n' }, 'unroutable', 'n has no route to 10.0.0.2'],
    ['a router that says less than is known', unreachable('10.0.0.9'), noNeighbour, 'unroutable', 'nobody answers ARP'],
    [
      'a router that says as much',
      unreachable('10.0.0.9'),
      { kind: 'no-route', ns: 'n' },
      'unroutable',
      '10.0.0.9 says',
    ],
    ['a firewall', prohibited('10.0.0.9'), noNeighbour, 'refused', 'administratively prohibited'],
    ['a reset', { kind: 'reset' }, noNeighbour, 'refused', 'connection refused by 10.0.0.2'],
  ])('%s', (_, outcome, deadEnd, verdict, reason) => {
    const result = resultOf([answerOf(outcome)], targetOf(), deadEnd);
    expect(result.verdict).toBe(verdict);
    expect(result.reason).toContain(reason);
  });

  it('but arrived was lost on its way back, wherever a way ends', () => {
    const seen = answerOf(SILENCE, { ns: 'b', source: '10.0.0.7' });
    const result = resultOf([seen], targetOf(), noNeighbour);
    expect(result).toMatchObject({ verdict: 'dropped', arrived: true, sourceIP: '10.0.0.7' });
    expect(result.seen).toEqual([{ ns: 'b', sourceIP: '10.0.0.7', listener: false, open: false }]);
  });

  it('is dropped behind a Service, wherever the way to its own address ends', () => {
    const target = targetOf({ to: null }, 'unknown', ['c']);
    expect(resultOf([answerOf(SILENCE)], target, { kind: 'no-route', ns: 'n' }).verdict).toBe('dropped');
  });

  it('says that it is inconclusive', () => {
    const result = resultOf([answerOf(SILENCE, { isInconclusive: true })]);
    expect(result.reason).toMatch(/^no answer within 1 s; .*neighbour table was full/);
  });
});
