/** The kernel's table of tracked connections, over ctnetlink: read, and entries taken out. Goes by this thread's namespace. */
import { constants } from 'node:os';
import { type Family, withoutPrefix } from '../address/address.ts';
import { ADDRESS_DUMP, decodeAddress } from '../netlink/address.ts';
import { type Connection, connectionDeletion, makeDecoder, udpDump } from '../netlink/connection.ts';
import { NETLINK_NETFILTER, NETLINK_ROUTE } from '../netlink/message.ts';
import { SystemError } from './libc.ts';
import { actAll, dump, withNetlink } from './netlink.ts';

/** Whether an address is one of the namespace's own. */
export type IsLocal = (address: string) => boolean;

/** Of the flows of UDP those that are stale are forgotten: their next packet meets the rules anew. How many there were. */
export function forgetConnections(
  family: Family,
  isStale: (connection: Connection, isLocal: IsLocal) => boolean,
): number {
  const isLocal = readLocal();
  try {
    return withNetlink(NETLINK_NETFILTER, fd => {
      const deletions = listDeletions(fd, family, connection => isStale(connection, isLocal));
      actAll(fd, deletions, GONE_BY_NOW);
      return deletions.length;
    });
  } catch (error) {
    if (error instanceof SystemError && NO_CTNETLINK.has(error.errno)) return 0;
    throw error;
  }
}

const { ENOENT, EINVAL, EOPNOTSUPP, EPROTONOSUPPORT } = constants.errno;
const GONE_BY_NOW = new Set([ENOENT]);
/** How a kernel without ctnetlink says so; what it tracks nobody can change. */
const NO_CTNETLINK = new Set([EINVAL, EOPNOTSUPP, EPROTONOSUPPORT]);

function listDeletions(fd: number, family: Family, isStale: (connection: Connection) => boolean): Buffer[] {
  const decode = makeDecoder(family);
  return dump(fd, udpDump(family), (bytes, start, end) => {
    const connection = decode(bytes, start, end);
    return connection && isStale(connection) ? connectionDeletion(family, { bytes, start, end }) : undefined;
  });
}

function readLocal(): IsLocal {
  const addresses = withNetlink(NETLINK_ROUTE, fd => dump(fd, ADDRESS_DUMP, decodeAddress));
  const own = new Set(addresses.map(({ address }) => withoutPrefix(address)));
  return address => own.has(address) || address.startsWith('127.');
}
