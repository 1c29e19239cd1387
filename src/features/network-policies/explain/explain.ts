/**
 * Why a policy keeps a connection from its end, or does not: the rules that an attempt met, and what the policies of the lab say
 * of it. Only a rule that was met is to blame, and only where the policies do mean this connection: counters do not tell whose packets they have counted.
 */
import type { Lab } from '../../../language/lab/lab.ts';
import { type Cause, inspect } from '../../../path/causes.ts';
import type { ExplainContext, Explainer, ExplainRequest } from '../../../path/explainer.ts';
import { gotThroughAgainstWish } from '../../../path/failed-attempt.ts';
import type { MetRule } from '../../../path/met-rules.ts';
import { createJudge, isAllowed, type Judge, type Judgement } from '../judge.ts';
import { policiesOf } from '../model.ts';
import { BRIDGE_SYSCTLS } from '../resolve/sysctls.ts';
import { driftCauses } from './drift.ts';
import { createMissContext, nearMisses } from './near-misses.ts';
import { openCauses } from './open.ts';
import { type Packet, packetAt, packetOf } from './packet.ts';
import { createReader, type ReadSeen, type SeenRule } from './seen.ts';
import { blockedText } from './words.ts';

export function explainPolicies(lab: Lab): Explainer {
  if (policiesOf(lab).length === 0) return { sysctls: [], findCauses: async () => [] };
  const knowing = { judge: createJudge(lab), read: createReader(lab) };
  return {
    sysctls: Object.values(BRIDGE_SYSCTLS),
    findCauses: (request, context) => findCauses(request, context, knowing),
  };
}

interface Knowing {
  readonly judge: Judge;
  readonly read: ReadSeen;
}

async function findCauses(request: ExplainRequest, context: ExplainContext, knowing: Knowing): Promise<Cause[]> {
  const packet = packetOf(request, context);
  if (!packet) return [];
  if (gotThroughAgainstWish(request.attempt)) return openCauses(packet, request.met, context, knowing.judge);
  const found = await Promise.all(request.met.map(rule => dropCauses(rule, packet, request.met, context, knowing)));
  return found.flat();
}

async function dropCauses(
  rule: MetRule,
  sent: Packet,
  met: readonly MetRule[],
  context: ExplainContext,
  { judge, read }: Knowing,
): Promise<Cause[]> {
  const seen = read(rule);
  if (seen?.kind !== 'drop' || !context.isWanted(rule)) return [];
  const packet = packetAt(rule.ns, sent, met, context);
  const judged = judge.judge(packet);
  const key = context.directory.keyOf(rule.ns);
  const own = judged.find(one => isAbout(one, seen, key));
  if (!own) return [];
  if (isAllowed(own)) return driftCauses(rule.ns, packet, own, context);
  const misses = createMissContext(judge, context);
  const text = `blocked on ${key}: ${blockedText(own, packet, misses)}`;
  const command = inspect(key, `${rule.tool} -vnL ${rule.chain}`);
  return [{ text, notes: nearMisses(own, packet, misses), command }];
}

/** The isolated pod is on this node, and in this namespace. */
const isAbout = ({ direction, pod }: Judgement, seen: SeenRule & { readonly kind: 'drop' }, node: string) =>
  pod !== null && direction === seen.direction && pod.namespace === seen.namespace && pod.node === node;
