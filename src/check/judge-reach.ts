/** Attempts and what came of them in, what that says of a check out. */

import type { MatrixCheck, MeasureBounds, ReachCheck } from '../features/checks/model.ts';
import type { Directory } from '../language/lab/directory.ts';
import type { Reaching } from '../language/lab/sending.ts';
import type { FailedAttempt, Fault } from '../path/failed-attempt.ts';
import type { ProbeResult } from '../sandbox/sandbox.ts';
import type { CheckAttempt } from './attempts.ts';
import type { Finding } from './finding.ts';
import { countBackends, faultOfBackends, listBackends } from './judge-backends.ts';
import { arrow, bitrate, duration, excerpt, listSome, percent } from './words.ts';

/** An attempt that was made. */
interface Tried {
  readonly attempt: CheckAttempt;
  readonly result: ProbeResult | undefined;
  readonly faults: readonly string[];
  readonly fault: Fault;
}

/** One result for each attempt, in order; undefined for what could not be tried. */
export function judgeReach(
  check: ReachCheck | MatrixCheck,
  attempts: readonly CheckAttempt[],
  results: readonly (ProbeResult | undefined)[],
  directory: Directory,
): Finding {
  const tried = attempts.map((attempt, index) => tryOut(check, attempt, results[index], directory));
  const wrong = tried.filter(({ faults }) => faults.length > 0);
  const noun = check.kind === 'matrix' ? 'cells' : 'attempts';
  const only = tried.length === 1 ? tried[0] : undefined;
  const passed = wrong.length === 0;
  const message = only
    ? describeOne(check, only, directory)
    : passed
      ? `all ${tried.length} ${noun} are as expected`
      : `${wrong.length} of ${tried.length} ${noun} ${wrong.length === 1 ? 'differs' : 'differ'}`;
  const lines = only ? [] : listSome(wrong.map(one => describeOne(check, one, directory)));
  return {
    check,
    passed,
    message,
    details: [...lines, ...noteListeners(tried, directory)],
    failed: wrong.flatMap(toFailedAttempt),
  };
}

function tryOut(
  check: ReachCheck | MatrixCheck,
  attempt: CheckAttempt,
  given: ProbeResult | undefined,
  directory: Directory,
): Tried {
  if (!given) return { attempt, result: given, faults: [`${attempt.to} has no address there`], fault: 'content' };
  const lacksServer = check.kind === 'reach' && !check.listen && given.listener && given.verdict === 'open';
  const result = lacksServer ? withoutListener(given, attempt, directory) : given;
  const wrong = faultOfVerdict(attempt.expect, result);
  if (wrong !== undefined) return { attempt, result, faults: [wrong], fault: lacksServer ? 'no-server' : 'verdict' };
  if (result.verdict !== 'open')
    return { attempt, result, faults: faultsOfInconclusive(attempt, result), fault: 'verdict' };
  const isGiven = (text: string | undefined) => text !== undefined;
  const elsewhere = faultOfReceiver(attempt, result);
  if (elsewhere !== undefined) return { attempt, result, faults: [elsewhere], fault: 'source' };
  if (check.kind === 'matrix') return { attempt, result, faults: [], fault: 'verdict' };
  const source = faultOfSource(check, attempt, result, directory);
  const backends = faultsOfFrontend(check, attempt, result, directory).filter(isGiven);
  const measures = faultsOfMeasures(check, result);
  const contents = faultsOfContent(check, result).filter(isGiven);
  const others = measures.some(({ isHindered }) => isHindered) ? 'measure' : 'content';
  const fault = source !== undefined ? 'source' : backends.length > 0 ? 'backends' : others;
  const texts = [source, ...backends, ...measures.map(({ text }) => text), ...contents];
  return { attempt, result, faults: texts.filter(isGiven), fault };
}

/** Where a server has to run, netlab's own does not count. */
function withoutListener(result: ProbeResult, attempt: CheckAttempt, directory: Directory): ProbeResult {
  const reason = `no server runs on ${listenersOf(attempt, result, directory).join(', ')}`;
  return { ...result, verdict: 'refused', reason, http: null, arrived: null };
}

function faultOfVerdict(expect: Reaching, { verdict, reason, by, arrived }: ProbeResult): string | undefined {
  const found = verdict === 'open' ? 'reachable' : verdict;
  if (found === expect || (expect === 'blocked' && verdict !== 'open')) return undefined;
  const seen = arrived === null || verdict === 'open' ? [] : [arrivedInWords(arrived, verdict)];
  const words = [reason, ...(by === null || reason.includes(by) ? [] : [`said by ${by}`]), ...seen];
  const why = words.filter(word => word !== '').join('; ');
  return `expected ${expect}, but ${found}${why === '' ? '' : `: ${why}`}`;
}

