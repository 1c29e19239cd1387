/** Checks that send something: who reaches whom, over what, and what has to come back. */

import { familyOf, formatIp, parseIp } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { CheckEntry } from '../../../language/lab/generated/lab-file.ts';
import { toBits, toMilliseconds } from '../../../language/lab/quantity.ts';
import type { Sending } from '../../../language/lab/sending.ts';
import type { Topology } from '../../../resolve/model.ts';
import { familiesOf, readMachine, readPlaces, readTarget } from '../../../resolve/places.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { readIp } from '../../../resolve/read-address.ts';
import type { Service } from '../../services/model.ts';
import type { ReachCheck } from '../model.ts';
import { given } from './given.ts';
import { readBounds, readPercentBounds } from './quantities.ts';
import { attemptsFor, type CheckScope, readBackends, readServiceTarget } from './service.ts';

type Reach = Omit<ReachCheck, 'name' | 'timeoutMs' | 'source'>;

const HTTP_KEYS = ['status', 'body', 'path', 'host'] as const;
/** Keys about the answer. */
const ANSWER_KEYS = ['sourceIP', 'backends', 'status', 'body', 'latency', 'loss', 'throughput'] as const;
const HTTP_PORT = 80;
const DEFAULT_COUNT = 10;

export function readReach(entry: CheckEntry, path: Path, scope: CheckScope): Reach | undefined {
  const { from, to, expect = 'reachable' } = entry;
  if (from === undefined || to === undefined || expect === 'present' || expect === 'absent') return undefined;
  const toService = isService(to);
  const found = toService ? readServiceTarget(entry, path, scope) : undefined;
  if (toService && !found) return undefined;
  const sending = found?.sending ?? readSending(entry, path, scope);
  refuseMeaningless(entry, sending, path, scope);
  const senders = readPlaces(from, [...path, 'from'], scope, readMachine);
  const targets = found ? [found.target] : readPlaces(to, [...path, 'to'], scope, readTarget);
  checkFamilies({ senders, targets, service: found?.service }, sending, [...path, 'to'], scope);
  if (!found) refuseBackends(entry, targets, path, scope);
  const backends = readBackends(entry.backends, found?.service, [...path, 'backends'], scope);
  const sourceIP = readSourceIP(entry.sourceIP, [...path, 'sourceIP'], scope);
  const { listen = !(entry.status !== undefined || entry.body !== undefined), status, body, host, size } = entry;
  const isMeasured = entry.latency !== undefined || entry.loss !== undefined;
  return {
    kind: 'reach',
    ...{ from: senders, to: targets, expect, ...sending, listen },
    ...given({ sourceIP, backends, status, body, path: entry.path, host, size }),
    count: entry.count ?? Math.max(backends ? attemptsFor(backends) : 1, isMeasured ? DEFAULT_COUNT : 1),
    ...readMeasures(entry, path, scope),
  };
}

const isService = (to: NonNullable<CheckEntry['to']>) => typeof to === 'object' && 'service' in to;

/** A Service may also be meant by an address: a node's, for a node port, or an external one. */
function refuseBackends({ backends }: CheckEntry, targets: readonly string[], path: Path, scope: Topology): void {
  const pod = targets.find(target => scope.machines.pods.has(target));
  if (backends === undefined || pod === undefined) return;
  const hint = 'name the Service: "to: { service: … }"';
  scope.problems.errorAtKey([...path, 'backends'], 'conflict', `pod "${pod}" answers for itself`, hint);
}

function readMeasures({ latency, loss, throughput }: CheckEntry, path: Path, { problems }: Topology) {
  return given({
    latency: readBounds(latency, toMilliseconds, [...path, 'latency'], problems),
    loss: readPercentBounds(loss, [...path, 'loss'], problems),
    throughput: readBounds(throughput, toBits, [...path, 'throughput'], problems),
  });
}

