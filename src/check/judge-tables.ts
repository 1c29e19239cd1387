/** What tables, names and commands said in, what that says of a check out. */
import { formatIp } from '../address/address.ts';
import type {
  CommandCheck,
  ConntrackCheck,
  ForwardingCheck,
  NameCheck,
  NeighbourCheck,
  RouteCheck,
} from '../features/checks/model.ts';
import type { Directory } from '../language/lab/directory.ts';
import type { Lab } from '../language/lab/lab.ts';
import {
  type ConnectionEntry,
  type RouteAnswer,
  readConnections,
  readForwardings,
  readLinks,
  readNeighbours,
  readRoutes,
} from '../path/kernel-text.ts';
import type { JobResult } from '../state/job.ts';
import type { Finding } from './finding.ts';
import { lookUps } from './jobs.ts';
import { lookAtCommand, lookAtName, type MatchPattern } from './judge-answers.ts';
import { execLine, failure, type Inspection, listSome } from './words.ts';

export type TableCheck = RouteCheck | NeighbourCheck | ForwardingCheck | ConntrackCheck | NameCheck | CommandCheck;

/** What results are judged by. */
export interface Judging {
  readonly lab: Lab;
  readonly directory: Directory;
  readonly matches: MatchPattern;
}

export function judgeTable(check: TableCheck, results: readonly JobResult[], judging: Judging): Finding {
  const looks = lookAll(check, results, judging);
  const wrong = looks.filter(({ good }) => !good);
  const shown = wrong.length > 0 ? wrong : looks;
  const passed = wrong.length === 0;
  const [only, second] = shown;
  const message =
    only && !second
      ? only.text
      : passed
        ? `all ${looks.length} are as expected`
        : `${wrong.length} of ${looks.length} ${wrong.length === 1 ? 'differs' : 'differ'}`;
  const lines = only && !second ? [] : listSome(wrong.map(({ text }) => text));
  const commands = passed
    ? []
    : listSome([...new Set(wrong.map(({ command }) => `look with: ${command}`))].slice(0, 3));
  return { check, passed, message, details: [...lines, ...commands], failed: [] };
}

function lookAll(check: TableCheck, results: readonly JobResult[], judging: Judging): Inspection[] {
  const { lab, directory, matches } = judging;
  switch (check.kind) {
    case 'route':
      return lookAtRoutes(check, results, directory);
    case 'neighbour':
      return lookAtNeighbours(check, results, directory);
    case 'forwarding':
      return lookAtForwarding(check, results, lab, directory);
    case 'conntrack':
      return check.on.map((on, index) => lookAtConnections(check, on, results[index], directory));
    case 'name':
      return check.from.map((from, index) => lookAtName(check, from, results[index]));
    case 'command':
      return check.on.map((on, index) => lookAtCommand(check, on, results[index], matches));
  }
}

const NOT_RUN: JobResult = { code: null, stdout: '', stderr: 'it was not run' };

/** Whether the command that shows a table was there: nothing is absent that was not looked for. */
const hasRun = ({ code }: JobResult) => code !== null && code !== 126 && code !== 127;

const notSeen = (on: string, what: string, result: JobResult, command: string): Inspection => ({
  good: false,
  text: `${on}'s ${what} cannot be read: ${failure(result)}`,
  command,
});

// ip's own words, without what it is that answers.
const reasonOf = (result: JobResult) => failure(result).replace(/^RTNETLINK answers: /, '');

function lookAtRoutes(check: RouteCheck, results: readonly JobResult[], directory: Directory): Inspection[] {
  return lookUps(check, directory).map(({ on, to, isGet, job }, index) => {
    const result = results[index] ?? NOT_RUN;
    const command = execLine(
      on,
      job.argv.filter(word => word !== '-j'),
    );
    if (!hasRun(result)) return notSeen(on, 'routes', result, command);
    const found = result.code === 0 ? readRoutes(result.stdout) : [];
    const fitting = found.filter(route => faultsOfRoute(check, route, directory).length === 0);
    const good = fitting.length > 0 === (check.expect === 'present');
    const seen = found.map(route => writeRoute(to, route)).join('; ');
    const none = isGet ? `${on} has no route to ${to}: ${reasonOf(result)}` : `${on} has no route ${to} in its table`;
    const [first] = found;
    const faults =
      first && !good && check.expect === 'present' ? `: ${faultsOfRoute(check, first, directory).join('; ')}` : '';
    const unwanted = !good && check.expect === 'absent' ? ', which should not be there' : '';
    return {
      good,
      text: found.length === 0 ? none : `${on} has the route ${seen}${faults}${unwanted}`,
      command,
    };
  });
}

