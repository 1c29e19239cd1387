/**
 * What the rules of table nat may make of the destination of a flow of UDP: chains as iptables spells them and the flow's
 * first packet in, every outcome that is possible out. A condition that cannot be told from that packet may hold or not.
 */
import { contains, familyOf, formatIp, parseHost, parseIp, type Subnet } from '../address/address.ts';

/** The rules of each chain, each the words after `-A CHAIN`. */
export type NatChains = Readonly<Record<string, readonly (readonly string[])[]>>;

export interface FirstPacket {
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  /** Whether an address is one of the machine's own. */
  readonly isLocal: (address: string) => boolean;
}

/** Null stands for any address or any port. */
export interface NatTarget {
  readonly address: string | null;
  readonly port: number | null;
}

export interface NatOutcomes {
  readonly targets: readonly NatTarget[];
  /** Whether it may pass all rules, and keep its destination. */
  readonly untouched: boolean;
}

export type Certainty = 'no' | 'may' | 'yes';
type Condition = (packet: FirstPacket) => Certainty;

interface Rule {
  /** All of them are to hold. */
  readonly conditions: readonly Condition[];
  readonly target: string;
  readonly isGoto: boolean;
  /** What follows the target. */
  readonly options: readonly string[];
}

/** Read once, asked for each packet. Chains that are not given let every packet pass. */
export function readNat(chains: NatChains): (packet: FirstPacket) => NatOutcomes {
  const rules = new Map(Object.entries(chains).map(([chain, own]) => [chain, own.map(readRule)]));
  return packet => {
    const targets: NatTarget[] = [];
    const isPast = walk(packet.isLocal(packet.source) ? 'OUTPUT' : 'PREROUTING', { rules, packet, targets });
    return { targets, untouched: isPast };
  };
}

interface Walk {
  readonly rules: ReadonlyMap<string, readonly Rule[]>;
  readonly packet: FirstPacket;
  /** Grows on the way. */
  readonly targets: NatTarget[];
}

/** Whether the packet may come out behind the chain; one that is accepted does, for what is asked here. */
function walk(chain: string, way: Walk): boolean {
  let mayLeave = false;
  for (const rule of way.rules.get(chain) ?? []) {
    const certainty = judgeRule(rule, way.packet);
    if (certainty === 'no') continue;
    const end = follow(rule, way);
    if (end === 'leaves') mayLeave = true;
    if (certainty === 'yes' && end !== 'goes on') return mayLeave;
  }
  return true;
}

/** `leaves` is to leave the chain without a translation. */
function follow({ target, isGoto, options }: Rule, way: Walk): 'goes on' | 'leaves' | 'translated' {
  if (way.rules.has(target)) {
    if (!walk(target, way)) return 'translated';
    return isGoto ? 'leaves' : 'goes on';
  }
  if (target === 'ACCEPT' || target === 'RETURN') return 'leaves';
  const translated = readTarget(target, options);
  if (translated === undefined) return 'goes on';
  way.targets.push(translated);
  return 'translated';
}

const ANYWHERE: NatTarget = { address: null, port: null };

function readTarget(target: string, options: readonly string[]): NatTarget | undefined {
  if (target === 'REDIRECT') return { address: null, port: readPort(optionOf(options, '--to-ports')) };
  if (target === 'NETMAP') return ANYWHERE;
  return target === 'DNAT' ? readDestination(optionOf(options, '--to-destination') ?? '') : undefined;
}

const TRANSLATING = new Set(['DNAT', 'REDIRECT', 'NETMAP']);

/** Whether a rule gives packets another destination, or leads to a chain that is not among these and may do so. */
export function mayTranslate(chains: NatChains): boolean {
  const isElsewhere = ({ target }: Rule) => TRANSLATING.has(target) || (/^KUBE-/.test(target) && !chains[target]);
  return Object.entries(chains).some(
    ([chain, rules]) => chain !== 'POSTROUTING' && rules.map(readRule).some(isElsewhere),
  );
}

const optionOf = (options: readonly string[], name: string) =>
  options.includes(name) ? options[options.indexOf(name) + 1] : undefined;

