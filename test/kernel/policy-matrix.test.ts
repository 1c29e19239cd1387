/**
 * What the kernel lets through is what policies mean: every connection between a case's pods, its nodes and machines outside is
 * made, and whether it is answered compared with an evaluator that has nothing of netlab's in it.
 */
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { arbitraryPlaces, PORTS, worldAt } from '../policies/arbitrary-world.ts';
import { addressOf, type Cluster, type Connection, type Family, isLetThrough, keyOf } from '../policies/evaluate.ts';
import { EXAMPLES } from '../policies/examples.ts';
import { labFileOf } from '../policies/lab-file.ts';
import { connectionsOf, rowsOf } from '../policies/matrix.ts';
import { placeTogether, type World } from '../policies/world.ts';
import { type Everybody, startEverybody } from './connect-driver.ts';
import { seeded } from './fixtures/attack.ts';
import { ok } from './fixtures/ok.ts';
import { isSweep, labFile, leftovers, netlab, ORDINARY, rounds, WHO, type Who } from './harness.ts';
import { untilIpv6IsInUse } from './who-answers.ts';

const networkOf = (cluster: Cluster, name: string) => {
  const pod = cluster.pods.find(one => keyOf(one) === name);
  if (!pod) return name;
  return pod.hostNetwork ? pod.node : pod.namespace === 'default' ? pod.name : `${pod.namespace}_${pod.name}`;
};

const addressesOf = ({ pods, nodes, outside }: Cluster, name: string) =>
  pods.find(one => keyOf(one) === name)?.addresses ?? nodes[name] ?? outside[name] ?? [];

/** A running lab that becomes one cluster after the other. */
class Lab {
  readonly name: string;
  readonly who: Who;
  readonly families: readonly Family[];
  readonly file: string;
  private everybody: Everybody | undefined;

  constructor(name: string, who: Who, families: readonly Family[]) {
    this.name = name;
    this.who = who;
    this.families = families;
    this.file = labFile('', name);
  }

  async become(cluster: Cluster): Promise<void> {
    writeFileSync(this.file, labFileOf(this.name, cluster, this.families));
    ok(await netlab(this.who, ['up', this.file]));
    await untilIpv6IsInUse(this.who, this.name);
    if (this.everybody) return;
    this.everybody = startEverybody(this.who, this.name);
    const namespaces = [...cluster.pods.map(keyOf), ...Object.keys({ ...cluster.nodes, ...cluster.outside })];
    await this.everybody.listen([...new Set(namespaces.map(one => networkOf(cluster, one)))], ALL_PORTS);
  }

  /** Tries connections, and gives what the kernel made of each. Those that are to be open are waited for. */
  attempt(cluster: Cluster, connections: readonly Connection[], isOpen: (one: Connection) => boolean) {
    const attempts = connections.map(connection => ({
      ns: networkOf(cluster, connection.from),
      address: addressOf(addressesOf(cluster, connection.to), connection.family),
      port: connection.port,
      protocol: connection.protocol as 'TCP' | 'UDP',
      isExpected: isOpen(connection),
    }));
    return this.everybody?.attempt(attempts) ?? expect.unreachable('nothing was brought up');
  }

  async down(): Promise<void> {
    this.everybody?.end();
    await netlab(this.who, ['down', this.name]);
    expect(await leftovers(this.name)).toEqual([]);
  }
}

const ALL_PORTS = [...PORTS, 9090, 5353];
const BOTH: readonly Family[] = [4, 6];

const textOf = ({ from, to, protocol, port, family }: Connection) => `${from} → ${to} ${protocol} ${port} IPv${family}`;

/** Throws, with all that matters, where the kernel makes something else of a connection than policies mean. */
function compare(
  cluster: Cluster,
  connections: readonly Connection[],
  outcomes: readonly string[],
  world: number,
): void {
  const wrong = connections.flatMap((connection, index) => {
    const meant = isLetThrough(cluster, connection) ? 'open' : 'silent';
    return outcomes[index] === meant ? [] : [`${textOf(connection)}: ${outcomes[index]}, is to be ${meant}`];
  });
  if (wrong.length === 0) return;
  const own = <T extends { readonly namespace: string }>(all: readonly T[]) =>
    all.filter(({ namespace }) => namespace.startsWith(`w${world}-`) || (world === 0 && namespace === 'default'));
  const { namespaces, pods, policies } = cluster;
  throw new Error(
    [
      `${wrong.length} of ${connections.length}:`,
      ...wrong.slice(0, 30),
      JSON.stringify(namespaces),
      ...[...own(pods), ...own(policies)].map(one => JSON.stringify(one)),
    ].join('\n'),
  );
}

const FAMILIES = [BOTH, [4], [6]] as const;
/** Side by side in one lab. */
const WORLDS = 5;
const CASES = isSweep ? Math.max(500, 5 * rounds(0)) : 30;
const CHANGES = Math.ceil(CASES / FAMILIES.length / WORLDS);

describe.each(isSweep ? WHO : [ORDINARY])('as %s', who => {
  const labs: Lab[] = [];
  const makeLab = (name: string, families: readonly Family[]) => {
    const lab = new Lab(`policies-${name}-${who}`, who, families);
    labs.push(lab);
    return lab;
  };
  it('worked examples', async () => {
    const worlds = EXAMPLES.map(({ world }) => world);
    const cluster = placeTogether(worlds, [4]);
    const lab = makeLab('examples', [4]);
    await lab.become(cluster);
    for (const [index, { name, expected }] of EXAMPLES.entries())
      for (const [ports, rows] of Object.entries(expected)) {
        const asked: Connection[] = [];
        const letterOf = (isOpen: (one: Omit<Connection, 'family'>) => boolean) => rowsOf(rows, index, ports, isOpen);
        letterOf(one => asked.push({ ...one, family: 4 }) > 0);
        const meant = [...Object.values(rows).join('').replaceAll('-', '')].map(letter => letter === '.');
        const outcomes = await lab.attempt(cluster, asked, one => meant[asked.indexOf(one)] === true);
        expect([name, ports, letterOf(() => outcomes.shift() === 'open')]).toEqual([name, ports, rows]);
      }
  });

  afterAll(() => Promise.all(labs.map(lab => lab.down())).then(() => undefined));

  it.each(FAMILIES.map(families => ({ families, ip: families.map(one => `IPv${one}`).join(' and ') })))(
    'cases at random, with $ip',
    async ({ families }) => {
      const random = seeded(`policies with IPv${families.join(' and ')}`);
      const draw = <T>(arbitrary: fc.Arbitrary<T>) =>
        fc.sample(arbitrary, { numRuns: 1, seed: Math.floor(random() * 2 ** 31) })[0] ?? expect.unreachable();
      const numbers = Array.from({ length: WORLDS }, (_, index) => index);
      const places = numbers.map(() => draw(arbitraryPlaces));
      const lab = makeLab(`random-${families.join('')}`, families);
      for (let change = 0; change < CHANGES; change++) {
        const worlds: World[] = numbers.map(index => draw(worldAt(index, places[index] ?? [])));
        const cluster = placeTogether(worlds, families);
        await lab.become(cluster);
        const all = worlds.map((world, index) => connectionsOf(world, index, families));
        const outcomes = await lab.attempt(cluster, all.flat(), one => isLetThrough(cluster, one));
        for (const [index, connections] of all.entries())
          compare(cluster, connections, outcomes.splice(0, connections.length), index);
      }
    },
  );
});