function writeRoute(to: string, { type, gateway, dev, prefsrc }: RouteAnswer): string {
  return [
    ...(type === undefined || type === 'unicast' ? [] : [type]),
    to,
    ...(gateway === undefined ? [] : ['via', gateway]),
    ...(dev === undefined ? [] : ['dev', dev]),
    ...(prefsrc === undefined ? [] : ['src', prefsrc]),
  ].join(' ');
}

function faultsOfRoute({ via, dev, src }: RouteCheck, route: RouteAnswer, directory: Directory): string[] {
  const faults: string[] = [];
  const hops = via === undefined || via === 'none' ? [via] : addressesOf(via, directory);
  if (via === 'none' && route.gateway !== undefined) faults.push(`expected no next hop, but it is ${route.gateway}`);
  else if (via !== undefined && via !== 'none' && !hops.includes(route.gateway))
    faults.push(
      `expected next hop ${via}${hops[0] === via ? '' : ` (${hops.join(', ')})`}, but it is ${hopOf(route, directory)}`,
    );
  if (dev !== undefined && route.dev !== dev)
    faults.push(`expected interface ${dev}, but it is ${route.dev ?? 'none'}`);
  if (src !== undefined && route.prefsrc !== src)
    faults.push(`expected source address ${src}, but it is ${route.prefsrc ?? 'none'}`);
  return faults;
}

function hopOf({ gateway }: RouteAnswer, directory: Directory): string {
  if (gateway === undefined) return 'none: it is reached directly';
  const owner = directory.ownerOf(gateway);
  return owner ? `${gateway} (${owner.entry.key})` : gateway;
}

function addressesOf(target: string, directory: Directory): string[] {
  return directory.get(target)?.addresses.map(({ host }) => formatIp(host.ip)) ?? [target];
}

function lookAtNeighbours(check: NeighbourCheck, results: readonly JobResult[], directory: Directory): Inspection[] {
  const { neighbour, mac, dev, state, expect } = check;
  const links = readLinks(results[check.on.length]?.stdout ?? '');
  const addresses = addressesOf(neighbour, directory);
  return check.on.map((on, index) => {
    const command = execLine(on, ['ip', 'neigh', 'show']);
    const result = results[index] ?? NOT_RUN;
    if (!hasRun(result)) return notSeen(on, 'neighbours', result, command);
    const entries = readNeighbours(result.stdout).filter(({ dst }) => addresses.includes(dst));
    const looked = entries.map(entry => {
      const ownerDev = directory.ownerOf(entry.dst)?.dev;
      const real = links.find(({ ifname }) => ifname === ownerDev)?.address;
      const states = (entry.state ?? []).map(word => word.toLowerCase());
      const dead = states.some(word => word === 'failed' || word === 'incomplete');
      // What should be absent is any entry, whether or not it tells the truth.
      const wanted = mac ?? (dead || expect === 'absent' ? undefined : real);
      const faults = [
        ...(wanted !== undefined && entry.lladdr !== wanted
          ? [
              `its MAC address should be ${mac === undefined ? `${directory.ownerOf(entry.dst)?.entry.key ?? neighbour}'s own, ` : ''}${wanted}`,
            ]
          : []),
        ...(dev !== undefined && entry.dev !== dev ? [`it should be on ${dev}`] : []),
        ...(state !== undefined && !states.includes(state) ? [`its state should be ${state}`] : []),
        ...(state === undefined && dead ? ['nobody answered for this address'] : []),
      ];
      const text = `${entry.dst} ${entry.lladdr === undefined ? 'without a MAC address' : `is at ${entry.lladdr}`} on ${entry.dev}, ${states.join(' ')}`;
      return { faults, text };
    });
    const fitting = looked.filter(({ faults }) => faults.length === 0);
    const good = expect === 'present' ? fitting.length > 0 && fitting.length === looked.length : fitting.length === 0;
    const faulty = looked.find(({ faults }) => faults.length > 0);
    const said = (expect === 'present' ? faulty : undefined) ?? looked[0];
    const why =
      good || !said ? '' : expect === 'absent' ? ', which should not be there' : `, but ${said.faults.join('; ')}`;
    if (!said) return { good, text: `${on} has no neighbour entry for ${neighbour}`, command };
    return { good, text: `${on}'s neighbour table says ${said.text}${why}`, command };
  });
}

