/** Why a Service is not reached as it should be: its endpoints, kube-proxy's rules on the way, and who listens behind it. */
import { parseIp } from '../../address/address.ts';
import type { Lab } from '../../language/lab/lab.ts';
import { quoteWord } from '../../netfilter/words.ts';
import { type Cause, inspect } from '../../path/causes.ts';
import type { ExplainContext, Explainer, ExplainRequest } from '../../path/explainer.ts';
import { type FailedAttempt, gotThroughAgainstWish } from '../../path/failed-attempt.ts';
import type { Frontend, FrontendBackend } from '../../path/frontend.ts';
import { keyOf } from '../../state/kinds.ts';
import { parseSave, type Rules } from '../../state/netfilter.ts';
import { compileServices } from './compile/kube-proxy.ts';
import { FEATURE_NAME, serviceTitle } from './frontends.ts';
import type { Service } from './model.ts';

const NEEDED = { 4: 'net.bridge.bridge-nf-call-iptables', 6: 'net.bridge.bridge-nf-call-ip6tables' } as const;

export function explainServices({ services }: Lab): Explainer {
  return { sysctls: services.length > 0 ? Object.values(NEEDED) : [], findCauses };
}

async function findCauses({ attempt, nodes }: ExplainRequest, context: ExplainContext): Promise<Cause[]> {
  const { frontend, probe } = attempt;
  const service = frontend && findService(frontend, context.lab);
  if (!frontend || !service || gotThroughAgainstWish(attempt)) return [];
  // The first one has translated the address before any other sees the packet.
  const [first] = nodes;
  return [
    ...endpointCauses(service, attempt, frontend, context),
    ...(first === undefined ? [] : await ruleCauses(service, first, probe.address, context)),
    ...bridgeCauses(attempt, frontend, context),
  ];
}

function findService({ feature, key }: Frontend, { services }: Lab): Service | undefined {
  return feature === FEATURE_NAME ? services.find(service => service.key === key) : undefined;
}

/** No endpoint is ready, or none of those that a policy allows. */
function endpointCauses(
  service: Service,
  { fault }: FailedAttempt,
  { backends }: Frontend,
  { unready }: ExplainContext,
): Cause[] {
  const name = serviceTitle(service.key);
  const down = [...new Set(service.endpoints.flatMap(({ pod }) => (pod !== null && unready.has(pod) ? [pod] : [])))];
  const command = 'netlab status';
  if (service.endpoints.length === 0) {
    const labels = Object.entries(service.selector).map(pair => pair.join('='));
    const why = labels.length === 0 ? 'none are given' : `no pod has the labels ${labels.join(',')}`;
    return [{ text: `${name} has no endpoints: ${why}`, command }];
  }
  const isDown = `${listKeys(down)} ${down.length === 1 ? 'is' : 'are'} not ready`;
  if (!backends.some(({ ready }) => ready))
    return [{ text: `${name} has no ready endpoints${down.length === 0 ? '' : `: ${isDown}`}`, command }];
  if (!backends.some(({ ready, meant }) => ready && meant !== false))
    return [{ text: `${name} asks only endpoints of that node (policy Local), and none there is ready`, command }];
  // Who is asked does not depend on those that are not.
  return down.length === 0 || fault !== 'backends'
    ? []
    : [{ text: `${isDown}, and so no endpoint of ${name}`, command }];
}

const MOST_NAMED = 5;

function listKeys(keys: readonly string[]): string {
  const more = keys.length - MOST_NAMED;
  return more > 1 ? `${keys.slice(0, MOST_NAMED).join(', ')} and ${more} more` : keys.join(', ');
}

/** The first of kube-proxy's rules for this Service that a node does not have. */
async function ruleCauses(service: Service, ns: string, address: string, context: ExplainContext) {
  const { lab, directory, unready, run } = context;
  const family = parseIp(address)?.family ?? 4;
  const tool = family === 4 ? 'iptables' : 'ip6tables';
  const [saved] = await run([{ ns, argv: [`${tool}-save`] }]);
  if (saved?.code !== 0) return [];
  const has = new Map(parseSave({ ns, family }, saved.stdout).map(object => [keyOf(object), object]));
  const compiled = compileServices({ ...lab, services: [service] }, unready);
  const wanted = compiled.flatMap(({ object }) =>
    object.kind === 'rules' && object.ns === ns && object.family === family ? [object] : [],
  );
  for (const chain of wanted) {
    const found = has.get(keyOf(chain));
    const missing = missingRule(chain, found?.kind === 'rules' ? found : undefined);
    if (missing === undefined) continue;
    const key = directory.keyOf(ns);
    const text = `${key} lacks a rule of kube-proxy's in table ${chain.table}: -A ${chain.chain} ${missing}`;
    return [{ text, command: inspect(key, `${tool} -t ${chain.table} -S ${chain.chain}`) }];
  }
  return [];
}

/** Comments do not count: there are none where there are many endpoints. */
function missingRule({ rules }: Rules, found: Rules | undefined): string | undefined {
  const has = new Set((found?.rules ?? []).map(words => withoutComment(words).join(' ')));
  const missing = rules.find(words => !has.has(withoutComment(words).join(' ')));
  return missing?.map(quoteWord).join(' ');
}

function withoutComment(words: readonly string[]): readonly string[] {
  const at = words.indexOf('--comment');
  return at === -1 ? words : [...words.slice(0, at - 2), ...words.slice(at + 2)];
}

/** The answer of a neighbour on the same bridge, which goes past the rules where the bridge does not ask them. */
function bridgeCauses({ probe }: FailedAttempt, { backends }: Frontend, context: ExplainContext): Cause[] {
  const { lab, directory, kernel } = context;
  const bridgesOf = (ns: string) => lab.pods.find(pod => pod.ns === ns)?.interfaces.map(({ bridge }) => bridge) ?? [];
  const own = new Set(bridgesOf(probe.from));
  const setting = NEEDED[parseIp(probe.address)?.family ?? 4];
  const isNeighbour = ({ ns }: FrontendBackend) => bridgesOf(ns).some(bridge => own.has(bridge));
  const neighbour = backends.find(isNeighbour);
  const bridge = lab.bridges.find(({ key }) => own.has(key));
  if (!neighbour || !bridge || kernel.sysctl(bridge.ns, setting) !== '0') return [];
  const key = directory.keyOf(bridge.ns);
  const text = `${bridge.name} of ${key} passes the answer of ${neighbour.key} on without asking iptables, so that nobody takes the translation back: ${setting} is 0`;
  return [{ text, command: inspect(key, `sysctl ${setting}`) }];
}
