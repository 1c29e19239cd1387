/**
 * What NetworkPolicies do on the kernel besides letting pods reach each other or not (`policy-matrix.test.ts`): nodes, Services,
 * ICMP, names, connections that are open, and what changes when something does. Connections are the kernel's own.
 */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Everybody, startEverybody } from './connect-driver.ts';
import { median } from './fixtures/attack.ts';
import { ok } from './fixtures/ok.ts';
import { inside, isSweep, labFile, leftovers, netlab, triesAll, WHO } from './harness.ts';
import { untilIpv6IsInUse } from './who-answers.ts';

/** By their namespaces. */
const ADDRESSES: Readonly<Record<string, readonly [string, string]>> = {
  shop_web: ['10.244.0.10', 'fd00:10:244::a'],
  shop_db: ['10.244.0.11', 'fd00:10:244::b'],
  ops_probe: ['10.244.0.12', 'fd00:10:244::c'],
  shop_far: ['10.244.1.10', 'fd00:10:244:1::a'],
  node1: ['172.18.0.2', 'fd00:172:18::2'],
  node2: ['172.18.0.3', 'fd00:172:18::3'],
  outside: ['172.18.0.4', 'fd00:172:18::4'],
  // Services, all of `db`.
  service: ['10.96.0.80', 'fd00:10:96::80'],
  dns: ['10.96.0.10', 'fd00:10:96::a'],
};

const PORT = 8080;
/** Services have TCP ports alone. */
const LISTENING = [PORT, 9090];
const both = { ipFamilyPolicy: 'RequireDualStack', selector: { name: 'db' } };

type Entry = Readonly<Record<string, unknown>>;

const pod = (name: string, node: string, rest: Entry = {}) => {
  const [ipv4, ipv6] = ADDRESSES[name] ?? [];
  const own = name.replace(/.*_/, '');
  return { node, labels: { app: own, name: own }, address: [`${ipv4}/24`, `${ipv6}/64`], ...rest };
};

const labOf = (name: string, networkPolicies: Entry, pods: Entry = {}) => ({
  name,
  cluster: { ipFamily: 'dual', dns: true },
  nodes: { node1: {}, node2: {}, outside: { external: true } },
  namespaces: { shop: { labels: { team: 'shop' } }, ops: {} },
  pods: {
    'shop/web': pod('shop_web', 'node1'),
    'shop/db': pod('shop_db', 'node1'),
    'shop/far': pod('shop_far', 'node2'),
    'ops/probe': pod('ops_probe', 'node1'),
    // It bears the label of whoever may, and is its node all the same.
    'shop/agent': { node: 'node2', hostNetwork: true, labels: { app: 'web' } },
    ...pods,
  },
  services: {
    'shop/db': {
      ...{ ...both, type: 'NodePort', clusterIPs: ADDRESSES['service'] },
      ports: [{ port: 80, targetPort: PORT, nodePort: 30080 }],
    },
    'shop/db-local': {
      ...{ ...both, type: 'NodePort', externalTrafficPolicy: 'Local' },
      ports: [{ port: 80, targetPort: PORT, nodePort: 30081 }],
    },
  },
  networkPolicies,
});

const app = (value: string) => ({ podSelector: { matchLabels: { app: value } } });
const onDb = (ingress: unknown, rest: Entry = {}) => ({ 'shop/db': { ...app('db'), ingress, ...rest } });
const BOTH_PORTS = [{ port: PORT }, { port: PORT, protocol: 'UDP' }];
const DENY_ALL = { policyTypes: ['Ingress', 'Egress'] };

