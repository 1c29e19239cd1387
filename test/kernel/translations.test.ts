/**
 * Translations that end and begin, on the real kernel: clients of UDP go on from one port all the time, in IPv4 and IPv6, and
 * are answered by whom a new client would be answered by, or by nobody. The ways are those of `fixtures/translations.ts`.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labText, type Time, WAYS_BY_READINESS, WAYS_BY_UP, type Way } from './fixtures/translations.ts';
import { labFile, netlab, startInside, triesAll, WHO } from './harness.ts';
import { until } from './until.ts';
import { untilIpv6IsInUse } from './who-answers.ts';

/** Says at two ports who it is, at which of them it was asked, and from which port. */
const SERVER = `
import select, socket, sys
def bound(port):
    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.bind(("::", port)); return s
servers = {bound(port): port for port in (5000, 5001)}
while True:
    for s in select.select(list(servers), [], [])[0]:
        _, peer = s.recvfrom(99); s.sendto(f"{sys.argv[1]} {servers[s]} {peer[1]}".encode(), peer)
`;

/**
 * Asks all the time, each question from a port of its own; a line for each time that any of the last answers has
 * changed. What has not been answered in half a second is not answered.
 */
const CLIENT = `
import json, select, socket, sys, time
flows, told, by_socket = json.loads(sys.argv[1]), None, {}
for key, (address, port) in flows.items():
    s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    s.setblocking(False); s.connect((address, port)); by_socket[s] = [key, "", 0, port]
DNS = bytes.fromhex("000701000001000000000000") + b"\\x01a\\x00\\x00\\x01\\x00\\x01"
def hear(flow, answer): flow[1], flow[2] = answer, time.monotonic()
while True:
    for s, flow in by_socket.items():
        try: s.send(DNS if flow[3] == 53 else b"?")
        except ConnectionRefusedError: hear(flow, "refused")
        except OSError as e: hear(flow, "error")
    end = time.monotonic() + 0.1
    while (left := end - time.monotonic()) > 0:
        for s in select.select(list(by_socket), [], [], left)[0]:
            flow = by_socket[s]
            try:
                answer = s.recv(999)
                hear(flow, "dns" if flow[3] == 53 else answer.decode())
            except BlockingIOError: pass
            except ConnectionRefusedError: hear(flow, "refused")
            except OSError as e: hear(flow, "error")
    now = {key: answer if time.monotonic() - at < 0.5 else "silence" for key, answer, at, _ in by_socket.values()}
    if now != told: print(json.dumps(now), flush=True); told = now
`;

const FAMILIES = [4, 6] as const;
type Answers = Readonly<Record<string, string>>;

/** Whether it is who is expected; `first` is who answered first. */
function isExpected(expected: string, answer: string, first: string): boolean {
  const [pod, port] = answer.split(' ');
  if (expected === 'nobody') return ['refused', 'error', 'silence'].includes(answer);
  if (expected.startsWith('same|') && answer !== first) return false;
  if (!port) return answer === expected;
  return port === '5000' ? expected.split('|').includes(pod ?? '') : expected === `${pod}:${port}`;
}

describe.each(WHO.filter(triesAll))('Flows of UDP that go on from one port, as %s', who => {
  const lab = `translations-${who}`;
  const sickness = join(tmpdir(), `sick-${lab}`);
  const ways = [...WAYS_BY_UP, ...WAYS_BY_READINESS];
  const answers: Record<Way['from'], Answers> = { client: {}, outside: {} };
  let first: Answers = {};

  async function up(time: Time) {
    const text = labText(lab, time, pod => ['python3', '-c', SERVER, pod], sickness);
    const { code, stderr } = await netlab(who, ['up', labFile(text, lab)]);
    expect(code, stderr).toBe(0);
  }

  /** With a pod that is never ready: the change is made, waited for and taken back. */
  async function upInVain(time: Time) {
    const servers = (pod: string) => (pod === 'h2' ? ['sh', '-c', 'exit 1'] : ['python3', '-c', SERVER, pod]);
    const text = labText(lab, time, servers, sickness);
    return (await netlab(who, ['up', '--timeout', '2s', labFile(text, lab)])).code;
  }

  function startClient(from: Way['from']) {
    const flows = ways.flatMap((way): [string, readonly [string, number]][] =>
      way.from !== from
        ? []
        : FAMILIES.flatMap(family => {
            const address = way.to[family];
            return address === undefined ? [] : [[`${way.name}, IPv${family}`, [address, way.port] as const]];
          }),
    );
    const child = startInside(who, lab, from, ['python3', '-c', CLIENT, JSON.stringify(Object.fromEntries(flows))]);
    let text = '';
    child.stdout?.on('data', piece => {
      const lines = (text + String(piece)).split('\n');
      text = lines.pop() ?? '';
      const last = lines.at(-1);
      if (last !== undefined) answers[from] = JSON.parse(last);
    });
  }

  /** Those that are not answered as they should be. */
  function wrong(expectedOf: (way: Way) => string): string[] {
    const all = { ...answers.client, ...answers.outside };
    return ways.flatMap(way =>
      FAMILIES.flatMap(family => {
        const key = `${way.name}, IPv${family}`;
        if (way.to[family] === undefined) return [];
        const [answer = 'nothing yet', expected] = [all[key], expectedOf(way)];
        return isExpected(expected, answer, first[key] ?? '') ? [] : [`${key}: ${answer} in place of ${expected}`];
      }),
    );
  }

  const untilRight = (when: string, expectedOf: (way: Way) => string) =>
    until(
      `all are answered ${when}`,
      () => wrong(expectedOf),
      left => left.length === 0,
    );

  const before = ({ was }: Way) => was;

  beforeAll(async () => {
    rmSync(sickness, { force: true });
    await up('before');
    await untilIpv6IsInUse(who, lab);
    startClient('client');
    startClient('outside');
    await until(
      'everybody is answered',
      () => wrong(({ was }) => was.replace('same|', '')),
      left => left.length === 0,
    );
    first = { ...answers.client, ...answers.outside };
  });
  afterAll(async () => {
    rmSync(sickness, { force: true });
    await netlab(who, ['down', lab]);
  });

  it('follow the readiness of pods, there and back', async () => {
    writeFileSync(sickness, '');
    await untilRight('while a pod is ill', way => (WAYS_BY_READINESS.includes(way) ? way.now : way.was));
    rmSync(sickness);
    // Whom a flow has moved to it stays with.
    await untilRight('when it is well again', way => (way.was === 'x|y' ? way.now : way.was));
  });

  it('follow a change of the lab, and the change back', async () => {
    await up('after');
    const changed = (way: Way) => (WAYS_BY_UP.includes(way) ? way.now : way.was);
    await untilRight('after the change', changed);
    const inVain = upInVain('before');
    await untilRight('while a change is waited for', before);
    expect(await inVain).toBe(1);
    await untilRight('when it has been taken back', changed);
    await up('before');
    await untilRight('when it is as before', before);
  });
});
