/**
 * Addresses that move between nodes: each comes to be on the interfaces where it should be and on no others, and its
 * network is told at once. It is what MetalLB's speaker does in layer-2 mode.
 */
import { closeSync } from 'node:fs';
import { withoutPrefix } from '../../address/address.ts';
import type { AddressEffect } from '../../features/feature.ts';
import * as libc from '../../linux/libc.ts';
import { dump, withNetlink } from '../../linux/netlink.ts';
import { AF_PACKET, bindTo, SOCK_RAW } from '../../linux/sockets.ts';
import { ADDRESS_DUMP, decodeAddress } from '../../netlink/address.ts';
import { decodeLink, LINK_DUMP, type RawLink } from '../../netlink/link.ts';
import { NETLINK_ROUTE } from '../../netlink/message.ts';
import { type Address, addressKind } from '../../state/address.ts';
import type { Home } from '../namespaces.ts';
import type { ToolRunner } from '../run-tool.ts';
import { NETWORKS } from '../start.ts';
import type { ChangeLab } from './chains.ts';
import { announcementFrames } from './gratuitous.ts';
import { keyOfAddress, planAddresses } from './plan-addresses.ts';

export interface AddressMover {
  /** `isFirst`: where they are now has to be looked at, and the networks have not been told. */
  place(wanted: readonly AddressEffect[], isFirst: boolean, change: ChangeLab): Promise<void>;
}

export function makeAddressMover(home: Home, { run }: ToolRunner): AddressMover {
  let known: ReadonlySet<string> = new Set();
  return {
    place: async (wanted, isFirst, change) => {
      const there = isFirst ? readAddresses(wanted, home) : known;
      const { remove, add, announce, present } = planAddresses(wanted, there, isFirst);
      if (remove.length + add.length > 0)
        await change(async () => {
          for (const address of remove) await runAll(addressKind.delete(address), run);
          for (const address of add) await runAll(addressKind.add(address, true), run);
        });
      for (const address of announce) tell(address, home);
      known = present;
    },
  };
}

async function runAll(commands: ReturnType<typeof addressKind.delete>, run: ToolRunner['run']): Promise<void> {
  for (const { ns, argv } of commands) if (ns !== null) await run(ns, argv);
}

/** All that the nodes in question have. */
function readAddresses(wanted: readonly AddressEffect[], home: Home): ReadonlySet<string> {
  const spaces = [...new Set(wanted.map(({ address }) => address.ns))];
  return new Set(spaces.flatMap(ns => home.inside(NETWORKS, [ns], () => readNamespace(ns))));
}

function readNamespace(ns: string): string[] {
  const { links, addresses } = withNetlink(NETLINK_ROUTE, fd => ({
    links: dump<RawLink>(fd, LINK_DUMP, decodeLink),
    addresses: dump(fd, ADDRESS_DUMP, decodeAddress),
  }));
  const names = new Map(links.map(({ index, name }) => [index, name]));
  return addresses.map(({ index, address }) => keyOfAddress({ ns, dev: names.get(index) ?? '', address }));
}

function tell({ ns, dev, address }: Address, home: Home): void {
  home.inside(NETWORKS, [ns], () => {
    const links = withNetlink(NETLINK_ROUTE, fd => dump<RawLink>(fd, LINK_DUMP, decodeLink));
    const link = links.find(({ name }) => name === dev);
    if (link?.mac)
      for (const frame of announcementFrames(withoutPrefix(address), link.mac)) sendFrame(frame, link.index);
  });
}

const SOCK_CLOEXEC = 0o2000000;
const SOCKADDR_LL = 20;

function sendFrame(frame: Buffer, index: number): void {
  const fd = libc.check('socket', libc.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  try {
    const name = Buffer.alloc(SOCKADDR_LL);
    name.writeUInt16LE(AF_PACKET, 0);
    name.writeInt32LE(index, 4);
    libc.check('bind', bindTo(fd, name, name.length));
    libc.check('send', libc.send(fd, frame, frame.length, 0));
  } finally {
    closeSync(fd);
  }
}
