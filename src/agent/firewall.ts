/**
 * Whether a namespace has iptables tables, asked cheaply, as running `iptables-save` costs 2 ms a namespace and most
 * have none. Goes by the namespace that this thread is in.
 */

import { dump, withNetlink } from '../linux/netlink.ts';
import { readProcFile } from '../linux/proc-file.ts';
import { AF_INET, AF_INET6 } from '../netlink/ip-text.ts';
import { dumpRequest, NETLINK_NETFILTER } from '../netlink/message.ts';

export interface TablePresence {
  readonly ipv4: boolean;
  readonly ipv6: boolean;
}

const NFT_MSG_GETTABLE = (10 << 8) | 1;
const NFGENMSG = 4;
const TABLE_DUMP = dumpRequest(NFT_MSG_GETTABLE, Buffer.alloc(NFGENMSG));

/**
 * Makes the question for one observation. What the kernel does not have in one namespace it has in none, so that is
 * asked for only once.
 */
export function makeTableProbe(): () => TablePresence {
  const nftables = untilMissing(nftFamilies);
  const legacy4 = untilMissing(() => readProcFile('/proc/thread-self/net/ip_tables_names'));
  const legacy6 = untilMissing(() => readProcFile('/proc/thread-self/net/ip6_tables_names'));
  return () => {
    const families = nftables() ?? [];
    const names4 = legacy4() ?? '';
    const names6 = legacy6() ?? '';
    return { ipv4: families.includes(AF_INET) || names4 !== '', ipv6: families.includes(AF_INET6) || names6 !== '' };
  };
}

function untilMissing<T>(ask: () => T | undefined): () => T | undefined {
  let missing = false;
  return () => {
    const answer = missing ? undefined : ask();
    missing = answer === undefined;
    return answer;
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
