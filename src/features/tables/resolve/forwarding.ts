/**
 * Entries of forwarding tables: the lab file's `fdb` comes in, and the port of the bridge is found by who is plugged
 * in.
 */
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import { suggestName } from '../../../language/diagnostic/suggest-name.ts';
import type { FdbEntry, LabFile } from '../../../language/lab/generated/lab-file.ts';
import type { Port, Topology } from '../../../resolve/model.ts';
import { readTargets } from '../../../resolve/targets.ts';
import type { LabForwardingEntry } from '../model.ts';

export function resolveForwarding(file: LabFile, topology: Topology): LabForwardingEntry[] {
  const all = (file.fdb ?? []).flatMap((entry, index) => entriesOf(entry, ['fdb', index], topology));
  checkDoubles(all, topology);
  return all;
}

function entriesOf(entry: FdbEntry, path: Path, topology: Topology): LabForwardingEntry[] {
  const { bridges } = topology.wiring;
  const bridge = bridges.find(({ key }) => key === entry.bridge);
  if (!bridge) {
    const known = () => bridges.map(({ key }) => key);
    topology.problems.unknownName([...path, 'bridge'], { what: 'bridge', known }, entry.bridge);
  }
  checkMac(entry.mac, bridge?.entry.mac, path, topology);
  const [machine] = readTargets(entry.to, [...path, 'to'], topology);
  const port = bridge && machine && pickPort(entry, portsOf(machine.key, bridge.key, topology), path, topology);
  if (!port) return [];
  const { mac } = entry;
  const end = { to: port.machine.key, interface: port.name };
  return [{ bridge: port.segment.key, mac: mac.toLowerCase(), ...end, source: path }];
}

const portsOf = (machine: string, bridge: string, { wiring }: Topology) =>
  wiring.ports.filter(port => port.machine.key === machine && port.segment.key === bridge);

function pickPort(entry: FdbEntry, ports: readonly Port[], path: Path, { problems }: Topology): Port | undefined {
  const names = ports.map(({ name }) => name);
  const [first, second] = ports;
  if (!first) {
    const message = `"${entry.to}" is not plugged into "${entry.bridge}"`;
    problems.error([...path, 'to'], 'off-link', message, 'name a node or pod with an interface in that bridge');
  } else if (entry.interface !== undefined && !names.includes(entry.interface)) {
    const message = `"${entry.to}" has no interface "${entry.interface}" in "${entry.bridge}"`;
    problems.error([...path, 'interface'], 'unknown-name', message, suggestName(entry.interface, names));
  } else if (entry.interface === undefined && second) {
    const message = `"${entry.to}" is plugged into "${entry.bridge}" with ${names.join(' and ')}`;
    problems.error([...path, 'to'], 'ambiguous-name', message, `write the one you mean: interface: ${first.name}`);
  }
  return ports.find(({ name }) => entry.interface === undefined || name === entry.interface);
}

/** A group's address, or the bridge's own, belongs to no machine behind a port. */
function checkMac(mac: string, ofBridge: string | undefined, path: Path, { problems }: Topology): void {
  const isGroup = (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
  const isOwn = mac.toLowerCase() === ofBridge?.toLowerCase();
  const what = isGroup
    ? 'the address of a group of interfaces'
    : isOwn
      ? "the bridge's own address"
      : /^[0:]+$/.test(mac)
        ? 'no address'
        : undefined;
  if (what === undefined) return;
  const hint = 'an entry is about the address of one interface, such as "02:00:00:00:00:01"';
  problems.error([...path, 'mac'], 'not-allowed', `${mac} is ${what}`, hint);
}

function checkDoubles(all: readonly LabForwardingEntry[], { problems }: Topology): void {
  const seen = new Set<string>();
  for (const { bridge, mac, source } of all) {
    if (seen.has(`${bridge} ${mac}`)) {
      const message = `"${bridge}" has two entries for ${mac}`;
      problems.error(source, 'conflict', message, 'remove one: a bridge sends frames to an address out of one port');
    }
    seen.add(`${bridge} ${mac}`);
  }
}
