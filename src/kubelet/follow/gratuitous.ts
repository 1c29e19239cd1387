/**
 * Telling a network where an address is now, before it is asked for: neighbours that remember its former place forget it.
 * In: an address and its interface's MAC address; out: the frames that say so.
 */
import { parseIp } from '../../address/address.ts';

const BROADCAST = 'ff:ff:ff:ff:ff:ff';
const ZERO_MAC = '00:00:00:00:00:00';
/** All nodes of a link, ff02::1, and its MAC address (RFC 2464, section 7). */
const ALL_NODES = 0xff02_0000_0000_0000_0000_0000_0000_0001n;
const ALL_NODES_MAC = '33:33:00:00:00:01';
const ETH_P_ARP = 0x0806;
const ETH_P_IPV6 = 0x86dd;
const ICMPV6 = 58;

/** ARP both as a question and as an answer: some systems heed only one (RFC 5227, section 3). */
export function announcementFrames(text: string, mac: string): Buffer[] {
  const ip = parseIp(text);
  if (!ip) return [];
  if (ip.family === 6) return [neighbourAdvertisement(ip.value, mac)];
  return [gratuitousArp(ip.value, mac, 1), gratuitousArp(ip.value, mac, 2)];
}

const macBytes = (mac: string) => Buffer.from(mac.replaceAll(':', ''), 'hex');
const word16 = (...values: number[]) => Buffer.from(values.flatMap(value => [value >> 8, value & 0xff]));

function bytesOf(value: bigint, size: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * size, '0'), 'hex');
}

const frame = (to: string, from: string, type: number, payload: Buffer) =>
  Buffer.concat([macBytes(to), macBytes(from), word16(type), payload]);

/** Sender and target are the same address: that is what makes it gratuitous. */
function gratuitousArp(ip: bigint, mac: string, operation: 1 | 2): Buffer {
  const target = macBytes(operation === 1 ? ZERO_MAC : BROADCAST);
  const address = bytesOf(ip, 4);
  const head = Buffer.concat([word16(1, 0x0800), Buffer.from([6, 4]), word16(operation)]);
  return frame(BROADCAST, mac, ETH_P_ARP, Buffer.concat([head, macBytes(mac), address, target, address]));
}

/** Unsolicited, with the override flag (RFC 4861, section 7.2.6). */
function neighbourAdvertisement(ip: bigint, mac: string): Buffer {
  const [source, destination] = [bytesOf(ip, 16), bytesOf(ALL_NODES, 16)];
  const message = Buffer.concat([
    Buffer.from([136, 0, 0, 0, 0x20, 0, 0, 0]),
    source,
    Buffer.from([2, 1]),
    macBytes(mac),
  ]);
  const pseudo = Buffer.concat([source, destination, word16(0, message.length, 0, ICMPV6)]);
  message.writeUInt16BE(checksum(Buffer.concat([pseudo, message])), 2);
  const head = Buffer.concat([word16(0x6000, 0, message.length), Buffer.from([ICMPV6, 255]), source, destination]);
  return frame(ALL_NODES_MAC, mac, ETH_P_IPV6, Buffer.concat([head, message]));
}

/** RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}
