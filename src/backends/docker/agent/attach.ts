/**
 * Giving a container's network namespace its name in the lab, as `ip netns attach` does: a container's first process
 * comes in, a mount under /run/netns is made of its namespace.
 */
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { runCommands } from '../../../agent/run-commands.ts';
import * as libc from '../../../linux/libc.ts';
import { bind, detachAll } from '../../../linux/mount.ts';
import { enterNamespace } from '../../../linux/named-namespace.ts';
import { dump, withNetlink } from '../../../linux/netlink.ts';
import { decodeLink, LINK_DUMP } from '../../../netlink/link.ts';
import { NETLINK_ROUTE } from '../../../netlink/message.ts';
import type { Holder } from '../holders.ts';

const nameOf = (ns: string) => `/run/netns/${ns}`;

/** An earlier mount under this name is taken away: it is no longer needed. */
export function attach({ object: { ns }, process: { pid, proc = '/proc' } }: Holder): void {
  detach(ns);
  closeSync(openSync(nameOf(ns), 'w'));
  bind(`${proc}/${pid}/ns/net`, nameOf(ns));
  inNamespace(ns, resetSysctls);
}

/**
 * Its links go too: a container that has just ended may have left processes, which would keep their other ends here.
 */
export function detach(ns: string): void {
  removeLinks(ns);
  detachAll(nameOf(ns));
  rmSync(nameOf(ns), { force: true });
}

function removeLinks(ns: string): void {
  const names = inNamespace(ns, () =>
    withNetlink(NETLINK_ROUTE, socket => dump(socket, LINK_DUMP, decodeLink))
      .filter(({ loopback }) => !loopback)
      .map(({ name }) => name),
  );
  const jobs = (names ?? []).map(name => ({ ns, argv: ['ip', 'link', 'del', 'dev', name] }));
  // The second end of a pair has gone with the first.
  runCommands(jobs, false);
}

/** Undefined where there is no such namespace. */
function inNamespace<T>(ns: string, work: () => T): T | undefined {
  try {
    enterNamespace(ns);
  } catch (error) {
    if (error instanceof libc.SystemError || (error instanceof Error && 'code' in error)) return undefined;
    throw error;
  }
  try {
    return work();
  } finally {
    enterNamespace(null);
  }
}

/** Takes back the settings that Docker makes in the network of a container that has none. */
const NEW: Readonly<Record<string, string>> = {
  'ipv6/conf/all/disable_ipv6': '0',
  'ipv6/conf/default/disable_ipv6': '0',
  'ipv6/conf/lo/disable_ipv6': '0',
  'ipv4/ip_unprivileged_port_start': '1024',
  'ipv4/ping_group_range': '1 0',
};

function resetSysctls(): void {
  for (const [name, value] of Object.entries(NEW)) {
    try {
      writeFileSync(`/proc/sys/net/${name}`, value);
    } catch {
      // A kernel without IPv6 has no such setting.
    }
  }
}