/** `10.0.0.2:53`, `10.0.0.2`, `[fd00::2]:53`; anything is possible where it is a range. */
function readDestination(text: string): NatTarget {
  const bare = parseIp(text);
  if (bare) return { address: formatIp(bare), port: KEPT };
  const [, address = '', port] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
  const ip = parseIp(address);
  return ip ? { address: formatIp(ip), port: readPort(port) } : ANYWHERE;
}

/** The port that the packet was sent to. */
const KEPT = 0;

function readPort(text: string | undefined): number | null {
  if (text === undefined) return KEPT;
  return /^\d+$/.test(text) ? Number(text) : null;
}

/** Whether a flow to `sentTo` that is answered from this address and port has met this target. */
export function isTarget({ address, port }: NatTarget, answeredBy: string, answeringPort: number, sentTo: number) {
  const isPort = port === null || answeringPort === (port === KEPT ? sentTo : port);
  return isPort && (address === null || address === answeredBy);
}

/** Whether all conditions of a rule, the words after `-A CHAIN`, hold for a packet. */
export function matchRule(words: readonly string[]): (packet: FirstPacket) => Certainty {
  const rule = readRule(words);
  return packet => judgeRule(rule, packet);
}

function judgeRule({ conditions }: Rule, packet: FirstPacket): Certainty {
  let certainty: Certainty = 'yes';
  for (const condition of conditions) {
    const one = condition(packet);
    if (one === 'no') return 'no';
    if (one === 'may') certainty = 'may';
  }
  return certainty;
}

/** Options that say nothing by themselves, with the number of words behind them. */
const SAYS_NOTHING: ReadonlyMap<string, number> = new Map([
  ['-m', 1],
  ['--comment', 1],
]);

function readRule(words: readonly string[]): Rule {
  const conditions: Condition[] = [];
  let isNegated = false;
  for (let at = 0; at < words.length; at++) {
    const [word = '', value = ''] = words.slice(at, at + 2);
    if (word === '-j' || word === '-g')
      return { conditions, target: value, isGoto: word === '-g', options: words.slice(at + 2) };
    if (word === '!') {
      isNegated = true;
      continue;
    }
    const isSilent = SAYS_NOTHING.get(word);
    if (isSilent === undefined)
      conditions.push(isNegated ? negate(readCondition(word, value)) : readCondition(word, value));
    at += isSilent ?? 1;
    isNegated = false;
  }
  return { conditions, target: '', isGoto: false, options: [] };
}

const negate =
  (condition: Condition): Condition =>
  packet => {
    const certainty = condition(packet);
    return certainty === 'may' ? 'may' : toCertainty(certainty === 'no');
  };

const toCertainty = (holds: boolean): Certainty => (holds ? 'yes' : 'no');
const UNKNOWN: Condition = () => 'may';

function readCondition(option: string, value: string): Condition {
  switch (option) {
    case '-s':
      return inSubnet(value, ({ source }) => source);
    case '-d':
      return inSubnet(value, ({ destination }) => destination);
    case '-p':
      return () => toCertainty(value === 'udp' || value === 'all');
    case '--dport':
    case '--dports':
      return isPortIn(value);
    case '--dst-type':
      return value === 'LOCAL' ? ({ destination, isLocal }) => toCertainty(isLocal(destination)) : UNKNOWN;
    case '--src-type':
      return value === 'LOCAL' ? ({ source, isLocal }) => toCertainty(isLocal(source)) : UNKNOWN;
    default:
      return UNKNOWN;
  }
}

function inSubnet(text: string, addressOf: (packet: FirstPacket) => string): Condition {
  const subnet = readSubnet(text);
  if (!subnet) return UNKNOWN;
  return packet => {
    const ip = parseIp(addressOf(packet));
    return ip ? toCertainty(contains(subnet, ip)) : 'may';
  };
}

function readSubnet(text: string): Subnet | undefined {
  const bits = familyOf(text) === 4 ? 32 : 128;
  return parseHost(text.includes('/') ? text : `${text}/${bits}`)?.subnet;
}

/** `53`, `53:54`, `53,60:70` */
function isPortIn(text: string): Condition {
  const ranges = text.split(',').map(part => part.split(':').map(Number));
  if (ranges.flat().some(Number.isNaN)) return UNKNOWN;
  return ({ port }) => toCertainty(ranges.some(([low = 0, high = low]) => low <= port && port <= high));
}
