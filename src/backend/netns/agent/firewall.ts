/**
 * Whether a namespace has iptables tables, asked cheaply, as running `iptables-save` costs 2 ms a namespace and most
 * have none. Goes by the namespace that this thread is in.
 */
import { readFileSync } from 'node:fs';
import { AF_INET, AF_INET6 } from './ip-text.ts';
import { dump, dumpRequest, NETLINK_NETFILTER, withNetlink } from './netlink.ts';

export interface TablePresence {
  readonly ipv4: boolean;
  readonly ipv6: boolean;
}

const NFT_MSG_GETTABLE = (10 << 8) | 1;
const NFGENMSG = 4;
const TABLE_DUMP = dumpRequest(NFT_MSG_GETTABLE, Buffer.alloc(NFGENMSG));

/** Makes the question for one observation: a kernel that has no nftables is asked for them only once. */
export function makeTableProbe(): () => TablePresence {
  let nftables = true;
  return () => {
    const families = nftables ? nftFamilies() : [];
    nftables = families !== undefined;
    return {
      ipv4: families?.includes(AF_INET) === true || hasLegacyTable('ip_tables_names'),
      ipv6: families?.includes(AF_INET6) === true || hasLegacyTable('ip6_tables_names'),
    };
  };
}

/** The family of each nftables table; undefined where the kernel has no nftables. */
function nftFamilies(): number[] | undefined {
  try {
    return withNetlink(NETLINK_NETFILTER, socket => dump(socket, TABLE_DUMP, (bytes, start) => bytes[start]));
  } catch {
    return undefined;
  }
}

function hasLegacyTable(list: string): boolean {
  try {
    return readFileSync(`/proc/thread-self/net/${list}`, 'latin1') !== '';
  } catch {
    return false; // The kernel has no such tables at all.
  }
}
