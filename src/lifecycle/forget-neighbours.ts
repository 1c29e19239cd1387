/**
 * A node or pod that has spoken to the earlier owner of an address goes on sending to its MAC address, for up to a
 * minute. A CNI plugin has a new pod announce itself; here those that share a subnet with it forget their neighbours,
 * and ask again.
 */
import { formatSubnet, parseHost } from '../address/address.ts';
import { runAll } from '../check/round.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Address } from '../state/address.ts';
import type { CommandJob } from '../state/job.ts';
import { type KernelObject, keyOf } from '../state/kinds.ts';
import type { Prepared } from './prepare.ts';

export async function forgetNeighbours(
  { steps, observed, target }: Pick<Prepared, 'steps' | 'observed' | 'target'>,
  sandbox: Pick<Sandbox, 'run'>,
): Promise<void> {
  const added = steps.flatMap(({ operation, object }) => (operation === 'delete' ? [] : addressOf(object)));
  const subnets = new Set(added.flatMap(subnetOf));
  if (subnets.size === 0) return;
  const there = [...target.values()].flatMap(({ object }) => addressOf(object));
  const old = there.filter(one => observed.has(keyOf(one)) && subnetOf(one).some(subnet => subnets.has(subnet)));
  const jobs = new Map(old.map(({ ns, dev }): [string, CommandJob] => [`${ns} ${dev}`, flush(ns, dev)]));
  let left = [...jobs.values()];
  // Where the kernel forgets one of them at the same moment, the rest is still there.
  for (let turn = 0; turn < MOST_TURNS && left.length > 0; turn++) {
    const answers = await runAll(left, sandbox);
    left = left.filter(job => answers.get(job)?.code !== 0);
  }
}

const MOST_TURNS = 5;

const addressOf = (object: KernelObject): Address[] => (object.kind === 'address' ? [object] : []);

function subnetOf({ address }: Address): string[] {
  const host = parseHost(address);
  return host ? [formatSubnet(host.subnet)] : [];
}

const flush = (ns: string, dev: string): CommandJob => ({ ns, argv: ['ip', 'neigh', 'flush', 'dev', dev] });
