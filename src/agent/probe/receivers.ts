/** The other end of probes: what is known of it before anything is sent, with a listener and a packet socket where needed. */
import type { Probe } from '../../sandbox/sandbox.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import type { ProbeTarget, Receiver } from './answer.ts';
import { openListener } from './listeners.ts';
import { lookUpRoute } from './reachability.ts';
import type { Round } from './round.ts';
import { canonical, familyOf } from './sockaddr.ts';
import { openWatcher } from './watchers.ts';

export interface ReceiverFinder {
  /** What is known of the place that the probe is sent to. */
  one(probe: Probe): Receiver;
  /** Those that answer behind the address, one of which should get it; by namespace. */
  backends(probe: Probe): ReadonlyMap<string, Receiver>;
}

/** Opens what listens and watches at the other end, once for each. */
export function makeReceiverFinder(round: Round): ReceiverFinder {
  const known = new Map<string, Receiver>();
  const watch = makeWatch(round);
  const find = (probe: Probe, mayListen: boolean): Receiver => {
    const address = canonical(probe.address);
    const key = [probe.to, probe.protocol === 'http' ? 'tcp' : probe.protocol, probe.port, address].join(' ');
    const found = known.get(key) ?? findReceiver(round, probe, address, mayListen);
    known.set(key, found);
    return found;
  };
  return {
    one: probe => {
      const found = find(probe, true);
      // What the receiver's own firewall drops, no listener sees.
      if (probe.to !== null && probe.throughputMs === undefined) watch(probe.to, canonical(probe.address));
      return found;
    },
    backends: probe =>
      new Map(
        (probe.backends ?? []).map(({ ns, address, port, ready }) => {
          watch(ns, canonical(address));
          return [ns, find({ ...probe, to: ns, address, port }, ready)] as const;
        }),
      ),
  };
}

/** Watches what arrives in a namespace in an address' family, once for each. */
function makeWatch(round: Round): (ns: string, address: string) => void {
  const watched = new Set<string>();
  return (ns, address) => {
    const family = familyOf(address);
    if (watched.has(`${family} ${ns}`)) return;
    watched.add(`${family} ${ns}`);
    openWatcher(round, ns, family);
  };
}

function findReceiver(
  round: Round,
  { to, protocol, port, throughputMs }: Probe,
  address: string,
  mayListen: boolean,
): Receiver {
  if (to === null) return 'unknown';
  round.enter(to);
  if (lookUpRoute(address)?.isLocal !== true) return 'elsewhere';
  // Echo requests are answered by the kernel; throughput has a listener of its own.
  if (protocol === 'icmp' || throughputMs !== undefined || !mayListen) return 'server';
  if (port === null) throw new SandboxError(`a probe of ${protocol} to ${address} needs a port`);
  const isOurs = openListener(round, to, protocol === 'http' ? 'tcp' : protocol, { address, port });
  return isOurs ? 'listener' : 'server';
}

export function toTarget(probe: Probe, receivers: ReceiverFinder): ProbeTarget {
  const address = canonical(probe.address);
  const needsPort = probe.protocol !== 'icmp' && probe.throughputMs === undefined;
  if (needsPort && probe.port === null)
    throw new SandboxError(`a probe of ${probe.protocol} to ${address} needs a port`);
  const backends = (probe.backends ?? []).map(backend => ({ ns: backend.ns, address: canonical(backend.address) }));
  return {
    ...{ probe, receiver: receivers.one(probe), backends: receivers.backends(probe) },
    points: [...(probe.to === null ? [] : [{ ns: probe.to }]), ...backends],
    endpoint: { address, port: probe.port ?? 0 },
  };
}
