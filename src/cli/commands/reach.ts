/** `netlab reach`: prints who reaches whom, as it is. */
import { formatIp, parseIp } from '../../address/address.ts';
import { drawMatrix, fullName, isReached, markOf } from '../../check/reach.ts';
import { serviceOf, toServiceTarget } from '../../language/lab/check.ts';
import type { Lab } from '../../language/lab/lab.ts';
import { UsageError } from '../../lifecycle/errors.ts';
import { type Reached, reach } from '../../lifecycle/reach.ts';
import type { Backend } from '../../sandbox/sandbox.ts';
import { count } from '../count.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { readRunningLab } from '../lab-argument.ts';
import { pickNames } from '../names.ts';
import { seconds } from '../progress.ts';

export interface ReachArguments {
  readonly lab: string | undefined;
  /** Names and patterns; empty for every pod. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly port: number | undefined;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly json: boolean;
}

const TIMEOUT_MS = 2000;
const DEFAULT_PORT = 80;
/** From here on it takes long enough to say so. */
const MANY = 1000;

export async function runReach(args: ReachArguments, backend: Backend, io: Io): Promise<number> {
  const { lab, protocol, json } = args;
  const port = readPort(args);
  const since = performance.now();
  const reached = await reach(backend, await readRunningLab(lab, backend, io), {
    choose: running => ({ from: choose(args.from, running, '--from'), to: choose(args.to, running, '--to') }),
    sending: { protocol, port, timeoutMs: TIMEOUT_MS },
    onStart: probes => {
      if (probes >= MANY) io.err(`trying ${count(probes, `${protocol} probe`)} …\n`);
    },
  });
  if (json) io.out(`${toJson(reached, protocol, port)}\n`);
  else {
    io.out(toText(reached, io.colour.out));
    io.err(`${summary(reached)} in ${seconds(since)}\n`);
  }
  return EXIT.done;
}

function readPort({ port, protocol }: ReachArguments): number | null {
  if (protocol === 'icmp') {
    if (port === undefined) return null;
    throw new UsageError('icmp has no ports', 'leave --port out, or ask over tcp or udp');
  }
  if (port === undefined) return DEFAULT_PORT;
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new UsageError('--port takes a number from 1 to 65535');
}

/** Pods where nobody is named: nodes, too, can be named. */
function choose(patterns: readonly string[], { nodes, pods, services }: Lab, option: string): string[] {
  if (patterns.length === 0) return pods.map(({ key }) => key);
  const addresses = option === '--from' ? [] : patterns.flatMap(text => parseIp(text) ?? []).map(formatIp);
  const names = patterns.filter(text => option === '--from' || parseIp(text) === undefined);
  const isService = (name: string) => option === '--to' && name.startsWith(SERVICE);
  const keys = [...nodes, ...pods].map(({ key }) => key);
  const pick = (chosen: readonly string[], known: readonly string[], what: string) => {
    const plain = chosen.map(name => name.replace(/^default\//, ''));
    return plain.length === 0 ? [] : pickNames(plain, known, what);
  };
  const reachable = services.flatMap(({ key, clusterIPs }) => (clusterIPs.some(ip => ip !== 'None') ? [key] : []));
  const chosen = names.filter(isService).map(name => name.slice(SERVICE.length));
  return [
    ...pick(
      names.filter(name => !isService(name)),
      keys,
      'node or pod',
    ),
    ...pick(chosen, reachable, 'Service with a cluster IP').map(toServiceTarget),
    ...addresses,
  ];
}

/** As kubectl writes it. */
const SERVICE = 'service/';

function targetName(target: string): string {
  const service = serviceOf(target);
  return service === undefined ? target : `${SERVICE}${service}`;
}

function toJson({ pairs, lab, directory }: Reached, protocol: string, port: number | null): string {
  const names = new Map([...lab.nodes, ...lab.pods].map(({ key }) => [key, fullName(key, lab)]));
  const lines = pairs.map(({ from, to, probe, result }) => {
    const { verdict, sourceIP, reason, by, arrived, listener, seen } = result;
    const receiver = directory.keyOf(seen[0]?.ns ?? '');
    return JSON.stringify({
      from: names.get(from.key) ?? from.key,
      to: names.get(to) ?? targetName(to),
      ...{ protocol, port, reachable: isReached(result), verdict, sourceIP },
      ...{ receiver: receiver === '' ? null : (names.get(receiver) ?? receiver) },
      ...{ address: probe.address, reason, by, arrived, listener },
    });
  });
  // A line for each: ten thousand of them are still read by people.
  return lines.length === 0 ? '{"probes":[]}' : `{"probes":[\n${lines.join(',\n')}\n]}`;
}

function toText({ from, to, pairs, directory }: Reached, colour: boolean): string {
  if (pairs.length === 0) return '';
  const results = new Map<string, (typeof pairs)[number]['result'][]>();
  for (const pair of pairs) {
    const key = `${pair.from.key} ${pair.to}`;
    results.set(key, [...(results.get(key) ?? []), pair.result]);
  }
  const mark = (row: number, column: number) => {
    const entry = directory.get(from[row] ?? '');
    return entry ? markOf(results.get(`${from[row]} ${to[column]}`) ?? [], entry, directory) : 'not asked';
  };
  return drawMatrix(from, to.map(targetName), mark, colour);
}

function summary({ pairs }: Reached): string {
  const open = pairs.filter(({ result }) => isReached(result)).length;
  if (pairs.length === 0) return 'nobody to ask about';
  return `${open} of ${count(pairs.length, 'probe')} reachable`;
}