/** What is blocked as it should be may still be so for another reason. */
function faultsOfInconclusive({ expect }: CheckAttempt, { verdict, inconclusive }: ProbeResult): string[] {
  return inconclusive === ''
    ? []
    : [`expected ${expect}, and it was ${verdict}, but that says nothing: ${inconclusive}`];
}

function arrivedInWords(arrived: boolean, verdict: ProbeResult['verdict']): string {
  if (!arrived) return 'it did not arrive';
  return verdict === 'dropped' ? 'it arrived, so what is missing is the answer' : 'it arrived';
}

/** It is answered, but not by the owner of the address, which has been translated on the way. */
function faultOfReceiver({ to, frontend }: CheckAttempt, { arrived }: ProbeResult): string | undefined {
  if (frontend?.isWhole === false) return undefined;
  return arrived === false ? `expected reachable, but somebody else answers: it did not arrive at ${to}` : undefined;
}

function faultOfSource(
  { sourceIP }: ReachCheck,
  { from }: CheckAttempt,
  result: ProbeResult,
  directory: Directory,
): string | undefined {
  if (sourceIP === undefined) return undefined;
  const sources = sourcesOf(result);
  if (sources.length === 0) return `nobody in the lab could look which source address arrived`;
  const isWanted = (seen: string) => {
    const owner = directory.ownerOf(seen)?.entry;
    if (sourceIP === 'masqueraded') return owner?.kind === 'node';
    return sourceIP === 'preserved' ? owner?.ns === from.ns : seen === sourceIP;
  };
  const other = sources.find(seen => !isWanted(seen));
  if (other === undefined) return undefined;
  const owner = directory.ownerOf(other)?.entry.key;
  const seen = `${other}${owner === undefined ? '' : ` (${owner})`}`;
  return `expected ${sourceInWords(sourceIP, from.key)}, but the receiver saw ${seen}`;
}

/** Where several answer, not every one need see the same. */
function sourcesOf({ seen, sourceIP }: ProbeResult): string[] {
  const all = new Set(seen.flatMap(one => one?.sourceIP ?? []));
  return all.size > 0 || sourceIP === null ? [...all] : [sourceIP];
}

function sourceInWords(wanted: string, from: string): string {
  if (wanted === 'preserved') return `${from}'s own source address`;
  return wanted === 'masqueraded' ? "a node's source address" : `source address ${wanted}`;
}

/** Where others answer, who answers now and then is not reachable. */
function faultsOfFrontend(
  { backends, loss }: ReachCheck,
  { frontend }: CheckAttempt,
  result: ProbeResult,
  directory: Directory,
): (string | undefined)[] {
  const { sent, received, lostReason } = result;
  const isWhole = !frontend || loss !== undefined || received >= sent;
  return [
    isWhole
      ? undefined
      : `only ${received} of ${sent} attempts were answered${lostReason === '' ? '' : ` (${lostReason})`}`,
    backends && faultOfBackends(backends, frontend, countBackends(result, frontend, directory)),
  ];
}

/** What is out of its bounds. Where the way is better than it should be, nothing on it hinders the packets. */
interface MeasureFault {
  readonly text: string;
  readonly isHindered: boolean;
}

function faultsOfMeasures(check: ReachCheck, result: ProbeResult): MeasureFault[] {
  const { rttMs, sent, received, throughput, inconclusive } = result;
  const lost = sent === 0 ? 0 : ((sent - received) / sent) * 100;
  return [
    faultOfBounds('latency', check.latency, rttMs.length === 0 ? undefined : median(rttMs), duration, 'max'),
    faultOfBounds('loss', check.loss, lost, percent, 'max'),
    faultOfBounds('throughput', check.throughput, throughput ?? undefined, bitrate, 'min'),
  ]
    .flatMap(fault => fault ?? [])
    .map(fault => (inconclusive === '' ? fault : { ...fault, text: `${fault.text}; ${inconclusive}` }));
}

