/** Policy rules, neighbours and forwarding tables of a real lab: they are there, they count, and what changes them is seen. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inside, labFile, netlab, ROOT, WHO } from './harness.ts';

const LAB = 'tables-kernel';
const text = readFileSync(`${ROOT}/test/golden/policy-routing/lab.yaml`, 'utf8').replace(/^name: .*$/m, `name: ${LAB}`);

interface Drift {
  readonly drift: string;
  readonly label: string;
}

describe.each(WHO)('tables of a lab, as %s', who => {
  const file = labFile(text, LAB);

  const up = async (content: string) => {
    writeFileSync(file, content);
    const { code, stderr } = await netlab(who, ['up', file]);
    expect(code, stderr).toBe(0);
  };
  const drift = async (): Promise<string[]> => {
    const { stdout } = await netlab(who, ['status', LAB, '--json']);
    return (JSON.parse(stdout) as { drift: Drift[] }).drift.map(({ drift, label }) => `${drift} ${label}`).sort();
  };
  const sh = async (ns: string, script: string): Promise<string> => {
    const { code, stdout, stderr } = await inside(who, LAB, ns, ['sh', '-ec', script]);
    expect(code, stderr).toBe(0);
    return stdout;
  };

  beforeAll(() => up(text));
  afterAll(async () => {
    await netlab(who, ['down', LAB]);
  });

  it('are as the file says, and decide where packets go', async () => {
    expect(await drift()).toEqual([]);
    expect(await sh('node1', 'ip route get 8.8.8.8 from 10.244.0.2 iif cbr0')).toContain(
      'via 172.18.0.100 dev eth0 table 100',
    );
    expect((await inside(who, LAB, 'node1', ['ip', 'route', 'get', '8.8.8.8'])).stderr).toContain('unreachable');
    expect(await sh('node1', 'ip -6 route get 2001:db8::1 from fd00:10:244::2 iif cbr0')).toContain('table 100');
    expect(await sh('node1', 'ip rule')).toContain('to 192.168.66.7 oif eth0 prohibit');
    await sh('web', 'ping -c 1 -w 20 10.244.0.1');
    expect(await sh('web', 'ip neigh show nud permanent; ip -6 neigh show nud permanent')).toContain('10.244.0.99');
    expect(await sh('node1', 'bridge fdb show br cbr0')).toMatch(/^02:00:00:00:00:9a dev veth-api master cbr0 static/m);
  });

  it('that somebody changed are seen, missing, changed and extra, and mended', async () => {
    const rules = await sh('node1', 'ip rule; ip -6 rule');
    await sh(
      'node1',
      `ip rule del priority 1002
      ip -6 rule add to fd00:9::/64 table 101 priority 500
      ip rule add fwmark 0x1/0xff blackhole priority 501
      ip route del default table 100
      ip route add 10.77.0.0/16 dev cbr0 table 101
      ip neigh replace 10.244.0.99 lladdr 02:00:00:00:00:9b dev cbr0 nud permanent
      ip -6 neigh add fd00:10:244::98 lladdr 02:00:00:00:00:98 dev cbr0
      bridge fdb replace 02:00:00:00:00:9a dev veth-web master static
      bridge fdb add 02:00:00:00:00:77 dev veth-web master static`,
    );
    await sh('web', 'ip -6 neigh del fd00:10:244::99 dev eth0');
    await sh('lan', 'bridge fdb del 02:00:00:00:00:aa dev veth-node2 master');
    expect(await drift()).toEqual(
      [
        'missing IPv4 rule of priority 1002 from 10.244.0.0/16 table 100',
        'extra IPv6 rule of priority 500 from all to fd00:9::/64 table 101',
        'extra IPv4 rule of priority 501 from all fwmark 0x1/0xff blackhole',
        'missing route to 0.0.0.0/0 of table 100',
        'extra route to 10.77.0.0/16 of table 101',
        'changed neighbour 10.244.0.99 on cbr0',
        'extra neighbour fd00:10:244::98 on cbr0',
        'missing neighbour fd00:10:244::99 on eth0',
        'changed entry for 02:00:00:00:00:9a of cbr0',
        'extra entry for 02:00:00:00:00:77 of cbr0',
        'missing entry for 02:00:00:00:00:aa of lan',
      ].sort(),
    );
    await up(text);
    expect(await drift()).toEqual([]);
    expect(await sh('node1', 'ip rule; ip -6 rule')).toBe(rules);
  });

  it('are mended beside what looks like them, and what the lab file has no words for', async () => {
    const rules = await sh('node1', 'ip rule; ip -6 rule');
    await sh(
      'node1',
      `ip rule add table main priority 1001
      ip rule del priority 1002
      ip rule add not from 10.244.0.0/16 table 100 priority 1002
      ip rule add ipproto tcp dport 80 blackhole priority 502
      ip -6 rule add table main suppress_prefixlength 0 priority 503
      ip rule add from 10.6.0.0/16 table 100 priority 32766
      ip route replace throw default table 100
      ip route add local 10.79.0.0/16 dev lo table 100
      ip route add throw 10.1.0.0/16 table 100
      ip -6 route add throw fd00:1::/64 table 100
      ip route add 10.4.0.0/16 dev eth0 tos 0x10 table 100
      bridge fdb replace 02:00:00:00:00:9a dev cbr0 self local
      bridge fdb add 02:00:00:00:00:78 dev cbr0 self local`,
    );
    expect(await drift()).toEqual(
      [
        'extra IPv4 rule of priority 1001 from all table main',
        'extra IPv4 rule of priority 1002 not from 10.244.0.0/16 table 100',
        'missing IPv4 rule of priority 1002 from 10.244.0.0/16 table 100',
        'extra IPv4 rule of priority 502 ipproto 6 dport 80 from all blackhole',
        'extra IPv6 rule of priority 503 suppress_prefixlength 0 from all table main',
        'extra IPv4 rule of priority 32766 from 10.6.0.0/16 table 100',
        'changed route to 0.0.0.0/0 of table 100',
        'extra route to 10.79.0.0/16 of table 100',
        'extra route to 10.1.0.0/16 of table 100',
        'extra route to fd00:1::/64 of table 100',
        'extra route to 10.4.0.0/16 for tos 0x10 of table 100',
        'changed entry for 02:00:00:00:00:9a of cbr0',
        'extra entry for 02:00:00:00:00:78 of cbr0',
      ].sort(),
    );
    await up(text);
    expect(await drift()).toEqual([]);
    expect(await sh('node1', 'ip rule; ip -6 rule')).toBe(rules);
  });

  it('that fill by themselves are no drift, nor is a table that nothing looks up', async () => {
    await sh('web', 'ping -c 1 -w 20 10.244.0.1');
    await sh('node1', 'ip neigh replace 10.244.0.50 lladdr 02:00:00:00:00:50 dev cbr0 nud reachable');
    await sh('node1', 'bridge fdb replace 02:00:00:00:00:51 dev veth-web master dynamic');
    await sh('node1', 'ip route add 10.78.0.0/16 dev cbr0 table 555');
    expect(await drift()).toEqual([]);
    await sh('node1', 'ip rule add from 10.6.0.0/16 table 555 priority 600');
    expect(await drift()).toEqual([
      'extra IPv4 rule of priority 600 from 10.6.0.0/16 table 555',
      'extra route to 10.78.0.0/16 of table 555',
    ]);
  });

  it('keep what an interface forgets when the lab gives it another address of its own', async () => {
    await up(text.replace('web: { node: node1 }', 'web: { node: node1, mac: "02:00:00:00:77:77" }'));
    expect(await drift()).toEqual([]);
    expect(await sh('web', 'cat /sys/class/net/eth0/address; ip neigh show nud permanent')).toMatch(
      /^02:00:00:00:77:77\n10\.244\.0\.99 dev eth0 lladdr 02:00:00:00:00:9a/,
    );
  });

  it('go when the file no longer has them', async () => {
    await up(text.slice(0, text.indexOf('routes:')));
    expect(await drift()).toEqual([]);
    expect(await sh('node1', 'ip rule; ip -6 rule')).not.toMatch(/lookup 100|prohibit/);
    expect(await sh('node1', 'ip route show table 100 2>/dev/null || true; ip neigh show nud permanent')).toBe('');
    expect(await sh('lan', 'bridge fdb show')).not.toContain('02:00:00:00:00:aa');
  });

  it('have rates from the least to the most that tc can count, and are then as the file says', async () => {
    const rates = { slow: '9bit', odd: '1001bit', fast: '573gbit', fastest: '3.4tbit' };
    const pods = Object.entries(rates).map(([name, rate]) => `  ${name}: { node: node1, rate: ${rate} }\n`);
    await up(text.slice(0, text.indexOf('routes:')).replace('pods:\n', `pods:\n${pods.join('')}`));
    expect(await drift()).toEqual([]);
    const shown = await Promise.all(Object.keys(rates).map(name => sh(name, 'tc -j qdisc show dev eth0 root')));
    const found = shown.map(json => (JSON.parse(json) as { options: { rate: number; lat: number } }[])[0]?.options);
    expect(found.map(options => options?.rate)).toEqual([1, 125, 573e9 / 8, 3.4e12 / 8]);
    expect(found.slice(2).every(options => Number(options?.lat) > 0)).toBe(true);
  });
});
