/** What the tests of the DNS server share: a lab in, its zone as the server reads it out; a query in, the reply decoded. */
import dnsPacket, { type Packet, type RecordType } from 'dns-packet';
import { respond, type Server } from '../../../src/dns-server/respond.ts';
import type { Upstream } from '../../../src/dns-server/upstream.ts';
import { parseZone, type Zone } from '../../../src/dns-server/zone.ts';
import { compileZoneFiles } from '../../../src/features/dns/compile/zone-file.ts';
import { labOf } from '../resolve/lab-of.ts';

export function zoneTextOf(lab: string, unready: readonly string[] = []): string {
  const [file] = compileZoneFiles(labOf(lab), new Set(unready));
  if (file?.object.kind !== 'file') throw new Error('the lab has no DNS');
  return file.object.text;
}

export const zoneOf = (lab: string, unready: readonly string[] = []): Zone => parseZone(zoneTextOf(lab, unready));

/** Nobody. */
export const SILENT: Upstream = { ask: async () => undefined, lookUp: async () => [] };

export async function tell(
  raw: Buffer,
  zone: Zone,
  { isTcp = false, upstream = SILENT } = {},
): Promise<Buffer | undefined> {
  return respond(raw, isTcp, { zone, upstream } satisfies Server);
}

export const query = (name: string, type: string, more: Partial<Packet> = {}): Buffer =>
  dnsPacket.encode({
    ...{ type: 'query', id: 4711, flags: dnsPacket.RECURSION_DESIRED },
    questions: [{ type: type as RecordType, name, class: 'IN' }],
    ...more,
  });

/** An OPT record of a query. */
export const edns = (udpPayloadSize: number, ednsVersion = 0): Pick<Packet, 'additionals'> => ({
  additionals: [
    { type: 'OPT', name: '.', udpPayloadSize, extendedRcode: 0, ednsVersion, flags: 0, flag_do: false, options: [] },
  ],
});
