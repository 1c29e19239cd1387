/**
 * A small network for the tests of probes, made by hand in a sandbox: a and c behind router r1, b behind router r2.
 *
 *     a ─┐
 *        ├─ r1 ── r2 ── b
 *     c ─┘
 */
import type { Probe } from '../../src/sandbox/sandbox.ts';
import type { CommandJob } from '../../src/state/job.ts';
import { type Program, startProgram, testUsers, type User } from './backend-driver.ts';

export const A = '10.0.1.2';
export const B = '10.0.2.2';
export const A6 = 'fd00:1::2';
export const B6 = 'fd00:2::2';

const LINES = `
r1: link add br0 type bridge
r1: link set br0 up
r1: link add va type veth peer name eth0 netns a
r1: link add vc type veth peer name eth0 netns c
r1: link add mid type veth peer name mid netns r2
r2: link add vb type veth peer name eth0 netns b
r1: link set va master br0 up
r1: link set vc master br0 up
r1: addr add 10.0.1.1/24 dev br0
r1: addr add fd00:1::1/64 dev br0 nodad
r1: link set mid up
r1: addr add 10.0.12.1/24 dev mid
r1: addr add fd00:12::1/64 dev mid nodad
r2: link set mid up
r2: addr add 10.0.12.2/24 dev mid
r2: addr add fd00:12::2/64 dev mid nodad
r2: link set vb up
r2: addr add 10.0.2.1/24 dev vb
r2: addr add fd00:2::1/64 dev vb nodad
a: link set lo up
a: link set eth0 up
a: addr add 10.0.1.2/24 dev eth0
a: addr add fd00:1::2/64 dev eth0 nodad
a: route add default via 10.0.1.1
a: route add default via fd00:1::1
c: link set eth0 up
c: addr add 10.0.1.3/24 dev eth0
b: link set lo up
b: link set eth0 up
b: addr add 10.0.2.2/24 dev eth0
b: addr add fd00:2::2/64 dev eth0 nodad
b: route add default via 10.0.2.1
b: route add default via fd00:2::1
r1: route add 10.0.2.0/24 via 10.0.12.2
r1: route add fd00:2::/64 via fd00:12::2
r2: route add 10.0.1.0/24 via 10.0.12.1
r2: route add fd00:1::/64 via fd00:12::1
`;

const NAMESPACES = ['a', 'b', 'c', 'r1', 'r2'];

/** `NAMESPACE: command and its arguments`, one a line. */
export function commands(text: string): CommandJob[] {
  return text
    .trim()
    .split('\n')
    .map(line => {
      const [ns = '', rest = ''] = line.trim().split(/: (.*)/);
      return { ns, argv: rest.split(' ') };
    });
}

/** One script, as jobs of one call run side by side. IPv6 takes a moment to notice that its links are up. */
export function networkJobs(): CommandJob[] {
  const ips = commands(LINES).map(({ ns, argv }) => `ip -n ${ns} ${argv.join(' ')}`);
  const script = [
    'set -e',
    ...NAMESPACES.map(ns => `ip netns add ${ns}`),
    ...NAMESPACES.map(ns => `ip netns exec ${ns} sysctl -qw net.ipv6.conf.default.accept_dad=0`),
    ...['r1', 'r2'].map(ns => `ip netns exec ${ns} sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1`),
    ...ips,
    `for i in $(seq 100); do ip netns exec a ping -c1 -W1 ${B6} >/dev/null && exit 0; sleep 0.1; done; exit 1`,
  ];
  return [{ ns: null, argv: ['sh', '-c', script.join('\n')] }];
}

export function removalJobs(): CommandJob[] {
  const kill = 'ip netns pids $ns | xargs -r kill -9';
  const script = `for ns in ${NAMESPACES.join(' ')}; do ${kill}; ip netns del $ns; done`;
  return [{ ns: null, argv: ['sh', '-c', script] }];
}

/** What differs from a TCP connection from a to b, port 80. */
export function probe(differs: Partial<Probe> = {}): Probe {
  return { from: 'a', to: 'b', address: B, protocol: 'tcp', port: 80, timeoutMs: 700, ...differs };
}

/** Root and an ordinary user, whether or not the machine has an account for that. */
export function probeUsers(): User[] {
  const users = testUsers();
  const isRootAlone = users.length === 1 && users[0]?.uid === 0;
  return isRootAlone ? [...users, { name: 'nobody', uid: 65534, gid: 65534 }] : users;
}

/** Runs jobs in a program's sandbox, one after the other; throws with what the first failed one says. */
export async function must(program: Program, jobs: readonly CommandJob[]): Promise<string> {
  let output = '';
  for (const job of jobs) {
    const [result] = (await program.call('run', [job])) ?? [];
    if (result?.code !== 0) throw new Error(`${job.ns}: ${job.argv.join(' ')}: ${result?.stderr}`);
    output += result.stdout;
  }
  return output;
}

/** A sandbox of the user's with nothing in it; it goes with its program. */
export async function startSandbox(user: User, lab: string): Promise<Program> {
  const program = startProgram(user);
  await program.call('create', lab);
  return program;
}
