/** All pairs of a hundred pods: that each gets its true verdict, in time, and that dropped ones do not queue up. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Probe, ProbeResult } from '../../src/sandbox/sandbox.ts';
import { runAlone } from './alone.ts';
import type { Program } from './backend-driver.ts';
import { isSweep } from './harness.ts';
import { must, probeUsers, startSandbox } from './probe-network.ts';

runAlone();

const NODES = 4;
const PODS = 100;
const NODE_NUMBERS = Array.from({ length: NODES }, (_, i) => i);
const POD_NUMBERS = Array.from({ length: PODS }, (_, i) => i);
const addressOf = (pod: number): string => `10.244.${pod % NODES}.${2 + Math.floor(pod / NODES)}`;

/** Nodes on one switch, each with a bridge for its pods and a route to every other node's block. */
function script(): string {
  const nodes = NODE_NUMBERS.flatMap(node => [
    `ip netns add node${node}`,
    `ip netns exec node${node} sysctl -qw net.ipv4.ip_forward=1`,
    `ip -n lan link add port${node} type veth peer name eth0 netns node${node}`,
    `ip -n lan link set port${node} master br0 up`,
    `ip -n node${node} addr add 172.18.0.${10 + node}/16 dev eth0`,
    `ip -n node${node} link set eth0 up`,
    `ip -n node${node} link add cbr0 type bridge`,
    `ip -n node${node} addr add 10.244.${node}.1/24 dev cbr0`,
    `ip -n node${node} link set cbr0 up`,
    ...NODE_NUMBERS.filter(other => other !== node).map(
      other => `echo "route add 10.244.${other}.0/24 via 172.18.0.${10 + other}" >> /run/routes${node}`,
    ),
  ]);
  const pods = POD_NUMBERS.flatMap(pod => [
    `ip netns add pod${pod}`,
    `ip -n node${pod % NODES} link add veth${pod} type veth peer name eth0 netns pod${pod}`,
    `ip -n node${pod % NODES} link set veth${pod} master cbr0 up`,
    `ip -n pod${pod} addr add ${addressOf(pod)}/24 dev eth0`,
    `ip -n pod${pod} link set eth0 up`,
    `ip -n pod${pod} route add default via 10.244.${pod % NODES}.1`,
  ]);
  const routes = NODE_NUMBERS.map(node => `ip -n node${node} -batch /run/routes${node}`);
  const lan = ['ip netns add lan', 'ip -n lan link add br0 type bridge', 'ip -n lan link set br0 up'];
  return ['set -e', ...lan, ...nodes, ...pods, ...routes].join('\n');
}

function allPairs(differs: Partial<Probe>): Probe[] {
  return POD_NUMBERS.flatMap(from =>
    POD_NUMBERS.filter(to => to !== from).map(to => ({
      from: `pod${from}`,
      to: `pod${to}`,
      address: addressOf(to),
      protocol: 'tcp' as const,
      port: 80,
      timeoutMs: 2000,
      ...differs,
    })),
  );
}

/** Who is allowed less, whose sockets are bounded: for root it is the same. */
const ORDINARY = probeUsers().slice(-1);

describe.each(isSweep ? probeUsers() : ORDINARY)('9,900 probes as $name', user => {
  let program: Program;

  beforeAll(async () => {
    program = await startSandbox(user, `many${process.pid}-${user.uid}`);
    await must(program, [{ ns: null, argv: ['sh', '-c', script()] }]);
  });
  afterAll(() => program.kill());

  /** What many results have in common, and how often. Takes two or three seconds, and on a busy machine some more. */
  async function ask(probes: readonly Probe[]): Promise<Record<string, number>> {
    // An entry may go by itself at the same moment, which ip takes for a failure.
    await must(program, [{ ns: null, argv: ['sh', '-c', 'ip -all netns exec ip neigh flush all; true'] }]);
    const started = performance.now();
    const results = (await program.call('probe', [...probes])) ?? [];
    expect(performance.now() - started).toBeLessThan(120_000);
    const counts: Record<string, number> = {};
    results.forEach((result, i) => {
      const text = summary(result, probes[i]);
      counts[text] = (counts[text] ?? 0) + 1;
    });
    return counts;
  }

  function summary({ verdict, arrived, sourceIP }: ProbeResult, probe: Probe | undefined): string {
    const sender = addressOf(Number(probe?.from.slice(3)));
    return `${verdict}, ${arrived ? 'arrived' : 'not arrived'}, ${sourceIP === sender ? 'from the sender' : sourceIP}`;
  }

  it.each(['tcp', 'udp', 'icmp', 'http'] as const)('%s: all are open', async protocol => {
    const probes = allPairs({ protocol, port: protocol === 'icmp' ? null : 80 });
    expect(await ask(probes)).toEqual({ 'open, arrived, from the sender': PODS * (PODS - 1) });
  });

  it('leaves no socket in any namespace', async () => {
    const everywhere =
      'for ns in $(ip netns list | cut -d" " -f1); do ip netns exec $ns ss -Hna -A tcp,udp,raw,packet; done';
    const look = () => must(program, [{ ns: null, argv: ['sh', '-c', everywhere] }]);
    await expect.poll(look, { timeout: 60_000, interval: 500 }).toBe('');
  });

  it('dropped ones wait side by side', async () => {
    const drop =
      'for pod in $(ip netns list | cut -d" " -f1 | grep pod); do ip netns exec $pod iptables -A INPUT -j DROP; done';
    await must(program, [{ ns: null, argv: ['sh', '-c', drop] }]);
    expect(await ask(allPairs({}))).toEqual({ 'dropped, arrived, from the sender': PODS * (PODS - 1) });
  });
});
