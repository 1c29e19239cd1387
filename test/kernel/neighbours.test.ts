/** An address that goes from one pod to another: those who knew the first one reach the second at once. */
import { writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { inside, labFile, netlab, WHO } from './harness.ts';

const LAB = 'neighbours-kernel';
const file = labFile('', LAB);
const who = WHO.at(-1) ?? 'user';

afterAll(async () => {
  await netlab(who, ['down', LAB]);
});

async function up(pod: string): Promise<void> {
  const addresses = '[10.244.0.9/24, "fd00:10:244::9/64"]';
  writeFileSync(
    file,
    `name: ${LAB}\ncluster: { ipFamily: dual }\nnodes: { node1: ${remember('cbr0')} }\npods: { neighbour: ${remember('eth0')}, ${pod}: { address: ${addresses} } }\n`,
  );
  const { code, stderr } = await netlab(who, ['up', file]);
  expect(code, stderr).toBe(0);
}

/** For an hour the kernel would not ask again by itself. */
const remember = (dev: string) =>
  `{ sysctls: { net.ipv4.neigh.${dev}.base_reachable_time_ms: 3600000, net.ipv6.neigh.${dev}.base_reachable_time_ms: 3600000 } }`;

/** An IPv6 address is in use only after a second or two. */
const ping = async (from: string, address: string) =>
  (await inside(who, LAB, from, ['ping', '-c', '1', '-w', '30', address])).code;

async function pingAll(): Promise<number[]> {
  const codes: number[] = [];
  for (const from of ['node1', 'neighbour'])
    for (const address of ['10.244.0.9', 'fd00:10:244::9']) codes.push(await ping(from, address));
  return codes;
}

it('an address is reached at its new owner', async () => {
  await up('first');
  expect(await pingAll()).toEqual([0, 0, 0, 0]);
  await up('second');
  expect(await pingAll()).toEqual([0, 0, 0, 0]);
});
