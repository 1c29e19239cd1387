/**
 * Ports by name, which is that of a port of a container of the pod that is called. Policies and the pods that they mean in,
 * warnings about names that none of them has out.
 */
import { suggestName } from '../../../language/diagnostic/suggest-name.ts';
import { lastingContainers, type Pod } from '../../../language/lab/lab.ts';
import { type Direction, type NetworkPolicy, type PolicyPort, type PolicyRule, rulesFor } from '../model.ts';
import { namedPorts } from '../select-pods.ts';
import type { Known } from './who-is-meant.ts';

export function checkNamedPorts(policy: NetworkPolicy, known: Known): void {
  for (const direction of policy.policyTypes) {
    for (const rule of rulesFor(policy, direction)) {
      const named = (rule.ports ?? []).filter(({ port }) => typeof port === 'string');
      if (named.length === 0) continue;
      const called = findCalled(policy, rule, direction, known);
      if (called) for (const port of named) checkPort(port, called, direction, known);
    }
  }
}

/** Who is called; undefined where it is nobody at all, which is another mistake. */
function findCalled(
  policy: NetworkPolicy,
  { peers }: PolicyRule,
  direction: Direction,
  { pods, select }: Known,
): readonly Pod[] | undefined {
  if (direction === 'Egress' && peers === null) return pods.filter(({ hostNetwork }) => !hostNetwork);
  const found =
    direction === 'Ingress'
      ? select.of(policy)
      : (peers ?? []).flatMap(peer => (peer.kind === 'pods' ? select.ofPeer(peer, policy) : []));
  const isAddresses = direction === 'Egress' && peers?.every(({ kind }) => kind === 'block');
  return found.length === 0 && !isAddresses ? undefined : found;
}

function checkPort(port: PolicyPort, called: readonly Pod[], direction: Direction, { problems }: Known): void {
  if (called.some(pod => namedPorts(pod, port).length > 0)) return;
  const { protocol, port: name, source } = port;
  const path = [...source, 'port'];
  if (called.length === 0) {
    const message = `"${name}" is a name of a port of pods: at addresses it means nothing`;
    problems.warn(path, 'unknown-name', message, 'write its number');
    return;
  }
  const ports = called.flatMap(lastingContainers).flatMap(({ ports }) => ports);
  const elsewhere = ports.find(other => other.name === name);
  const known = [...new Set(ports.filter(other => other.protocol === protocol).flatMap(other => other.name ?? []))];
  const whose = direction === 'Ingress' ? 'no pod that the policy selects' : 'no pod that this is about';
  const message = `${whose} has a ${protocol} port named "${name}": this lets nobody through`;
  const hint = elsewhere
    ? `it is a ${elsewhere.protocol} port: add "protocol: ${elsewhere.protocol}"`
    : (suggestName(String(name), known) ??
      `name it in a container: "ports: [{ name: ${name}, containerPort: 80 }]"; or write its number`);
  problems.warn(path, 'unknown-name', message, hint);
}