function lookAtForwarding(
  check: ForwardingCheck,
  results: readonly JobResult[],
  lab: Lab,
  directory: Directory,
): Inspection[] {
  const { forwarding, dev, expect } = check;
  const machine = [...lab.nodes, ...lab.pods].find(({ key }) => key === forwarding);
  const links = readLinks(results[check.on.length]?.stdout ?? '').filter(({ ifname }) => ifname !== 'lo');
  return check.on.map((on, index) => {
    const command = execLine(on, ['bridge', 'fdb', 'show']);
    const result = results[index] ?? NOT_RUN;
    if (!hasRun(result)) return notSeen(on, 'forwarding table', result, command);
    const ns = directory.nsOf(on);
    const own = machine?.interfaces.find(({ bridge }) => lab.bridges.find(({ key }) => key === bridge)?.ns === ns);
    const macs = machine
      ? links.filter(({ ifname }) => !own || ifname === own.name).map(({ address }) => address)
      : [forwarding];
    const port = dev ?? own?.port;
    const entries = readForwardings(result.stdout).filter(
      ({ mac, master }) => master !== undefined && macs.includes(mac),
    );
    const fitting = entries.filter(({ ifname }) => port === undefined || ifname === port);
    const good = expect === 'present' ? fitting.length > 0 : fitting.length === 0;
    const [seen] = expect === 'absent' ? fitting : [...entries.filter(entry => !fitting.includes(entry)), ...fitting];
    const what = machine ? `${forwarding} (${macs.join(', ')})` : forwarding;
    if (!seen) return { good, text: `${on}'s forwarding table has no entry for ${what}`, command };
    const why = good ? '' : expect === 'absent' ? ', which should not be there' : `, but it should be behind ${port}`;
    return { good, text: `${on}'s forwarding table has ${what} behind ${seen.ifname}${why}`, command };
  });
}

function lookAtConnections(
  check: ConntrackCheck,
  on: string,
  result: JobResult | undefined,
  directory: Directory,
): Inspection {
  const command = execLine(on, ['cat', '/proc/net/nf_conntrack']);
  if (result?.code !== 0) return notSeen(on, 'connections', result ?? NOT_RUN, command);
  const entries = readConnections(result.stdout);
  const fitting = entries.filter(entry => fits(check.conntrack, entry, directory));
  const good = fitting.length > 0 === (check.expect === 'present');
  if (fitting[0])
    return { good, text: `${on} tracks ${fitting[0].text}${good ? '' : ', which should not be there'}`, command };
  const { source, destination } = check.conntrack;
  const near = entries.find(entry => fits({ ...given({ source }), ...given({ destination }) }, entry, directory));
  const nearest = near && !good ? `; the nearest is ${near.text}` : '';
  const wanted = Object.entries(check.conntrack)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
  return { good, text: `${on} tracks ${entries.length} connections, none with ${wanted}${nearest}`, command };
}

const given = <T extends object>(keys: T) =>
  Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined));

function fits(wanted: ConntrackCheck['conntrack'], entry: ConnectionEntry, directory: Directory): boolean {
  const is = (target: string | undefined, address: string) =>
    target === undefined || addressesOf(target, directory).includes(address);
  return (
    is(wanted.source, entry.original.source) &&
    is(wanted.destination, entry.original.destination) &&
    is(wanted.replySource, entry.reply.source) &&
    is(wanted.replyDestination, entry.reply.destination) &&
    (wanted.protocol === undefined || wanted.protocol === entry.protocol) &&
    (wanted.port === undefined || wanted.port === entry.original.port) &&
    (wanted.state === undefined || entry.states.includes(wanted.state))
  );
}
