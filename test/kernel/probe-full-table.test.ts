/** The machine's neighbour table holds more than it should, of another lab's: probes go on, and tell the truth. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Program } from './backend-driver.ts';
import { B6, commands, must, networkJobs, probe, probeUsers, startSandbox } from './probe-network.ts';

/** Those that somebody has set are counted, but the kernel makes room for others beside them: nobody else is disturbed. */
const CROWD = `
ip netns add crowd
ip -n crowd link add cr0 type veth peer name cr1
ip -n crowd addr add 10.99.0.1/16 dev cr0
ip -n crowd link set cr0 up
for i in $(seq 1 8); do for j in $(seq 1 200); do
  echo "neigh add 10.99.$i.$j lladdr 02:00:00:00:00:01 nud permanent dev cr0"
done; done > /run/crowd
ip -n crowd -batch /run/crowd`;

describe.each(probeUsers())('in a crowded neighbour table, as $name', user => {
  let other: Program;
  let program: Program;

  beforeAll(async () => {
    other = await startSandbox(user, `crowd${process.pid}-${user.uid}`);
    program = await startSandbox(user, `crowded${process.pid}-${user.uid}`);
    await must(other, [{ ns: null, argv: ['sh', '-ec', CROWD] }]);
    await must(program, networkJobs());
  });
  afterAll(() => Promise.all([other.kill(), program.kill()]));

  it('what is open is open, and what is dropped is dropped', async () => {
    const [, limit] = /thresh3 (\d+)/.exec(await must(program, commands('a: ip ntable show name arp_cache'))) ?? [];
    expect(Number(await must(other, [{ ns: 'crowd', argv: ['sh', '-c', 'ip neigh | wc -l'] }]))).toBe(1600);
    expect(Number(limit)).toBeLessThan(1600);
    await must(program, commands('b: iptables -A INPUT -p tcp --dport 81 -j DROP'));
    const probes = [probe(), probe({ address: B6 }), probe({ protocol: 'udp' }), probe({ port: 81 })];
    const results = (await program.call('probe', [...probes, ...probes])) ?? [];
    const verdicts = results.map(({ verdict, inconclusive }) => `${verdict}${inconclusive}`);
    expect(verdicts).toEqual(['open', 'open', 'open', 'dropped', 'open', 'open', 'open', 'dropped']);
  });
});
