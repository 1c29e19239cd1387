/** The host is not touched: the same before a lab, with it, and after it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { runAlone } from './alone.ts';
import { netlabOf, remains, sweep } from './fixtures/attack.ts';
import { hostSnapshot, labFile, run, WHO } from './harness.ts';

runAlone();

const labText = (name: string) => `name: ${name}
nodes:
  node1:
    sysctls: { net.ipv4.conf.all.rp_filter: 2, net.ipv4.tcp_syncookies: 0 }
    iptables: ["-t nat -A POSTROUTING -o eth0 -j MASQUERADE", "-A FORWARD -p tcp --dport 23 -j DROP"]
  node2: {}
pods: { web: { node: node1 }, db: { node: node2 } }
`;

/** Which parts of the host differ. */
function differences(a: Record<string, string>, b: Record<string, string>): string[] {
  return Object.keys(a).filter(key => a[key] !== b[key]);
}

describe.each(WHO)('a lab of %s', who => {
  const lab = `host-${who}`;
  const file = labFile(labText(lab), lab);

  it('leaves the host as it is', async () => {
    try {
      const before = await hostSnapshot();
      expect(await netlabOf(who, lab, ['up', file])).toMatchObject({ code: 0 });
      expect(differences(before, await hostSnapshot())).toEqual([]);
      expect(
        await netlabOf(who, lab, ['exec', '--lab', lab, 'web', '--', 'ping', '-c1', '-w60', '172.18.0.3']),
      ).toMatchObject({ code: 0 });
      expect(differences(before, await hostSnapshot())).toEqual([]);
      expect(await netlabOf(who, lab, ['down', file])).toMatchObject({ code: 0 });
      expect(await remains(lab)).toEqual([]);
      expect(differences(before, await hostSnapshot())).toEqual([]);
    } finally {
      await sweep(lab);
    }
  });
});

const CHANGES = [
  ['a link', 'ip link add br9 type bridge', 'links'],
  ['an address', 'ip addr add 10.9.9.9/24 dev lo', 'addresses'],
  ['a route', 'ip route add blackhole 10.9.8.0/24', 'routes'],
  ['a policy rule', 'ip rule add from 10.9.9.9 lookup 99', 'rules'],
  ['a namespace', 'ip netns add nine', 'netns'],
  ['a firewall rule', 'iptables -A INPUT -s 10.9.9.9 -j DROP', 'iptables'],
  ['a firewall rule for IPv6', 'ip6tables -A INPUT -s fd00::9 -j DROP', 'ip6tables'],
  ['a sysctl', 'sysctl -qw net.ipv4.ip_default_ttl=33', 'sysctls'],
  ['a mount', 'mkdir /run/nine && mount -t tmpfs nine /run/nine', 'mounts'],
  ['a file', 'touch /run/netlab.pid', 'run'],
] as const;

/** Makes one change after the other, and prints after each which parts of the snapshot it has changed. */
const WATCH = `import('./test/kernel/harness.ts').then(async ({ hostSnapshot, run }) => {
  let before = await hostSnapshot();
  for (const change of process.argv.slice(1)) {
    const { code, stderr } = await run(['sh', '-c', change]);
    const after = await hostSnapshot();
    const parts = Object.keys(after).filter(key => after[key] !== before[key]);
    console.log(JSON.stringify({ code, stderr, parts }));
    before = after;
  }
})`;

/** In a network and mount namespace of the test's own. */
describe('the snapshot of the host notices', () => {
  let seen: unknown[] = [];

  beforeAll(async () => {
    const watch = [process.execPath, '--import', 'tsx', '-e', WATCH, ...CHANGES.map(([, change]) => change)];
    const script = 'mount -t tmpfs none /run; ip link set lo up; exec "$@"';
    const inOwn = ['unshare', '-Urmn', '--mount-proc', '-pf', 'sh', '-c', script, 'sh', ...watch];
    const { stdout, stderr } = await run(inOwn, { cwd: process.cwd() });
    if (stdout === '') throw new Error(`no snapshots: ${stderr}`);
    seen = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
  });

  it.each(CHANGES.map(([what, , part], at) => ({ what, part, at })))('$what', ({ part, at }) => {
    expect(seen[at]).toMatchObject({ code: 0, stderr: '', parts: expect.arrayContaining([part]) });
  });
});
