import { describe, expect, test } from 'vitest';
import { freshProbeStatus, recordProbe } from '../../../../src/kubelet/life/probe-status.ts';

/** The result that counts after each probe: `+` for success, `-` for failure; in the same letters. */
function resultsOf(kind: 'readiness' | 'liveness', outcomes: string, success = 1, failure = 3): string {
  let status = freshProbeStatus(kind);
  const results = [...outcomes].map(outcome => {
    status = recordProbe(status, { successThreshold: success, failureThreshold: failure }, outcome === '+');
    return status.result === 'success' ? '+' : '-';
  });
  return results.join('');
}

test('a container is not ready, but alive, before its first probe', () => {
  expect(freshProbeStatus('readiness').result).toBe('failure');
  expect(freshProbeStatus('liveness').result).toBe('success');
});

describe('readiness', () => {
  test.each([
    ['is there with the first success', '-+', '-+', 1, 3],
    ['stays through fewer failures than the threshold', '+--+--', '++++++', 1, 3],
    ['goes with as many, and comes back', '+---+', '+++-+', 1, 3],
    ['goes at once with a threshold of one', '+-+', '+-+', 1, 1],
    ['waits for as many successes in a row as asked for', '++-+++', '-----+', 3, 3],
    ['is not brought nearer by successes before a failure', '++-++-++', '--------', 3, 3],
  ])('%s', (_, outcomes, results, success, failure) => {
    expect(resultsOf('readiness', outcomes, success, failure)).toBe(results);
  });
});

describe('liveness', () => {
  test.each([
    ['ends with as many failures in a row as the threshold', '---', '++-', 3],
    ['counts anew after each success', '--+--+---', '++++++++-', 3],
    ['ends with the first failure where one is enough', '-', '-', 1],
  ])('%s', (_, outcomes, results, failure) => expect(resultsOf('liveness', outcomes, 1, failure)).toBe(results));
});
