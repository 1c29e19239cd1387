/** Traffic control: RTM_NEWQDISC messages come in, and out goes whether somebody set one. */
import { dumpRequest } from '../netlink/message.ts';
import { dump } from './netlink.ts';

const RTM_GETQDISC = 38;
const TCMSG = 20;
const QDISC_DUMP = dumpRequest(RTM_GETQDISC, Buffer.alloc(TCMSG));

/** The kernel's own choice has no handle; what a person adds always gets one. */
export function hasOwnQdisc(socket: number): boolean {
  return dump(socket, QDISC_DUMP, decodeHandle).some(handle => handle !== 0);
}

function decodeHandle(bytes: Buffer, start: number): number {
  return bytes.readUInt32LE(start + 8);
}
