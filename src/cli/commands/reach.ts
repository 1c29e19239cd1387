/** `netlab reach`: prints who reaches whom, as it is. */
import { formatIp, parseIp } from '../../address/address.ts';
import { toServiceTarget } from '../../features/checks/model.ts';
import type { Lab } from '../../language/lab/lab.ts';
import { UsageError } from '../../lifecycle/errors.ts';
import { reach } from '../../lifecycle/reach.ts';
import { JSON_FLAG, LAB, TARGETS } from '../arguments.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readRunningLab } from '../lab-argument.ts';
import { pickNames } from '../names.ts';
import { count } from '../views/count.ts';
import { reachJson, reachSummary, reachText, SERVICE } from '../views/reach.ts';
import { secondsSince } from '../views/seconds.ts';

const PROTOCOLS = ['tcp', 'udp', 'icmp'] as const;
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
      .option('protocol', { requiresArg: true, choices: PROTOCOLS, default: 'tcp' as const, describe: 'what is sent' })
      .option('json', JSON_FLAG),
  run: async ({ lab, from = [], to = [], port: given, protocol, json }, { backend, io }) => {
    const port = readPort(given, protocol);
    const since = performance.now();
    const reached = await reach(backend, await readRunningLab(lab, backend, io), {
      choose: running => ({ from: choose(from, running, '--from'), to: choose(to, running, '--to') }),
      sending: { protocol, port, timeoutMs: TIMEOUT_MS },
      onStart: probes => {
        if (probes >= MANY) io.err(`trying ${count(probes, `${protocol} probe`)} …\n`);
      },
    });
    io.out(json ? reachJson(reached, protocol, port) : reachText(reached, io.paint.out));
    if (!json) io.err(`${reachSummary(reached)} in ${secondsSince(since)}\n`);
    return EXIT.done;
  },
});

function readPort(port: number | undefined, protocol: (typeof PROTOCOLS)[number]): number | null {
  if (protocol === 'icmp') {
    if (port === undefined) return null;
    throw new UsageError('icmp has no ports', 'leave --port out, or ask over tcp or udp');
  }
  if (port === undefined) return DEFAULT_PORT;
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new UsageError('--port takes a number from 1 to 65535');
}

/** All pods where nothing is named; nodes only where they are. */
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
