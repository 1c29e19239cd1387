/** A check's Service, port and backends by name in; its key, a port's number and who should answer, out. */

import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { CheckEntry } from '../../../language/lab/generated/lab-file.ts';
import { type Sending, transportOf } from '../../../language/lab/sending.ts';
import type { Topology } from '../../../resolve/model.ts';
import { readMachine } from '../../../resolve/places.ts';
import type { Service, ServicePort } from '../../services/model.ts';
import { toServiceTarget } from '../../services/model.ts';
import { hintApiServer } from '../../services/resolve/api-server.ts';
import type { Backends } from '../model.ts';
import { given } from './given.ts';

export interface CheckScope extends Topology {
  readonly services: readonly Service[];
}

export interface ServiceTarget {
  readonly service: Service;
  readonly target: string;
  readonly sending: Sending;
}

/** Undefined where the check is not to a Service, or something is wrong, which is then reported. */
export function readServiceTarget(
  { to, protocol, port, ipFamily, throughput }: CheckEntry,
  path: Path,
  scope: CheckScope,
): ServiceTarget | undefined {
  const { problems } = scope;
  if (typeof to !== 'object' || !('service' in to) || to.service === undefined) return undefined;
  const at = [...path, 'to', 'service'];
  if (to.labels !== undefined || to.namespace !== undefined)
    problems.errorAtKey(at, 'conflict', 'a Service, or pods by their labels: one of the two', 'make two checks of it');
  const service = findService(to.service, at, scope);
  if (!service) return undefined;
  if (protocol === 'icmp') {
    const message = `Service "${service.key}" is nothing but its ports: it answers no ping`;
    problems.error([...path, 'protocol'], 'conflict', message, 'remove "protocol: icmp"');
    return undefined;
  }
  if (throughput !== undefined)
    problems.errorAtKey([...path, 'throughput'], 'conflict', 'throughput is measured to a pod or node, not a Service');
  const found = findPort(service, port, protocol, path, scope);
  if (!found) return undefined;
  const family = ipFamily === undefined ? {} : { ipFamily };
  const own = OWN[found.protocol];
  return {
    service,
    target: toServiceTarget(service.key),
    sending: { protocol: protocol ?? own, port: found.port, ...family },
  };
}

const OWN = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const;

function findService(name: string, path: Path, { services, problems }: CheckScope): Service | undefined {
  const plain = name.replace(/^default\//, '');
  const service = services.find(({ key }) => key === plain);
  if (!service) {
    const known = () => services.map(({ key }) => key);
    const otherwise = 'this lab has no Services';
    const sought = { what: 'Service', known, otherwise, ...given({ hint: hintApiServer(plain) }) };
    problems.unknownName(path, sought, name);
  } else if (service.type === 'ExternalName') {
    const hint = `reach for its name: "to: ${service.externalName}"`;
    problems.error(path, 'conflict', `Service "${name}" is only a name for ${service.externalName}`, hint);
  } else if (service.clusterIPs.includes('None')) {
    const hint = 'reach for its pods: "to: { labels: … }"';
    problems.error(path, 'conflict', `Service "${name}" is headless, and has no address to reach`, hint);
  } else return service;
  return undefined;
}

const describePort = ({ name, port, protocol }: ServicePort) =>
  `${port}${name === '' ? '' : ` (${name})`}${protocol === 'TCP' ? '' : ` ${protocol}`}`;

function findPort(
  service: Service,
  wanted: CheckEntry['port'],
  protocol: CheckEntry['protocol'],
  path: Path,
  { problems }: CheckScope,
): ServicePort | undefined {
  const transport = protocol && transportOf({ protocol });
  const has = `it has ${service.ports.map(describePort).join(', ')}`;
  const named = service.ports.filter(port => wanted === undefined || port.port === wanted || port.name === wanted);
  const fitting = named.filter(port => transport === undefined || port.protocol === transport);
  const [found, second] = fitting;
  const at = wanted === undefined ? path : [...path, 'port'];
  if (!found) {
    const what = [
      transport ?? [],
      'port',
      wanted === undefined ? [] : typeof wanted === 'string' ? `"${wanted}"` : wanted,
    ];
    const isQuoted = service.ports.some(port => String(port.port) === wanted);
    const hint = isQuoted ? `write ${wanted}, without quotes; ${has}` : has;
    problems.error(at, 'unknown-name', `Service "${service.key}" has no ${what.flat().join(' ')}`, hint);
  } else if (second && wanted === undefined) {
    problems.error(at, 'missing-key', `Service "${service.key}" has several ports, and this names none`, has);
  } else return found;
  return undefined;
}

/** Undefined where none are given, or something is wrong, which is then reported. */
export function readBackends(
  entry: CheckEntry['backends'],
  service: Service | undefined,
  path: Path,
  scope: CheckScope,
): Backends | undefined {
  if (entry === undefined) return undefined;
  if (entry === 'one' || entry === 'even') return { kind: entry };
  if (typeof entry === 'string') return undefined;
  if (isList(entry)) {
    const pods = entry.flatMap((name, index) => readBackend(name, service, [...path, index], scope) ?? []);
    return pods.length === entry.length ? { kind: 'exactly', pods: [...new Set(pods)] } : undefined;
  }
  const shares = Object.entries(entry).flatMap(([name, share]) => {
    const pod = readBackend(name, service, [...path, name], scope);
    return pod === undefined ? [] : [[pod, Number(share.replace('%', ''))] as const];
  });
  const sum = shares.reduce((total, [, share]) => total + share, 0);
  if (shares.length < Object.keys(entry).length) return undefined;
  if (Math.abs(sum - 100) > 0.5)
    scope.problems.error(path, 'not-allowed', `the shares of these backends make ${sum}%, not 100%`);
  return { kind: 'shares', shares: Object.fromEntries(shares) };
}

const isList = (entry: object): entry is readonly string[] => Array.isArray(entry);

function readBackend(name: string, service: Service | undefined, path: Path, scope: CheckScope): string | undefined {
  const key = readMachine(name, path, scope);
  const pods = service?.endpoints.flatMap(({ pod }) => pod ?? []) ?? [];
  if (key === undefined || pods.length === 0 || pods.includes(key)) return key;
  const hint = `its endpoints are ${[...new Set(pods)].slice(0, 5).join(', ')}`;
  scope.problems.error(path, 'unknown-name', `"${name}" is no endpoint of Service "${service?.key}"`, hint);
  return undefined;
}

const FALSE_ALARM = 1e-6;
const SAMPLE = 300;

/** So many attempts that, if all is well, chance fails the check once in a million times at most. */
export function attemptsFor(backends: Backends): number {
  if (backends.kind === 'one') return 20;
  if (backends.kind !== 'exactly') return SAMPLE;
  const count = backends.pods.length;
  if (count === 1) return 10;
  // Each of them has to answer once, though each attempt passes it by with 1 - 1/count.
  return Math.min(1000, Math.ceil(Math.log(FALSE_ALARM / count) / Math.log(1 - 1 / count)));
}
