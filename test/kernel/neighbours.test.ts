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
    `name: ${LAB}\ncluster: { ipFamily: dual }\nnodes: { node1: {} }\npods: { neighbour: {}, ${pod}: { address: ${addresses} } }\n`,
  );
  const { code, stderr } = await netlab(who, ['up', file]);
  expect(code, stderr).toBe(0);
}

/** Much sooner than the kernel asks again by itself; an IPv6 address is in use only after a second or two. */
const ping = async (from: string, address: string) =>
  (await inside(who, LAB, from, ['ping', '-c', '1', '-w', '6', address])).code;

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
}, 60_000);
