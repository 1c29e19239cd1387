/**
 * Load balancers' addresses that follow the pods: when the node that answers for one has to leave it to another, the
 * address moves there, and the network is told at once. It is what MetalLB's speaker does in layer-2 mode.
 */
import { closeSync } from 'node:fs';
import {
  type Announcement,
  chooseAnnouncers,
  listCandidates,
  toAddress,
} from '../features/load-balancer/compile/announce.ts';
import type { Lab } from '../language/lab/lab.ts';
import type { IsUnready } from '../language/lab/readiness.ts';
import * as libc from '../linux/libc.ts';
import { dump, withNetlink } from '../linux/netlink.ts';
import { AF_PACKET, bindTo, SOCK_RAW } from '../linux/sockets.ts';
import { ADDRESS_DUMP, decodeAddress } from '../netlink/address.ts';
import { decodeLink, LINK_DUMP, type RawLink } from '../netlink/link.ts';
import { NETLINK_ROUTE } from '../netlink/message.ts';
import { type Address, addressKind } from '../state/address.ts';
import { announcementFrames } from './gratuitous.ts';
import type { Home } from './namespaces.ts';
import type { ToolRunner } from './run-tool.ts';
import { NETWORKS } from './start.ts';

export interface Announcer {
  /** Brings addresses to where they should be; `change` is asked to do whatever changes the lab. */
  sync(lab: Lab, isUnready: IsUnready, change: (work: () => Promise<void>) => Promise<void>): Promise<void>;
  /** What is known is old: the lab may be another, or something has failed. */
  forget(): void;
}

export function makeAnnouncer(home: Home, { run }: ToolRunner): Announcer {
  /** Where each address is; undefined where that has to be looked at. */
  let known: ReadonlyMap<string, Announcement> | undefined;
  return {
    forget: () => {
      known = undefined;
    },
    sync: async (lab, isUnready, change) => {
      const wanted = new Map(chooseAnnouncers(lab, isUnready).map(item => [keyOf(item), item]));
      const isNew = known === undefined;
      const before = new Set(known?.keys() ?? findPlaces(lab, home));
      const candidates = new Map(listCandidates(lab).map(item => [keyOf(item), item]));
      const gone = [...before].filter(key => !wanted.has(key)).flatMap(key => candidates.get(key) ?? []);
      const come = [...wanted].filter(([key]) => !before.has(key)).map(([, item]) => item);
      if (gone.length + come.length > 0)
        await change(async () => {
          for (const item of gone) await runAll(addressKind.delete(toAddress(item)), run);
          for (const item of come) await runAll(addressKind.add(toAddress(item), true), run);
        });
      // After a change of the lab whoever has made it has told nobody.
      for (const item of isNew ? wanted.values() : come) tell(item, home);
      known = wanted;
    },
  };
}

const keyOf = ({ ip, node, dev }: Pick<Announcement, 'ip' | 'node' | 'dev'>) => `${node.ns} ${dev} ${ip}`;

async function runAll(commands: ReturnType<typeof addressKind.delete>, run: ToolRunner['run']): Promise<void> {
  for (const { ns, argv } of commands) if (ns !== null) await run(ns, argv);
}

/** Which of the places have their address now. */
function findPlaces(lab: Lab, home: Home): string[] {
  const candidates = listCandidates(lab);
  const spaces = [...new Set(candidates.map(({ node }) => node.ns))];
  const there = new Set(spaces.flatMap(ns => home.inside(NETWORKS, [ns], () => readAddresses(ns))));
  return candidates.filter(item => there.has(placeKey(toAddress(item)))).map(keyOf);
}

const placeKey = ({ ns, dev, address }: Pick<Address, 'ns' | 'dev' | 'address'>) => `${ns} ${dev} ${address}`;

function readAddresses(ns: string): string[] {
  const { links, addresses } = readNetwork();
  const names = new Map(links.map(({ index, name }) => [index, name]));
  return addresses.map(({ index, address }) => placeKey({ ns, dev: names.get(index) ?? '', address }));
}

function readNetwork() {
  return withNetlink(NETLINK_ROUTE, fd => ({
    links: dump<RawLink>(fd, LINK_DUMP, decodeLink),
    addresses: dump(fd, ADDRESS_DUMP, decodeAddress),
  }));
}

function tell({ ip, node, dev }: Announcement, home: Home): void {
  home.inside(NETWORKS, [node.ns], () => {
    const link = withNetlink(NETLINK_ROUTE, fd => dump<RawLink>(fd, LINK_DUMP, decodeLink)).find(
      ({ name }) => name === dev,
    );
    if (link?.mac) for (const frame of announcementFrames(ip, link.mac)) sendFrame(frame, link.index);
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
