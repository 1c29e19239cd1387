/** The frames by which a network is told where an address is now. */
import { expect, test } from 'vitest';
import { announcementFrames } from '../../../../src/kubelet/follow/gratuitous.ts';

test('a neighbour is told by ARP twice, or by an advertisement with a checksum that is right', () => {
  const arp = announcementFrames('172.18.255.200', '02:00:00:00:00:01').map(frame => frame.toString('hex'));
  expect(arp).toEqual([
    'ffffffffffff020000000001080600010800060400010200000000' + '01ac12ffc8000000000000ac12ffc8',
    'ffffffffffff020000000001080600010800060400020200000000' + '01ac12ffc8ffffffffffffac12ffc8',
  ]);
  const [frame = Buffer.alloc(0)] = announcementFrames('fd00::1', '02:00:00:00:00:01');
  const message = frame.subarray(54);
  const pseudo = Buffer.concat([frame.subarray(22, 54), Buffer.from([0, 0, 0, message.length, 0, 0, 0, 58])]);
  const bytes = Buffer.concat([pseudo, message]);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  expect(sum).toBe(0xffff);
});
