/**
 * Asking the kernel which namespace is which: the two questions of `PeerOracle`, put to it over rtnetlink.
 *
 * Each namespace asked keeps its socket, and each candidate its descriptor, until `close`. When there are more of them
 * than the process may have open, they are all closed and opened again as they are needed.
 */
import { closeSync } from 'node:fs';
import os from 'node:os';
import { SystemError } from '../linux/libc.ts';
import { enterNamespace, openNamespace } from '../linux/named-namespace.ts';
import { get, openNetlink } from '../linux/netlink.ts';
import { decodeLink, linkInOtherNamespace } from '../netlink/link.ts';
import { getRequest, NETLINK_ROUTE, readAttributes, readS32, u32Attribute } from '../netlink/message.ts';
import type { PeerOracle } from './peers.ts';

const RTM_GETNSID = 90;
const RTGENMSG = 4;
const NETNSA_NSID = 1;
const NETNSA_FD = 3;
const UNKNOWN = -1;

export interface NsidOracle extends PeerOracle {
  close(): void;
}

export function openNsidOracle(): NsidOracle {
  const sockets = new Map<string, number>();
  const candidates = new Map<string, number>();
  const close = (): void => {
    for (const open of [sockets, candidates]) {
      for (const fd of open.values()) closeSync(fd);
      open.clear();
    }
  };
  const keep = (open: Map<string, number>, ns: string, make: (ns: string) => number): number => {
    const fd = open.get(ns) ?? withSpareDescriptors(() => make(ns), close);
    open.set(ns, fd);
    return fd;
  };
  return {
    close,
    macOf: (ns, nsid, index) => askMac(keep(sockets, ns, openSocketIn), nsid, index),
    nsidOf: (ns, other) => {
      // The socket last: opening it may close every descriptor, so the candidate's is looked up again.
      keep(candidates, other, openNamespace);
      const socket = keep(sockets, ns, openSocketIn);
      return askNsid(socket, keep(candidates, other, openNamespace));
    },
  };
}

function openSocketIn(ns: string): number {
  enterNamespace(ns);
  return openNetlink(NETLINK_ROUTE);
}

function withSpareDescriptors(open: () => number, makeRoom: () => void): number {
  try {
    return open();
  } catch (error) {
    if (!isTooManyOpen(error)) throw error;
    makeRoom();
    return open();
  }
}

function isTooManyOpen(error: unknown): boolean {
  if (error instanceof SystemError) return error.errno === os.constants.errno.EMFILE;
  return error instanceof Error && 'code' in error && error.code === 'EMFILE';
}

function askMac(socket: number, nsid: number, index: number): string | null {
  try {
    return get(socket, linkInOtherNamespace(nsid, index), decodeLink)?.mac ?? null;
  } catch {
    return null; // Kernels before 4.15 cannot look into another namespace.
  }
}

function askNsid(socket: number, fd: number): number {
  const question = getRequest(RTM_GETNSID, Buffer.concat([Buffer.alloc(RTGENMSG), u32Attribute(NETNSA_FD, fd)]));
  return get(socket, question, decodeNsid) ?? UNKNOWN;
}

function decodeNsid(bytes: Buffer, start: number, end: number): number {
  return readS32(bytes, readAttributes(bytes, start + RTGENMSG, end).get(NETNSA_NSID)) ?? UNKNOWN;
}
