/** One way that was walked in, what is wrong with the machines and cables on it out, from the sender on. */
import { familyOf, parseIp } from '../address/address.ts';
import type { Probe } from '../sandbox/sandbox.ts';
import { portCauses } from './bridge-ports.ts';
import {
  type Cause,
  forwardingCauses,
  inspect,
  missingAddresses,
  mtuCauses,
  neighbourCauses,
  plugCauses,
} from './causes.ts';
import type { ExplainContext } from './explainer.ts';
import { readNeighbours } from './kernel-text.ts';
import type { NetDevice } from './kernel-view.ts';
import type { Hop, Walk } from './walk.ts';
import { endCauses } from './walk-end.ts';
import { endsAfterWrongHop } from './wrong-hops.ts';

export async function causesOn(way: Walk, isBack: boolean, probe: Probe, context: ExplainContext): Promise<Cause[]> {
  const plugs = way.hops.flatMap(hop => [
    ...plugCauses({ ns: hop.ns, dev: hop.outDev }, context),
    ...(hop.cable.at(-1) ? plugCauses(hop.cable.at(-1) ?? { ns: '', dev: '' }, context) : []),
  ]);
  const sender = way.hops[0]?.ns ?? way.end.ns;
  const missing = isBack ? [] : missingAddresses(context.directory.keyOf(sender), context);
  const size = probe.size === undefined ? [] : mtuCauses(way, packetSize(probe, probe.size), context);
  const ports = await portCauses(way, context);
  const stuck = await passingCauses(way, context);
  const end = stuck.length > 0 ? stuck : endCauses(way, context);
  const found = [...missing, ...plugs, ...ports, ...end, ...size];
  const { lies, silences } = await askNeighbours(way, context);
  // Nobody answers where nothing gets through.
  return [...lies, ...found, ...(lies.length + found.length > 0 ? [] : silences)];
}

const IP_HEADER = { 4: 20, 6: 40 } as const;
const HEADER = { icmp: 8, udp: 8, sctp: 12, tcp: 20, http: 20 } as const;

const packetSize = ({ address, protocol }: Probe, size: number) =>
  size + IP_HEADER[parseIp(address)?.family ?? 4] + HEADER[protocol];

/** Machines that take a packet in for another one: IPv4 has a setting for each interface, which a look-up obeys without a word. */
async function passingCauses(way: Walk, context: ExplainContext): Promise<Cause[]> {
  const { hops, end, destination } = way;
  const isItsOwn = context.kernel.owners(destination).some(({ ns }) => ns === end.ns);
  const isStuck = end.kind === 'no-route' && !isItsOwn && !endsAfterWrongHop(way, context);
  const passing = [...hops, ...(isStuck ? [end] : [])];
  const inside = passing.flatMap(({ ns, inDev }) => (inDev === undefined ? [] : [{ ns, dev: inDev }]));
  if (familyOf(destination) === 6) return inside.flatMap(({ ns }) => forwardingCauses(ns, destination, context));
  const last = inside.at(-1);
  if (!isStuck || last?.ns !== end.ns) return [];
  const whole = forwardingCauses(end.ns, destination, context);
  return whole.length > 0
    ? whole
    : switchedOff(last, 'forwarding', ['0'], dev => `does not forward what comes in on ${dev}`, context);
}

/** A setting of an interface that has one of these values. */
async function switchedOff(
  { ns, dev }: NetDevice,
  name: string,
  values: readonly string[],
  what: (dev: string) => string,
  { run, directory }: ExplainContext,
): Promise<Cause[]> {
  const [answer] = await run([{ ns, argv: ['cat', `/proc/sys/net/ipv4/conf/${dev}/${name}`] }]);
  const value = answer?.stdout.trim() ?? '';
  if (!values.includes(value)) return [];
  const key = directory.keyOf(ns);
  const setting = `net.ipv4.conf.${dev}.${name}`;
  return [{ text: `${key} ${what(dev)}: ${setting} is ${value}`, command: inspect(key, `sysctl ${setting}`) }];
}

interface Neighbourhood {
  readonly lies: readonly Cause[];
  /** Where nobody has answered. */
  readonly silences: readonly Cause[];
}

async function askNeighbours({ hops }: Walk, context: ExplainContext): Promise<Neighbourhood> {
  const asked = hops.map(({ ns, next }) => ({ ns, argv: ['ip', '-j', 'neigh', 'show', 'to', next, 'nud', 'all'] }));
  const answers = await context.run(asked);
  const told = hops.map((hop, index) => ({
    hop,
    ...neighbourCauses(hop, readNeighbours(answers[index]?.stdout ?? ''), context),
  }));
  const silences = await Promise.all(
    told.map(async ({ hop, silence }) => {
      if (silence === undefined) return [];
      const mute = await muteCauses(hop, context);
      return mute.length > 0 ? mute : [silence];
    }),
  );
  return { lies: told.flatMap(({ lies }) => lies), silences: silences.flat() };
}

/** Who has the address, and is told to keep quiet of it. */
async function muteCauses({ next, cable }: Hop, context: ExplainContext): Promise<Cause[]> {
  const owner = cable.at(-1);
  if (owner === undefined || familyOf(next) === 6) return [];
  const isThere = context.kernel.owners(next).some(({ ns, dev }) => ns === owner.ns && dev === owner.dev);
  const values = isThere ? ['8'] : ['1', '2', '8'];
  const what = (dev: string) => `answers nobody who asks by ARP for ${next} on ${dev}`;
  const own = await switchedOff(owner, 'arp_ignore', values, what, context);
  return own.length > 0
    ? own
    : switchedOff({ ...owner, dev: 'all' }, 'arp_ignore', values, () => what(owner.dev), context);
}
