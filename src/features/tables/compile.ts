/** Entries of the kernel's tables that a lab asks for besides routes: policy rules, neighbours, forwarding tables. */
import type { CompileContext } from '../../compile/context.ts';
import { want } from '../../compile/want.ts';
import type { Lab } from '../../language/lab/lab.ts';
import { tableName } from '../../state/policy-rule.ts';
import type { Wanted } from '../../state/state.ts';
import type { LabForwardingEntry, LabNeighbour, LabPolicyRule } from './model.ts';

export function compileTables(lab: Lab, context: CompileContext): Wanted[] {
  return [
    ...lab.rules.map(rule => compileRule(rule, context)),
    ...lab.neighbours.map(neighbour => compileNeighbour(neighbour, context)),
    ...lab.fdb.flatMap(entry => compileForwarding(entry, context)),
  ];
}

function compileRule({ on, source, ...rule }: LabPolicyRule, { machines }: CompileContext): Wanted {
  const ns = machines.get(on)?.ns ?? on;
  const what = whatOf(rule);
  const why =
    typeof rule.action === 'number'
      ? `${on} routes ${what} by table ${tableName(rule.action)}`
      : `${on} refuses ${what} (${rule.action})`;
  return want({ kind: 'policy-rule', ns, ...rule }, why, source);
}

/** Which packets. */
function whatOf({ from, to, iif, oif, fwmark }: Omit<LabPolicyRule, 'on' | 'source'>): string {
  const parts = [
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(to === undefined ? [] : [`to ${to}`]),
    ...(iif === undefined ? [] : [`that came in by ${iif}`]),
    ...(oif === undefined ? [] : [`that are to leave by ${oif}`]),
    ...(fwmark === undefined ? [] : [`marked ${fwmark}`]),
  ];
  return parts.length === 0 ? 'every packet' : `packets ${parts.join(' ')}`;
}

function compileNeighbour(
  { on, dev, address, mac, source }: LabNeighbour,
  { machines, owners }: CompileContext,
): Wanted {
  const owner = owners.get(address);
  const who = owner === undefined ? address : `${owner} (${address})`;
  const why = `${on} knows that ${who} is at ${mac} on ${dev}, and does not ask`;
  return want({ kind: 'neighbour', ns: machines.get(on)?.ns ?? on, dev, address, mac }, why, source);
}

function compileForwarding(entry: LabForwardingEntry, { machines, bridges }: CompileContext): Wanted[] {
  const { mac, to, source } = entry;
  const bridge = bridges.get(entry.bridge);
  const item = machines.get(to)?.interfaces.find(({ name }) => name === entry.interface);
  if (!bridge || !item) return [];
  const why = `${bridge.name} sends frames to ${mac} out to ${to}, without having learned where it is`;
  const object = { kind: 'forwarding-entry', ns: bridge.ns, bridge: bridge.name, mac, dev: item.port } as const;
  return [want(object, why, source)];
}
