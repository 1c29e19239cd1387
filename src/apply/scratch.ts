/**
 * Scratch namespaces: where something is tried before it is done for real.
 *
 * Their names belong to this process alone, as others may be trying things in the same sandbox, and the backend removes
 * what bears such a name where this process is killed half-way.
 */

import { HostError } from '../sandbox/host-error.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** Makes a namespace for each of `purposes`, and takes them away when the work is done. Throws `HostError`. */
export async function withScratch<T>(
  sandbox: Sandbox,
  purposes: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const jobFor = (verb: 'add' | 'del') => ({
    ns: null,
    argv: ['ip', '-batch', '-'],
    input: purposes.map(purpose => `netns ${verb} ${scratchName(sandbox, purpose)}\n`).join(''),
  });
  try {
    const [made] = await sandbox.run([jobFor('add')]);
    if (made && made.code !== 0) throw new HostError(`cannot make a network namespace: ${made.stderr.trim()}`);
    return await work();
  } finally {
    await sandbox.run([jobFor('del')]);
  }
}

export function scratchName({ scratch }: Sandbox, purpose: string): string {
  return `${scratch}${purpose}`;
}
