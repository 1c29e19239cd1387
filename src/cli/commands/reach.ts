/** `netlab reach`: prints who reaches whom, as it is. */
import { formatIp, parseIp } from '../../address/address.ts';
import { listTargetKinds } from '../../check/frontends.ts';
import type { Lab } from '../../language/lab/lab.ts';
import { UsageError } from '../../lifecycle/errors.ts';
import { reach } from '../../lifecycle/reach.ts';
import type { NamedFrontendKind } from '../../path/frontend.ts';
import { JSON_FLAG, LAB, once, TARGETS } from '../arguments.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readRunningLab } from '../lab-argument.ts';
import { pickNames } from '../names.ts';
import { count } from '../views/count.ts';
import { reachJson, reachSummary, reachText } from '../views/reach.ts';
import { secondsSince } from '../views/seconds.ts';
import { say } from '../write.ts';

const PROTOCOLS = ['tcp', 'udp', 'icmp'] as const;
type Protocol = (typeof PROTOCOLS)[number];
const TIMEOUT_MS = 2000;
const DEFAULT_PORT = 80;
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
      .option('port', { type: 'number', requiresArg: true, describe: 'destination port; 80 if left out' })
      .option('protocol', {
        requiresArg: true,
        choices: PROTOCOLS,
        default: 'tcp' as const,
        coerce: once<Protocol>('--protocol'),
        describe: 'what is sent',
      })
      .option('json', JSON_FLAG),
  run: async ({ lab, from = [], to = [], port: given, protocol, json }, { backend, io }) => {
    const port = readPort(given, protocol);
    const since = performance.now();
    const reached = await reach(backend, await readRunningLab(lab, backend, io), {
      choose: running => ({ from: choose(from, running, '--from'), to: choose(to, running, '--to') }),
      sending: { protocol, port, timeoutMs: TIMEOUT_MS },
      onStart: probes => {
        if (probes >= MANY) say(`trying ${count(probes, `${protocol} probe`)} …`, io);
      },
    });
    io.out(json ? reachJson(reached, protocol, port) : reachText(reached, io.paint.out));
    if (!json) say(`${reachSummary(reached)} in ${secondsSince(since)}`, io);
    return EXIT.done;
  },
});

function readPort(port: number | undefined, protocol: Protocol): number | null {
  if (protocol === 'icmp') {
    if (port === undefined) return null;
    throw new UsageError('icmp has no ports', 'leave --port out, or ask over tcp or udp');
  }
  if (port === undefined) return DEFAULT_PORT;
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new UsageError('--port takes a number from 1 to 65535');
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
