/**
 * The cluster DNS: the program in the pod `kube-system/coredns`. It is started as `netlab-dns ZONE-FILE [HEALTH-PORT]`, and
 * answers from that file, which netlab rewrites when an endpoint comes or goes. A pod that plays another name server in
 * a lab gives it the few records themselves: `netlab-dns RECORD…`, each a line of a zone file.
 */
import { readFileSync, statSync } from 'node:fs';
import { answerHealth } from './health.ts';
import { listen } from './listen.ts';
import { respond, type Server } from './respond.ts';
import { makeUpstream } from './upstream.ts';
import { parseZone, type Zone } from './zone.ts';

const PORT = 53;
/** The kernel could report changes, but allows each user only so many inotify watches. */
const LOOK_MS = 250;

const words = process.argv.slice(2);
const [first] = words;
if (first === undefined) fail('usage: netlab-dns ZONE-FILE [HEALTH-PORT], or netlab-dns RECORD…');
else main(first).catch(error => fail(error instanceof Error ? error.message : String(error)));

async function main(path: string): Promise<void> {
  // PID 1 of a container has no default action for signals.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));
  const upstream = makeUpstream();
  const areRecords = path.includes(' ');
  const text = areRecords ? `${words.join('\n')}\n` : readFileSync(path, 'utf8');
  let server: Server = { zone: parseZone(text), upstream };
  say(server.zone);
  if (!areRecords)
    follow(path, zone => {
      server = { zone, upstream };
      say(zone);
    });
  await listen(PORT, (query, isTcp) => respond(query, isTcp, server));
  const healthPort = areRecords ? undefined : words[1];
  if (healthPort !== undefined) await answerHealth(Number(healthPort));
}

function follow(path: string, use: (zone: Zone) => void): void {
  let version = versionOf(path);
  setInterval(() => {
    const now = versionOf(path);
    if (now === version) return;
    const zone = readZone(path);
    // Half-written: the next look will see the rest.
    if (!zone) return;
    version = now;
    use(zone);
  }, LOOK_MS);
}

function versionOf(file: string): string {
  const { mtimeNs, size } = statSync(file, { bigint: true });
  return `${mtimeNs} ${size}`;
}

function readZone(file: string): Zone | undefined {
  try {
    return parseZone(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function say({ authorities, records, upstreams }: Zone): void {
  const count = [...records.values()].reduce((sum, own) => sum + own.length, 0);
  const onward = upstreams.length === 0 ? 'nobody else is asked' : `the rest is asked of ${upstreams.join(', ')}`;
  process.stdout.write(`serving ${[...authorities.keys()].join(', ')}: ${count} records; ${onward}\n`);
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
