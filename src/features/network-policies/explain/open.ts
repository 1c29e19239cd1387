/** What was to be blocked and got through: nobody isolates its ends, a rule lets it in, or what should stop it is not there. */
import { formatIp } from '../../../address/address.ts';
import type { DirectoryEntry } from '../../../language/lab/directory.ts';
import type { Pod } from '../../../language/lab/lab.ts';
import { type Cause, inspect } from '../../../path/causes.ts';
import type { ExplainContext } from '../../../path/explainer.ts';
import type { MetRule } from '../../../path/met-rules.ts';
import { isAllowed, type Judge, type Judgement } from '../judge.ts';
import { BRIDGE_SYSCTLS } from '../resolve/sysctls.ts';
import { driftCauses } from './drift.ts';
import { type Packet, packetAt } from './packet.ts';
import { letsText, ruleName } from './words.ts';

export async function openCauses(
  packet: Packet,
  met: readonly MetRule[],
  context: ExplainContext,
  judge: Judge,
): Promise<Cause[]> {
  const judged = judge.judge(packet).map((one): [Judgement, Packet] => {
    const node = one.pod && context.directory.nsOf(one.pod.node);
    const at = node ? packetAt(node, packet, met, context) : packet;
    return [judge.judge(at)[one.direction === 'Egress' ? 0 : 1], at];
  });
  const broken = judged.filter(([one]) => !isAllowed(one));
  if (broken.length > 0) return (await Promise.all(broken.map(each => brokenCauses(...each, met, context)))).flat();
  const letting = judged.filter(([{ letBy }]) => letBy.length > 0);
  if (letting.length === 0)
    return freeCauses(
      judged.map(([one]) => one),
      context,
    );
  return letting.flatMap(([one, at]) => {
    const names = one.letBy.map(rule => ruleName(rule, context.placeOf));
    return [
      { text: `${names.join(' and ')} ${letsText(one.direction, at, names.length)}`, command: lookAt(one, context) },
    ];
  });
}

const lookAt = ({ pod }: Judgement, { lab }: ExplainContext) =>
  `netlab policy ${lab.name}${pod === null ? '' : ` --pod ${pod.key}`}`;

function freeCauses(judged: readonly Judgement[], context: ExplainContext): Cause[] {
  const last = judged.findLast(({ pod }) => pod !== null);
  return last ? [{ text: freeText(judged), command: lookAt(last, context) }] : [];
}

/** `no policy isolates db for ingress, or web for egress`; the end that is asked comes first. */
export function freeText(judged: readonly Judgement[]): string {
  const named = judged.flatMap(({ pod, direction }) => (pod ? [`${pod.key} for ${direction.toLowerCase()}`] : []));
  return named.length === 0 ? 'neither end is a pod' : `no policy isolates ${named.reverse().join(', or ')}`;
}

/** The lab's policies block it, and the kernel does not. */
async function brokenCauses(
  judgement: Judgement,
  packet: Packet,
  met: readonly MetRule[],
  context: ExplainContext,
): Promise<Cause[]> {
  const { pod, direction } = judgement;
  const node = context.directory.get(pod?.node ?? '');
  if (pod === null || !node) return [];
  const other = direction === 'Ingress' ? packet.source : packet.destination;
  const command = lookAt(judgement, context);
  if (other.pod?.key === pod.key) return [{ text: 'no policy judges what a pod sends to itself', command }];
  if (other.addresses.some(ip => context.directory.ownerOf(formatIp(ip))?.entry.ns === node.ns))
    return [{ text: ownNodeText(pod), command }];
  return [
    ...pastCauses(node, met, context),
    ...(await driftCauses(node.ns, packet, judgement, context)),
    ...bridgeCauses(node, packet, context),
  ];
}

export const ownNodeText = ({ key, node }: Pod) =>
  `${node} is the node of ${key}, and no policy judges what goes between a pod and its own node`;

const PASSING = new Set(['ACCEPT', 'RETURN']);

/** What somebody has put before the policies. */
function pastCauses({ ns, key }: DirectoryEntry, met: readonly MetRule[], { isWanted }: ExplainContext): Cause[] {
  const past = met.filter(rule => rule.ns === ns && rule.table === 'filter' && PASSING.has(rule.target));
  return past
    .filter(rule => !isWanted(rule) && !rule.rule.startsWith('-P '))
    .map(({ rule, tool, chain }) => ({
      text: `the rule ${rule} of ${key} (table filter) lets it past the policies, and is not the lab's`,
      command: inspect(key, `${tool} -vnL ${chain}`),
    }));
}

/** From one port of a bridge to another, where the bridge asks nobody. */
function bridgeCauses(
  { ns, key }: DirectoryEntry,
  { source, destination }: Packet,
  { kernel }: ExplainContext,
): Cause[] {
  const setting = BRIDGE_SYSCTLS[destination.addresses[0]?.family ?? 4];
  if (source.pod?.node !== destination.pod?.node || kernel.sysctl(ns, setting) !== '0') return [];
  const text = `${key} does not ask iptables about what goes from one port of a bridge to another: ${setting} is 0`;
  return [{ text, command: inspect(key, `sysctl ${setting}`) }];
}
