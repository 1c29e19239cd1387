/**
 * Waits until every IPv6 address of a lab is in use. The kernel first asks whether it is taken (RFC 4862), for a
 * second or two after an interface came up; what is tried meanwhile gets no answer, and says nothing about the lab.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { runAll } from '../check/round.ts';
import { type Lab, withOwnNetwork } from '../language/lab/lab.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

const PAUSE_MS = 100;
/** Addresses without a carrier stay tentative, too. Counted in looks, so that a busy machine has its time. */
const MOST_LOOKS = 30;

export async function settleIpv6(lab: Lab, sandbox: Sandbox): Promise<void> {
  const { bridges, links } = lab;
  const machines = withOwnNetwork(lab);
  const addresses = machines.flatMap(({ interfaces }) => interfaces.flatMap(one => one.addresses));
  const others = [...bridges, ...links.flatMap(({ ends }) => ends)].flatMap(one => one.addresses);
  if (![...addresses, ...others].some(address => address.includes(':'))) return;
  let left = machines.map(({ ns }) => ns);
  for (let look = 0; left.length > 0 && look < MOST_LOOKS; look++) {
    left = await findTentative(left, sandbox);
    if (left.length > 0) await sleep(PAUSE_MS);
  }
}

/** An address that is taken stays tentative for ever: that is for the checks to find. */
async function findTentative(namespaces: readonly string[], sandbox: Sandbox): Promise<string[]> {
  const jobs = namespaces.map(ns => ({ ns, argv: ['ip', '-6', '-o', 'addr', 'show', 'tentative'] }));
  const answers = await runAll(jobs, sandbox);
  return jobs.flatMap(job => {
    const lines = answers.get(job)?.stdout.trim().split('\n') ?? [];
    return lines.some(line => line !== '' && !line.includes('dadfailed')) ? [job.ns] : [];
  });
}
