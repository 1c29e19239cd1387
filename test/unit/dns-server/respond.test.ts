/** Bytes in, bytes out: what a server says to queries good and bad. */
import dnsPacket, { type OptAnswer } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { edns, query, tell, zoneOf } from './zone-of.ts';

const endpoints = Array.from({ length: 60 }, (_, index) => `{ addresses: [192.0.2.${index + 1}] }`);
const LAB = `
cluster: { dns: {} }
nodes: { node1: {} }
services:
  web: { clusterIP: 10.96.0.80, selector: { app: web }, ports: [{ port: 80 }] }
  many: { clusterIP: None, ports: [{ name: x, port: 1 }], endpointSlices: [{ endpoints: [${endpoints}], ports: [{ name: x, port: 7 }] }] }
  outside: { type: ExternalName, externalName: www.example.com }
`;
const ZONE = zoneOf(LAB);
const WITH_UPSTREAM = zoneOf(LAB.replace('dns: {}', 'dns: { upstream: 203.0.113.53 }'));
const WEB = 'web.default.svc.cluster.local';
const MANY = 'many.default.svc.cluster.local';

async function ask(raw: Buffer, zone = ZONE, more: Parameters<typeof tell>[2] = {}) {
  const reply = await tell(raw, zone, more);
  if (!reply) throw new Error('no reply');
  const options = (dnsPacket.decode(reply).additionals ?? []).find((one): one is OptAnswer => one.type === 'OPT');
  return { ...dnsPacket.decode(reply), code: reply.readUInt16BE(2) & 15, length: reply.length, options, raw: reply };
}

describe('a query', () => {
  test('is answered under its number, with its question letter by letter', async () => {
    const reply = await ask(query('WeB.default.svc.cluster.local', 'A'));
    expect(reply).toMatchObject({ id: 4711, flag_qr: true, flag_aa: true, flag_rd: true, flag_ra: false, code: 0 });
    expect(reply.questions).toEqual([{ name: 'WeB.default.svc.cluster.local', type: 'A', class: 'IN' }]);
    expect(reply.answers).toMatchObject([{ name: 'WeB.default.svc.cluster.local', data: '10.96.0.80', ttl: 30 }]);
    expect(reply.additionals).toEqual([]);
  });

  test('of a name that is not there, or has no such records, gets the SOA', async () => {
    expect(await ask(query(`no.${WEB}`, 'A'))).toMatchObject({ code: 3, answers: [], authorities: [{ type: 'SOA' }] });
    expect(await ask(query(WEB, 'MX'))).toMatchObject({ code: 0, answers: [], authorities: [{ type: 'SOA' }] });
  });

  test.each([['AXFR'], ['IXFR']])('for the whole zone (%s) is refused', async type => {
    expect(await ask(query('cluster.local', type), ZONE, { isTcp: true })).toMatchObject({ code: 5, answers: [] });
  });

  test('of another class is refused', async () => {
    const raw = query('version.bind', 'TXT', { questions: [{ name: 'version.bind', type: 'TXT', class: 'CH' }] });
    expect(await ask(raw)).toMatchObject({ code: 5 });
  });

  test('for somebody else’s name is refused where nobody is asked', async () => {
    expect(await ask(query('example.com', 'A'))).toMatchObject({ code: 5, flag_aa: false });
  });
});

describe('the size of a reply', () => {
  test('without EDNS: 512 bytes, and a word that it is cut', async () => {
    const reply = await ask(query(MANY, 'A'));
    expect(reply).toMatchObject({ flag_tc: true, code: 0 });
    expect(reply.length).toBeLessThanOrEqual(512);
    expect(reply.answers?.length).toBeGreaterThan(10);
  });

  test('with EDNS: what the client takes, and 1232 bytes at the most', async () => {
    const large = await ask(query(MANY, 'A', edns(4096)));
    expect(large).toMatchObject({ flag_tc: false, options: { udpPayloadSize: 1232, ednsVersion: 0 } });
    expect(large.answers).toHaveLength(60);
    const larger = await ask(query(`_x._tcp.${MANY}`, 'SRV', edns(4096)));
    expect(larger.flag_tc).toBe(true);
    expect(larger.length).toBeLessThanOrEqual(1232);
    const small = await ask(query(MANY, 'A', edns(600)));
    expect(small.flag_tc).toBe(true);
    expect(small.length).toBeLessThanOrEqual(600);
    expect((await ask(query(MANY, 'A', edns(0)))).length).toBeGreaterThan(480);
  });

  test('over TCP: all of it', async () => {
    const reply = await ask(query(`_x._tcp.${MANY}`, 'SRV'), ZONE, { isTcp: true });
    expect(reply).toMatchObject({ flag_tc: false });
    expect(reply.answers).toHaveLength(60);
    expect(reply.additionals).toHaveLength(60);
  });

  test('helpful records are left out without a word', async () => {
    const few = LAB.replace(String(endpoints), String(endpoints.slice(0, 7)));
    const whole = await ask(query(`_x._tcp.${MANY}`, 'SRV'), zoneOf(few));
    expect(whole).toMatchObject({ flag_tc: false });
    expect(whole.answers).toHaveLength(7);
    expect(whole.additionals?.length).toBeLessThan(7);
  });
});