describe.each(WHO)('policies, as %s', who => {
  const lab = `policies-${who}`;
  const file = labFile('', lab);
  let everybody: Everybody;

  const write = (policies: Entry, pods: Entry = {}) => writeFileSync(file, JSON.stringify(labOf(lab, policies, pods)));
  const become = async (policies: Entry, pods: Entry = {}) => {
    write(policies, pods);
    const ran = await netlab(who, ['up', file]);
    ok(ran);
    return ran;
  };
  /** Each is `FROM TO` by the names of ADDRESSES, and perhaps a port: tried over all that the one called has. */
  const expectOf = async (open: readonly string[], silent: readonly string[]) => {
    const attempts = [...open, ...silent].flatMap((text, index) => {
      const [ns = '', to = '', port = PORT] = text.split(' ');
      const protocols = LISTENING.includes(Number(port)) ? (['TCP', 'UDP'] as const) : (['TCP'] as const);
      return (ADDRESSES[to] ?? [to]).flatMap(address =>
        protocols.map(protocol => ({
          ...{ ns, address, port: Number(port), protocol, text },
          isExpected: index < open.length,
        })),
      );
    });
    const outcomes = await everybody.attempt(attempts);
    const lines = (outcomeOf: (index: number) => string | undefined) =>
      attempts.map(({ text, address, protocol }, index) => `${text} ${address} ${protocol}: ${outcomeOf(index)}`);
    expect(lines(index => outcomes[index])).toEqual(lines(index => (attempts[index]?.isExpected ? 'open' : 'silent')));
  };
  /** Whether each address answers a ping, for which it has a second where it should not. */
  const expectPings = async (ns: string, targets: readonly string[], isOpen: boolean) => {
    const pings = targets.map(
      target => `(ping -n -q -c1 -w${isOpen ? 60 : 1} ${target} >/dev/null && echo ${target}) &`,
    );
    const { stdout } = await inside(who, lab, ns, ['sh', '-c', `${pings.join('\n')}\nwait`]);
    expect(stdout.trim().split('\n').sort()).toEqual(isOpen ? targets : ['']);
  };

  beforeAll(async () => {
    await become(onDb([{ from: [app('web')] }], DENY_ALL));
    await untilIpv6IsInUse(who, lab);
    everybody = startEverybody(who, lab);
    const namespaces = ['shop_web', 'shop_db', 'shop_far', 'ops_probe', 'node1', 'node2', 'outside'];
    await everybody.listen(namespaces, LISTENING);
  });
  afterAll(async () => {
    everybody?.end();
    await netlab(who, ['down', lab]);
    expect(await leftovers(lab)).toEqual([]);
  });

  it('replies pass where the way back is closed; a node reaches its own pods and they it, another node does not', async () => {
    await expectOf(
      // A pod reaches itself: no rule sees that.
      [
        'shop_web shop_db',
        'node1 shop_db',
        'shop_db node1',
        'shop_db shop_db',
        'shop_db 127.0.0.1',
        'shop_web shop_far',
      ],
      // `shop/agent`, in the network of node2, is `app: web`.
      [
        'shop_db shop_web',
        'ops_probe shop_db',
        'shop_far shop_db',
        'node2 shop_db',
        'shop_db node2',
        'shop_db shop_far',
      ],
    );
  });

  // The rest is the same whoever runs it.
  if (!triesAll(who)) return;

  it('nobody gets around a policy by link-local addresses, which others keep where nobody is isolated', async () => {
    const linkLocal = async (ns: string) => {
      const { stdout } = await inside(who, lab, ns, ['ip', '-6', '-o', 'addr', 'show', 'dev', 'eth0', 'scope', 'link']);
      return [`${/fe80[^/]*/.exec(stdout)?.[0]}%eth0`];
    };
    await expectPings('shop_web', await linkLocal('shop_db'), false);
    await expectPings('kube-system_coredns', await linkLocal('shop_far'), true);
  });

  it('a Service leads to what the pod lets in, on the port of the pod, and to itself like to anybody', async () => {
    await expectOf(
      ['shop_web service 80', 'node1 service 80'],
      ['ops_probe service 80', 'shop_db service 80', 'shop_far service 80'],
    );
    await become(onDb([{ from: [app('web'), app('db')], ports: [{ port: PORT }] }]));
    await expectOf(['shop_web service 80', 'shop_db service 80'], ['ops_probe service 80']);
    await become(onDb([{ ports: [{ port: 80 }] }]));
    await expectOf([], ['shop_web service 80', 'ops_probe service 80']);
  });

  it('who may send to a Service is said by its pods, and never by its address', async () => {
    const blocks = ['10.96.0.80/32', 'fd00:10:96::80/128'].map(cidr => ({ ipBlock: { cidr } }));
    const webTo = (to: unknown) => ({
      'shop/web': { ...app('web'), policyTypes: ['Egress'], egress: [{ to, ports: BOTH_PORTS }] },
    });
    await become(webTo(blocks));
    await expectOf(['ops_probe service 80'], ['shop_web service 80', 'shop_web shop_db']);
    await become(webTo([app('db')]));
    await expectOf(['shop_web service 80', 'shop_web shop_db'], ['shop_web shop_far', 'shop_web shop_db 9090']);
  });

  it('a node port shows the client’s address at the first node or with Local, and the first node’s at a second', async () => {
    const client = ['172.18.0.4/32', 'fd00:172:18::4/128'].map(cidr => ({ ipBlock: { cidr } }));
    const first = ['172.18.0.3/32', 'fd00:172:18::3/128'].map(cidr => ({ ipBlock: { cidr } }));
    await become(onDb([{ from: client }]));
    await expectOf(['outside node1 30080', 'outside node1 30081'], ['outside node2 30080', 'shop_far node1 30080']);
    await become(onDb([{ from: first }]));
    await expectOf(['outside node2 30080', 'node2 shop_db'], ['outside node1 30080', 'outside node1 30081']);
  });

  it('lets pings through by a rule without ports alone, and neighbours find each other whatever is denied', async () => {
    const db = ADDRESSES['shop_db'] ?? [];
    const all = { 'shop/all': { podSelector: {}, ...DENY_ALL } };
    const leave = (ports: unknown) => ({
      ...onDb([{ from: [app('web')], ports }]),
      'shop/web': { ...app('web'), policyTypes: ['Egress'], egress: [{ to: [app('db')], ports }] },
      ...all,
    });
    await become(leave(null));
    await expectPings('shop_web', db, true);
    await become(leave(BOTH_PORTS));
    await expectPings('shop_web', db, false);
    await expectPings('node1', db, true);
    for (const ns of ['shop_web', 'shop_db', 'node1']) ok(await inside(who, lab, ns, ['ip', 'neigh', 'flush', 'all']));
    await expectOf(['shop_web shop_db', 'node1 shop_db'], ['shop_web shop_far', 'shop_db shop_web']);
  });

  it('takes the names of Services away with everything else, until the pods of kube-dns may be asked', async () => {
    const lookUp = async () => {
      const options = ['exec', '--lab', lab, 'shop/web', '--', 'env', 'RES_OPTIONS=timeout:1 attempts:1'];
      return (await netlab(who, [...options, 'getent', 'ahostsv4', 'db.shop.svc.cluster.local.'])).stdout;
    };
    const deny = { 'shop/all': { podSelector: {}, policyTypes: ['Egress'] } };
    await become(deny);
    await expectOf(['ops_probe dns 53'], ['shop_web dns 53']);
    expect(await lookUp()).toBe('');
    const to = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }];
    const ports = [{ port: 53, protocol: 'UDP' }, { port: 53 }];
    await become({ ...deny, 'shop/names': { podSelector: {}, policyTypes: ['Egress'], egress: [{ to, ports }] } });
    await expectOf(['shop_web dns 53'], ['shop_web service 80']);
    expect(await lookUp()).toContain('10.96.0.80');
  });

  it('a pod that comes, goes or is labelled anew changes members of sets and no rule', async () => {
    const policies = onDb([{ from: [app('web')] }], DENY_ALL);
    await become(policies);
    /** What `up` does about policies, once for all nodes and families. */
    const commandsOf = async (pods: Entry) => {
      write(policies, pods);
      const plan = await netlab(who, ['plan', file]);
      ok(plan);
      const commands = [...plan.stdout.matchAll(/^ +[-+~] ip netns exec node\d+ (ip6?tables|ipset .*)/gm)].map(
        ([, text = '']) =>
          text
            .replace(/\S*[.:]\S*$/, 'ADDRESS')
            .replace('6-', '-')
            .replace('6/', '/'),
      );
      return [...new Set(commands)].sort();
    };
    const labelled = (name: string) => ({ 'ops/probe': pod('ops_probe', 'node1', { labels: { app: name } }) });
    expect(await commandsOf(labelled('web'))).toEqual([]);
    const web = (labels: Entry) => ({ 'shop/web': pod('shop_web', 'node1', { labels }) });
    expect(await commandsOf(web({ app: 'other' }))).toEqual(['ipset del PODS-shop/app=web ADDRESS']);
    expect(await commandsOf(web({ app: 'db' }))).toEqual([
      ...['NETPOL-IN', 'NETPOL-IN-shop', 'NETPOL-OUT', 'NETPOL-OUT-shop', 'NETPOL-shop/db'].map(
        set => `ipset add ${set} ADDRESS`,
      ),
      'ipset del PODS-shop/app=web ADDRESS',
    ]);
    const more = {
      'shop/web-2': { node: 'node2', labels: { app: 'web' }, address: ['10.244.1.20/24', 'fd00:10:244:1::20/64'] },
    };
    expect(await commandsOf(more)).toEqual(['ipset add PODS-shop/app=web ADDRESS']);
    await become(policies, more);
    await untilIpv6IsInUse(who, lab);
    await expectOf(['shop_web-2 shop_db', 'shop_web shop_db'], ['ops_probe shop_db']);
    expect(await commandsOf({})).toEqual(['ipset del PODS-shop/app=web ADDRESS']);
    await become(policies, web({ app: 'other' }));
    await expectOf(['node1 shop_db'], ['shop_web shop_db']);
  });

  it('what is changed by hand is seen, and mended', async () => {
    await become(onDb([{ from: [app('web')] }]));
    const onNode1 = (...argv: string[]) => inside(who, lab, 'node1', argv);
    ok(await onNode1('ipset', 'add', 'PODS-shop/app=web', '10.244.0.12'));
    ok(await onNode1('ipset', 'flush', 'NETPOL6-IN'));
    ok(await onNode1('iptables', '-F', 'NETPOL-IN-shop/db'));
    ok(await onNode1('ip6tables', '-D', 'FORWARD', '1'));
    const status = await netlab(who, ['status', lab]);
    expect(status.code).toBe(1);
    for (const missing of ['PODS-shop/app=web', 'NETPOL6-IN', 'NETPOL-IN-shop/db', 'FORWARD'])
      expect(status.stdout).toContain(missing);
    ok(await netlab(who, ['up', file]));
    await expectOf(['shop_web shop_db'], ['ops_probe shop_db']);
    expect(await netlab(who, ['status', lab])).toMatchObject({ code: 0 });
  });

  it('while policies change, open connections go on, and what is open or closed before and after is so meanwhile', async () => {
    const [ipv4 = ''] = ADDRESSES['shop_db'] ?? [];
    const allows = (count: number): Entry => ({
      ...onDb([{ from: [app('web')], ports: count % 4 < 2 ? null : BOTH_PORTS }], count % 2 === 0 ? DENY_ALL : {}),
      ...(count % 3 === 0 ? { 'shop/all': { podSelector: {} } } : {}),
    });
    await become(allows(0));
    await everybody.hold('shop_web', ipv4, PORT);
    const times: number[] = [];
    for (let count = 1; count <= (isSweep ? 100 : 3); count++) {
      const since = performance.now();
      let isOver = false;
      const change = become(allows(count)).finally(() => {
        isOver = true;
        times.push(performance.now() - since);
      });
      while (!isOver) await expectOf(['shop_web shop_db'], ['ops_probe shop_db', 'node2 shop_db']);
      await change;
      expect(await everybody.say()).toBe(true);
    }
    if (isSweep) console.log(`a change of policies took ${median(times).toFixed()} ms`);
    // What Kubernetes leaves open: a connection that is no longer allowed goes on, too, until it ends.
    await become(onDb([]));
    expect(await everybody.say()).toBe(true);
    await expectOf(['node1 shop_db'], ['shop_web shop_db']);
  });
});