function faultsOfContent(check: ReachCheck, { http }: ProbeResult): (string | undefined)[] {
  return [
    check.status !== undefined && http?.status !== check.status
      ? `expected HTTP status ${check.status}, but ${http ? `it is ${http.status}` : 'no HTTP answer came'}`
      : undefined,
    check.body !== undefined && !http?.body.includes(check.body)
      ? `expected "${check.body}" in the answer, but it is "${excerpt(http?.body ?? '')}"`
      : undefined,
  ];
}

/** The middle one: a single slow packet on a busy machine says nothing of the link. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

/** `hindered`: the bound that is broken where packets are held up or lost. */
function faultOfBounds(
  what: string,
  bounds: MeasureBounds | undefined,
  value: number | undefined,
  write: (value: number) => string,
  hindered: 'min' | 'max',
): MeasureFault | undefined {
  if (!bounds) return undefined;
  if (value === undefined) return { text: `${what} could not be measured`, isHindered: true };
  const { min, max } = bounds;
  const say = (bound: number, words: string) =>
    `expected a ${what} of at ${words} ${write(bound)}, but it is ${write(value)}`;
  if (min !== undefined && value < min) return { text: say(min, 'least'), isHindered: hindered === 'min' };
  if (max !== undefined && value > max) return { text: say(max, 'most'), isHindered: hindered === 'max' };
  return undefined;
}

function describeOne(check: ReachCheck | MatrixCheck, tried: Tried, directory: Directory): string {
  const { attempt, faults } = tried;
  const { from, to, probe } = attempt;
  const way = probe ? arrow(from.key, to, probe.address, probe.protocol, probe.port) : `${from.key} → ${to}`;
  const size = probe?.size === undefined ? '' : `, ${probe.size} bytes`;
  return `${way}${size}: ${faults.length > 0 ? faults.join('; ') : describeGood(check, tried, directory)}`;
}

function describeGood(check: ReachCheck | MatrixCheck, { attempt, result }: Tried, directory: Directory): string {
  if (!result) return 'not tried';
  const { verdict, reason, rttMs, sent, received, throughput } = result;
  if (verdict !== 'open') return `${verdict}${reason === '' ? '' : `: ${reason}`}`;
  const measured = check.kind === 'reach' ? check : undefined;
  const counts = countBackends(result, attempt.frontend, directory);
  const parts = [
    ...(attempt.frontend === undefined || counts.size === 0 ? [] : [`answered by ${listBackends(counts)}`]),
    ...(measured?.sourceIP === undefined ? [] : [`from ${sourcesOf(result).join(', ')}`]),
    ...(measured?.latency === undefined ? [] : [`latency ${duration(median(rttMs))}`]),
    ...(measured?.loss === undefined ? [] : [`${received} of ${sent} answered`]),
    ...(measured?.throughput === undefined ? [] : [`throughput ${bitrate(throughput ?? 0)}`]),
    ...(result.http && measured?.status !== undefined ? [`HTTP status ${result.http.status}`] : []),
  ];
  return ['reachable', ...parts].join(', ');
}

function noteListeners(tried: readonly Tried[], directory: Directory): string[] {
  const opened = tried.flatMap(({ attempt, result }) =>
    result?.listener && result.verdict === 'open' ? listenersOf(attempt, result, directory) : [],
  );
  const spots = [...new Set(opened)];
  if (spots.length === 0) return [];
  const shown = spots.length > 3 ? `${spots.slice(0, 3).join(', ')} and ${spots.length - 3} more` : spots.join(', ');
  return [`note: no server runs on ${shown}; netlab opened a listener for the time of the check`];
}

/** Where netlab's own listener took an attempt. */
function listenersOf({ probe, to, frontend }: CheckAttempt, { seen }: ProbeResult, directory: Directory): string[] {
  if (!probe) return [];
  const protocol = probe.protocol === 'http' ? 'tcp' : probe.protocol;
  if (!frontend) return [`${protocol} port ${probe.port} of ${to}`];
  const namespaces = new Set(seen.flatMap(one => (one?.listener ? [one.ns] : [])));
  const own = frontend.backends.filter(({ ns }) => namespaces.has(ns));
  return own.map(({ ns, port }) => `${protocol} port ${port} of ${directory.keyOf(ns)}`);
}

function toFailedAttempt({ attempt, result, fault, faults }: Tried): FailedAttempt[] {
  // Where the reason is outside of the lab, nothing in it is to be found.
  if (!attempt.probe || !result || faults.length === 0 || result.inconclusive !== '') return [];
  return [{ probe: attempt.probe, result, expect: attempt.expect, fault, frontend: attempt.frontend }];
}
