/** Reading and rewriting the chains of a node: iptables' own programs, started in its network namespace. */
import { rmSync, writeFileSync } from 'node:fs';
import type { Family } from '../../address/address.ts';
import { FOLDER } from '../../memory/folders.ts';
import { piecesAfter } from '../../netfilter/split-restore.ts';
import type { ToolRunner } from '../run-tool.ts';

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

export interface Netfilter {
  /** What `iptables-save` prints. Rejects with what it says where it fails. */
  save(ns: string, family: Family): Promise<string>;
  /** One `iptables-restore --noflush`, or more where the kernel takes no more at a time. Rejects with what it says where it fails. */
  restore(ns: string, family: Family, text: string): Promise<void>;
}

export function makeNetfilter({ run }: ToolRunner): Netfilter {
  let count = 0;
  const tool = (family: Family) => (family === 4 ? 'iptables' : 'ip6tables');
  return {
    save: (ns, family) => run(ns, [`${tool(family)}-save`]),
    restore: async (ns, family, text) => {
      const input = `${FOLDER}/endpoints.${count++}.restore`;
      writeFileSync(input, text, { mode: 0o600 });
      const load = () => run(ns, [`${tool(family)}-restore`, input, '--noflush', '--wait']);
      try {
        const failure = await load().then(() => undefined, messageOf);
        if (failure === undefined) return;
        const pieces = piecesAfter(text, failure);
        if (pieces.length === 0) throw new Error(failure);
        for (const piece of pieces) {
          writeFileSync(input, piece);
          await load();
        }
      } finally {
        rmSync(input, { force: true });
      }
    },
  };
}