/** Without a protocol a port means tcp, and no port icmp. */
export function readSending(entry: CheckEntry, path: Path, { problems }: Topology): Sending {
  const { ipFamily } = entry;
  const port = readPort(entry.port, [...path, 'port'], problems);
  const protocol = entry.protocol ?? (port !== undefined || entry.throughput !== undefined ? 'tcp' : 'icmp');
  const family = ipFamily === undefined ? {} : { ipFamily };
  if (protocol === 'icmp') {
    if (port !== undefined)
      problems.errorAtKey([...path, 'port'], 'conflict', 'icmp has no ports', 'remove "port", or "protocol: icmp"');
    return { protocol, port: null, ...family };
  }
  if (port === undefined && protocol !== 'http') {
    const hint = 'add it: "port: 80"';
    problems.errorAtKey(path, 'missing-key', `a check over ${protocol} needs a "port"`, hint);
  }
  return { protocol, port: port ?? HTTP_PORT, ...family };
}

function readPort(port: CheckEntry['port'], path: Path, problems: Problems): number | undefined {
  if (typeof port !== 'string') return port;
  const digits = /^[1-9][0-9]*$/.test(port) ? `write ${port}, without quotes` : undefined;
  const hint = digits ?? 'write its number; only the ports of a Service have names: "to: { service: … }"';
  problems.error(path, 'conflict', `"${port}" is not the number of a port`, hint);
  return undefined;
}

function refuseMeaningless(entry: CheckEntry, { protocol }: Sending, path: Path, { problems }: Topology): void {
  const refuse = (key: keyof CheckEntry, why: string, hint: string) => {
    if (entry[key] !== undefined) problems.errorAtKey([...path, key], 'conflict', why, hint);
  };
  if (protocol !== 'http')
    for (const key of HTTP_KEYS) refuse(key, `"${key}" is asked over http, not ${protocol}`, 'add "protocol: http"');
  if (protocol !== 'tcp') refuse('throughput', `throughput is measured over tcp, not ${protocol}`, 'add a "port"');
  if (protocol === 'icmp') refuse('listen', 'icmp needs no listener', 'remove "listen", or add a "port"');
  if (protocol === 'sctp')
    for (const key of ['listen', 'size'] as const)
      refuse(
        key,
        `over sctp netlab sends and answers a first packet by itself: "${key}" means nothing`,
        `remove "${key}"`,
      );
  if ((entry.expect ?? 'reachable') === 'reachable') return;
  for (const key of ANSWER_KEYS)
    refuse(key, `what is to be ${entry.expect} has no "${key}"`, `remove "${key}", or "expect: ${entry.expect}"`);
}

interface Ends {
  readonly senders: readonly string[];
  readonly targets: readonly string[];
  /** What the target is, where it is a Service. */
  readonly service?: Service | undefined;
}

/** Both ends need an address of one family, or nothing could be tried. */
export function checkFamilies(
  { senders, targets, service }: Ends,
  { ipFamily }: Sending,
  path: Path,
  scope: Topology,
): void {
  const asked = new Set(ipFamily === undefined ? [4, 6] : [ipFamily === 'ipv4' ? 4 : 6]);
  const wanted = ipFamily === undefined ? '' : ` IPv${ipFamily === 'ipv4' ? 4 : 6}`;
  for (const target of targets) {
    const families = service ? familiesOfService(service) : familiesOf(target, scope);
    if (families === undefined) continue;
    const usable = [...families].filter(family => asked.has(family));
    if (usable.length === 0) {
      const message = parseIp(target)
        ? `${target} is not${wanted}`
        : `"${service?.key ?? target}" has no${wanted} address`;
      scope.problems.error(path, families.size === 0 ? 'missing-key' : 'wrong-family', message);
      return;
    }
    const stranger = senders.find(sender => {
      const own = familiesOf(sender, scope) ?? new Set();
      return own.size > 0 && !usable.some(family => own.has(family));
    });
    if (stranger === undefined) continue;
    const message = `"${stranger}" and "${service?.key ?? target}" have no address of the same${wanted} family`;
    scope.problems.error(path, 'wrong-family', message);
    return;
  }
}

const familiesOfService = ({ clusterIPs }: Service) => new Set(clusterIPs.map(ip => familyOf(ip)));

function readSourceIP(text: string | undefined, path: Path, { problems }: Topology): string | undefined {
  if (text === undefined || text === 'preserved' || text === 'masqueraded') return text;
  const hint = 'write "preserved", "masqueraded", or an address without a prefix length';
  const ip = readIp(text, path, problems, hint);
  return ip && formatIp(ip);
}
