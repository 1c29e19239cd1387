/** `netlab reach`: prints who reaches whom, as it is. */
import { formatIp, parseIp } from '../../address/address.ts';
import { listTargetKinds } from '../../check/frontends.ts';
import type { Path } from '../../language/diagnostic/diagnostic.ts';
import type { Lab } from '../../language/lab/lab.ts';
import { UsageError } from '../../lifecycle/errors.ts';
import { reach } from '../../lifecycle/reach.ts';
import type { Remembered } from '../../lifecycle/record.ts';
import type { NamedFrontendKind } from '../../path/frontend.ts';
import { JSON_FLAG, LAB, once, PORTS, TARGETS } from '../arguments.ts';
import { defineCommand } from '../command.ts';
import { readDuration } from '../duration.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { readRunningLab } from '../lab-argument.ts';
import { pickNames } from '../names.ts';
import { findLines } from '../read-any-lab.ts';
import { PROTOCOLS, type ReachProtocol, readSendings } from '../sendings.ts';
import { count } from '../views/count.ts';
import { reachJson, reachSummary, reachText } from '../views/reach.ts';
import { secondsSince } from '../views/seconds.ts';
import { whyText } from '../views/why.ts';
import { say } from '../write.ts';

/** Long enough for TCP to send its first packet a second time. */
const TIMEOUT = '2s';
const LONGEST_MS = 300_000;
/** From here on it takes long enough to say so. */
const MANY = 1000;

export const command = defineCommand({
  usage: 'reach [lab]',
  describe: 'show who reaches whom',
  options: y =>
    y
      .positional('lab', LAB)
      .option('from', { ...TARGETS, describe: 'who tries: a node or pod, * for any letters; all pods if left out' })
      .option('to', {
        ...TARGETS,
        describe: 'whom: a node, a pod, service/NAME or an address; all pods if left out',
        suggest: 'destination',
      })
      .option('port', {
        ...PORTS,
        describe: 'destination ports, such as 80,443, 8000-8010 or 53/udp; 80 if left out; may be given several times',
      })
      .option('protocol', {
        requiresArg: true,
        choices: PROTOCOLS,
        coerce: splitProtocols,
        describe: 'what is sent to ports without a protocol of their own; tcp if left out; several as tcp,udp',
      })
      .option('timeout', {
        type: 'string',
        requiresArg: true,
        default: TIMEOUT,
        coerce: once<string>('--timeout'),
        describe: 'how long to wait for an answer, such as 300ms',
      })
      .option('why', { type: 'boolean', default: false, describe: 'say what lets each through, or blocks it' })
      .option('json', JSON_FLAG),
  run: async ({ lab, from = [], to = [], port = [], protocol = [], timeout, why, json }, { backend, io }) => {
    const sendings = readSendings(port, protocol);
    const timeoutMs = readTimeout(timeout);
    const since = performance.now();
    const reached = await reach(backend, await readRunningLab(lab, backend, io), {
      choose: running => ({ from: choose(from, running, '--from'), to: choose(to, running, '--to') }),
      ...{ sendings, timeoutMs },
      onStart: probes => {
        if (probes >= MANY) say(`trying ${count(probes, 'probe')} …`, io);
      },
      ...(why ? { findPlaces: remembered => findPlaces(remembered, io) } : {}),
    });
    io.out(json ? reachJson(reached) : reachText(reached, io.paint.out));
    if (why && !json) io.out(whyText(reached, io.paint.out));
    if (!json) say(`${reachSummary(reached)} in ${secondsSince(since)}`, io);
    return EXIT.done;
  },
});

/** `tcp,udp`, or the option several times; in capitals, too, as Kubernetes writes it. */
function splitProtocols(given: string | readonly string[]): ReachProtocol[] {
  // Whether they are among the choices yargs sees for itself.
  return [given].flat().flatMap(word => word.toLowerCase().split(',')) as ReachProtocol[];
}

function readTimeout(text: string): number {
  const timeoutMs = readDuration(text, '--timeout');
  if (timeoutMs >= 1 && timeoutMs <= LONGEST_MS) return timeoutMs;
  throw new UsageError(`--timeout is from 1ms to 5m, and not "${text}"`);
}

/** `shop.lab.yaml:12`, or the lab's file alone where that says something else by now. */
async function findPlaces(remembered: Remembered, io: Io): Promise<(source: Path) => string> {
  const lineOf = await findLines(remembered, io);
  return source => {
    const found = lineOf(source);
    return found ? `${found.file}:${found.line}` : `no longer as in ${remembered.file}`;
  };
}

/** All pods where none is named; nodes can be named too. */
function choose(patterns: readonly string[], lab: Lab, option: string): string[] {
  if (patterns.length === 0) return lab.pods.map(({ key }) => key);
  const kinds = option === '--to' ? listTargetKinds(lab) : [];
  const addresses = option === '--from' ? [] : patterns.flatMap(text => parseIp(text) ?? []).map(formatIp);
  const names = patterns.filter(text => option === '--from' || parseIp(text) === undefined);
  const isOfKind = (name: string) => kinds.some(({ prefix }) => name.startsWith(prefix));
  return [
    ...pick(
      names.filter(name => !isOfKind(name)),
      [...lab.nodes, ...lab.pods].map(({ key }) => key),
      'node or pod',
    ),
    ...kinds.flatMap(kind => chooseTargets(names, kind)),
    ...addresses,
  ];
}

function pick(chosen: readonly string[], known: readonly string[], what: string): string[] {
  const plain = chosen.map(name => name.replace(/^default\//, ''));
  return plain.length === 0 ? [] : pickNames(plain, known, what);
}

function chooseTargets(names: readonly string[], { prefix, noun, targets }: NamedFrontendKind): string[] {
  const reachable = targets.filter(({ addresses }) => addresses.length > 0);
  const keys = new Map(reachable.map(({ name, key }) => [name, key]));
  const chosen = names.filter(name => name.startsWith(prefix)).map(name => name.slice(prefix.length));
  return pick(chosen, [...keys.keys()], noun).flatMap(name => keys.get(name) ?? []);
}