describe('what is wrong with a query', () => {
  const good = query(WEB, 'A');
  const changed = (change: (raw: Buffer) => void): Buffer => {
    const raw = Buffer.from(good);
    change(raw);
    return raw;
  };

  test.each([
    ['an answer', changed(raw => raw.writeUInt16BE(0x8100, 2))],
    ['half a header', good.subarray(0, 11)],
    ['nothing', Buffer.alloc(0)],
  ])('%s is ignored', async (_, raw) => {
    expect(await tell(raw, ZONE)).toBeUndefined();
  });

  test.each([
    ['half a question', good.subarray(0, 20), 1],
    ['no question', changed(raw => raw.writeUInt16BE(0, 4)), 1],
    [
      'two questions',
      query(WEB, 'A', {
        questions: [
          { name: WEB, type: 'A' },
          { name: WEB, type: 'A' },
        ],
      }),
      1,
    ],
    ['more records than there are', changed(raw => raw.writeUInt16BE(9, 6)), 1],
    ['a name that points at itself', changed(raw => raw.writeUInt16BE(0xc00c, 12)), 1],
    ['a label that is too long', changed(raw => raw.writeUInt8(200, 12)), 1],
    ['a dot in a label', changed(raw => raw.write('.', 14)), 1],
    ['a header alone', good.subarray(0, 12), 1],
    ['an update', changed(raw => raw.writeUInt16BE(5 << 11, 2)), 4],
    ['a status request', changed(raw => raw.writeUInt16BE(2 << 11, 2)), 4],
    [
      'two OPT records',
      query(WEB, 'A', { additionals: [...(edns(512).additionals ?? []), ...(edns(512).additionals ?? [])] }),
      1,
    ],
  ])('%s is told so', async (_, raw, code) => {
    const reply = await tell(raw, ZONE);
    expect(reply?.readUInt16BE(0)).toBe(4711);
    expect((reply?.readUInt16BE(2) ?? 0) & 0x800f).toBe(0x8000 | code);
    expect(reply?.length).toBe(12);
  });

  test('a version of EDNS that nobody knows', async () => {
    const reply = await ask(query(WEB, 'A', edns(1232, 1)));
    expect(reply).toMatchObject({ code: 0, answers: [], options: { extendedRcode: 1, ednsVersion: 0 } });
  });

  test('whatever comes in, nothing is thrown, and the next query is answered', async () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, byte]) => changed(raw => raw.writeUInt8(byte, at))),
    );
    await fc.assert(
      fc.asyncProperty(anything, async bytes => {
        const reply = await tell(Buffer.from(bytes), WITH_UPSTREAM);
        if (reply) expect(reply.length).toBeLessThanOrEqual(1232);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('an upstream', () => {
  const answer = (name: string) =>
    dnsPacket.encode({
      ...{ type: 'response', id: 1, flags: dnsPacket.RECURSION_AVAILABLE },
      questions: [{ name, type: 'A', class: 'IN' }],
      answers: Array.from({ length: 40 }, (_, index) => ({
        name,
        type: 'A' as const,
        ttl: 7,
        data: `198.51.100.${index}`,
      })),
    });
  const upstream = {
    ask: async () => answer('example.com'),
    lookUp: async () => [{ name: 'www.example.com', type: 'A' as const, ttl: 7, data: '198.51.100.1' }],
  };

  test('answers what is not the cluster’s, cut to what the client takes', async () => {
    const whole = await ask(query('example.com', 'A', edns(1232)), WITH_UPSTREAM, { upstream });
    expect(whole).toMatchObject({ id: 4711, flag_ra: true, flag_aa: false, flag_tc: false });
    expect(whole.answers).toHaveLength(40);
    const cut = await ask(query('example.com', 'A'), WITH_UPSTREAM, { upstream });
    expect(cut).toMatchObject({ id: 4711, flag_tc: true, answers: [] });
    expect((await ask(query('example.com', 'A'), WITH_UPSTREAM, { upstream, isTcp: true })).answers).toHaveLength(40);
  });

  test('is asked for the names of other addresses too', async () => {
    expect((await ask(query('1.2.0.192.in-addr.arpa', 'PTR'), zoneOf(LAB))).code).toBe(0);
    expect((await ask(query('9.9.9.9.in-addr.arpa', 'PTR'), zoneOf(LAB))).code).toBe(3);
    expect(
      (await ask(query('9.9.9.9.in-addr.arpa', 'PTR', edns(1232)), WITH_UPSTREAM, { upstream })).answers,
    ).toHaveLength(40);
  });

  test('says what an alias of the cluster stands for', async () => {
    const reply = await ask(query('outside.default.svc.cluster.local', 'A'), WITH_UPSTREAM, { upstream });
    expect(reply.answers).toMatchObject([{ type: 'CNAME', data: 'www.example.com' }, { data: '198.51.100.1' }]);
    const alone = await ask(query('outside.default.svc.cluster.local', 'A'));
    expect(alone).toMatchObject({ code: 0, answers: [{ type: 'CNAME' }] });
  });

  test('that leads back to where one has come from is a failure, and no answer that repeats itself', async () => {
    const alias = (name: string, data: string) => ({ name, type: 'CNAME' as const, ttl: 7, data });
    const back = {
      ask: async () => undefined,
      lookUp: async () => [alias('www.example.com', 'outside.default.svc.cluster.local')],
    };
    const circle = await ask(query('outside.default.svc.cluster.local', 'A'), WITH_UPSTREAM, { upstream: back });
    expect(circle).toMatchObject({ code: 2, answers: [] });
    const itself = await ask(query('outside.default.svc.cluster.local', 'CNAME'), WITH_UPSTREAM, { upstream: back });
    expect(itself).toMatchObject({ code: 0, answers: [{ type: 'CNAME' }] });
  });

  test('that does not answer is a failure of the server', async () => {
    expect(await ask(query('example.com', 'A'), WITH_UPSTREAM)).toMatchObject({ code: 2, flag_ra: true });
  });
});
