/**
 * What the servers of a resolv.conf say of a name when each of them is asked alone: the file's text and the name in, a line for
 * each server out. It knows of no lab.
 */
import { formatIp, parseIp } from '../address/address.ts';

/** What one server said, to the first name that it knows something of; the last one where it knows none. */
interface Said {
  readonly server: string;
  readonly name: string;
  readonly found: readonly string[];
  /** Of Node's resolver; empty where addresses were found. */
  readonly code: string;
}

/** No C library asks more. */
const MOST_SERVERS = 3;
const MOST_NAMES = 8;

/** A server that says nothing is asked nothing more, so that all takes hardly longer than one wait. */
const SCRIPT = `
const { Resolver } = require('node:dns').promises;
const [timeout, servers, names] = JSON.parse(process.argv[1]);
const ask = async server => {
  const resolver = new Resolver({ timeout, tries: 1 });
  resolver.setServers([server]);
  let said;
  for (const name of names) {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const found = answers.flatMap(({ value }) => value ?? []);
    const codes = answers.flatMap(({ reason }) => reason ? [String(reason.code)] : []);
    const odd = codes.find(code => code !== 'ENOTFOUND' && code !== 'ENODATA');
    said = { server, name, found, code: found.length > 0 ? '' : odd ?? codes[0] ?? '' };
    if (found.length > 0 || odd !== undefined) break;
  }
  return said;
};
Promise.all(servers.map(ask)).then(all => console.log(JSON.stringify(all)));
`;

export const serversIn = (text: string) => [...text.matchAll(/^nameserver\s+(\S+)/gm)].map(([, server = '']) => server);

/** The command that asks; it prints JSON. */
export function askServersArgv(resolvConf: string, name: string, timeoutMs: number): string[] {
  const servers = serversIn(resolvConf)
    .filter(server => parseIp(server))
    .slice(0, MOST_SERVERS);
  return [process.execPath, '-e', SCRIPT, JSON.stringify([timeoutMs, servers, namesFor(resolvConf, name)])];
}

/** The full names that the C library asks for, in its order. */
export function namesFor(resolvConf: string, name: string): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const lists = [...resolvConf.matchAll(/^search[ \t]+(.+)$/gm)];
  const domains = (lists.at(-1)?.[1] ?? '').split(/\s+/).filter(word => word !== '');
  const dots = Number(/^options.*\bndots:(\d+)/m.exec(resolvConf)?.[1] ?? 1);
  const longer = domains.map(domain => `${name}.${domain.replace(/\.$/, '')}`).slice(0, MOST_NAMES - 1);
  return name.split('.').length > dots ? [name, ...longer] : [...longer, name];
}

/** `wanted` are the addresses that the name should have, where that is known. */
export function tellAnswers(printed: string, wanted: readonly string[] | undefined): string[] {
  return readSaid(printed).map(({ server, name, found, code }) => {
    if (code !== '') return `asked for ${name}, ${server} ${WORDS[code] ?? `answers ${code.replace(/^E/, '')}`}`;
    const addresses = found
      .flatMap(text => parseIp(text) ?? [])
      .map(formatIp)
      .sort();
    const isWanted = wanted === undefined || [...wanted].sort().join() === addresses.join();
    return `asked for ${name}, ${server} answers ${addresses.join(', ')}${isWanted ? '' : `, and not ${wanted.join(', ')}`}`;
  });
}

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'answers that there is no such name (NXDOMAIN)',
  ENODATA: 'answers that there is no address',
  ETIMEOUT: 'does not answer',
  ECONNREFUSED: 'has no server that listens',
};

function readSaid(printed: string): Said[] {
  try {
    return JSON.parse(printed) as Said[];
  } catch {
    return [];
  }
}
