/**
 * Observing: the lab's topics come in, and what every named namespace has to say to the kinds' questions goes out; or what some
 * of them have, where the others are known to be as they were.
 *
 * It speaks netlink itself: an `ip` process for each question would cost a hundred times as much.
 */

import { closeSync, existsSync } from 'node:fs';
import { SystemError } from '../linux/libc.ts';
import { enterNamespace, listNamespaces } from '../linux/named-namespace.ts';
import { dump, openNetlink } from '../linux/netlink.ts';
import { readProcFile } from '../linux/proc-file.ts';
import { decodeLink, LINK_DUMP, type RawLink } from '../netlink/link.ts';
import { NETLINK_ROUTE } from '../netlink/message.ts';
import { SandboxError } from '../sandbox/sandbox-error.ts';
import { mergeObservations, type Observation, QUESTIONS } from '../state/observe.ts';
import type { CommandOutput, Dump, FileText, LinkDump, NameOf, NamespaceAnswers, Topics } from '../state/question.ts';
import type { Extension } from './extension.ts';
import { observeProcesses } from './keep.ts';
import { openNsidOracle } from './nsid.ts';
import { knownPeers, type Peers, resolvePeers } from './peers.ts';
import { runCommands } from './run-commands.ts';
import { readSysctls } from './sysctl.ts';

/** What one namespace has said. */
interface Heard {
  readonly links: readonly RawLink[];
  readonly nameOf: NameOf;
  readonly answers: Record<string, unknown>;
  /** What only a command can say, where a cheaper answer tells that there is something. */
  readonly commands: readonly CommandOutput<unknown>[];
}

/** What was seen, all of it. */
interface Seen {
  readonly heard: ReadonlyMap<string, Heard>;
  readonly peers: Peers;
  readonly observation: Observation;
}

const NOTHING: Seen = { heard: new Map(), peers: new Map(), observation: { kept: [], namespaces: {} } };

export interface Observer {
  /** Without `within` all is looked at; with it what these namespaces are like by now is told, and of the others nothing. */
  observe(topics: Topics, within?: readonly string[]): Observation;
  /** All that was seen so far. */
  seen(): Observation;
}

export function createObserver(extension: Extension): Observer {
  let last = NOTHING;
  return {
    observe: (topics, within) => {
      const was = within ? last : NOTHING;
      const { observation, ...now } = look(topics, extension, was, within);
      last = { ...now, observation: within ? mergeObservations(was.observation, observation, within) : observation };
      return observation;
    },
    seen: () => last.observation,
  };
}

function look(topics: Topics, extension: Extension, was: Seen, within: readonly string[] | undefined): Seen {
  try {
    const { containers, dead } = extension.observe();
    const fresh = hearNamespaces(topics, dead, within);
    const others = [...was.heard].filter(([ns]) => !within?.includes(ns));
    const heard = new Map([...others, ...fresh]);
    const peers = findPeers(heard, was);
    tellLinks(fresh, peers);
    runQuestions(fresh);
    const namespaces = [...fresh].map(([ns, { answers }]): [string, NamespaceAnswers] => [ns, answers]);
    const kept = [...containers, ...observeProcesses(dead)];
    return { heard, peers, observation: { kept, namespaces: Object.fromEntries(namespaces) } };
  } finally {
    enterNamespace(null);
  }
}

/** A file in /run/netns that no namespace is mounted on, or one that has just been deleted, is passed over. */
function hearNamespaces(
  topics: Topics,
  dead: ReadonlySet<string>,
  within: readonly string[] | undefined,
): Map<string, Heard> {
  const unknown = new Set<string>();
  const heard = new Map<string, Heard>();
  const asked = within && new Set(within);
  for (const ns of listNamespaces().filter(name => !dead.has(name) && asked?.has(name) !== false)) {
    try {
      enterNamespace(ns);
    } catch {
      continue;
    }
    heard.set(
      ns,
      hearNamespace(name => topics[name]?.[ns] ?? [], unknown),
    );
  }
  return heard;
}

function hearNamespace(topicsOf: (name: string) => readonly string[], unknown: Set<string>): Heard {
  return withSockets(socketFor => {
    const links = dump(socketFor(NETLINK_ROUTE), LINK_DUMP, decodeLink);
    const names = new Map(links.map(({ index, name }) => [index, name]));
    const nameOf: NameOf = index => (index === null ? null : (names.get(index) ?? null));
    const ask = remember(question => askKernel(question, { socketFor, links, nameOf }), unknown);
    const answers: Record<string, unknown> = {};
    const commands: CommandOutput<unknown>[] = [];
    for (const question of QUESTIONS) {
      if (question.by === 'settings') answers[question.name] = readSysctls(topicsOf(question.name));
      else if (question.by === 'command') {
        if (question.hints.some(({ question: other, holds }) => holds(ask(other)))) commands.push(question);
      } else if (question.by !== 'links') answers[question.name] = ask(question);
    }
    return { links, nameOf, answers, commands };
  });
}

/** One socket for each protocol that is needed, all in the namespace that this thread is in. */
function withSockets<T>(use: (socketFor: (protocol: number) => number) => T): T {
  const sockets = new Map<number, number>();
  const socketFor = (protocol: number): number => {
    const socket = sockets.get(protocol) ?? openNetlink(protocol);
    sockets.set(protocol, socket);
    return socket;
  };
  try {
    return use(socketFor);
  } finally {
    for (const socket of sockets.values()) closeSync(socket);
  }
}

type Cheap = Dump<unknown> | FileText;

/** Each question once in a namespace; and what the kernel does not have in one, it has in none. */
function remember(ask: (question: Cheap) => unknown, unknown: Set<string>): (question: Cheap) => unknown {
  const known = new Map<string, unknown>();
  return question => {
    const { name, none } = question;
    if (unknown.has(name)) return none;
    const answer = known.has(name) ? known.get(name) : ask(question);
    if (answer === undefined) unknown.add(name);
    known.set(name, answer ?? none);
    return answer ?? none;
  };
}

interface Around {
  socketFor(protocol: number): number;
  readonly links: readonly RawLink[];
  readonly nameOf: NameOf;
}

/** Undefined where this kernel knows nothing of the kind. */
function askKernel(question: Cheap, { socketFor, links, nameOf }: Around): unknown {
  if (question.by === 'file') return readProcFile(question.path);
  const { protocol, request, decode, concerns, module, none } = question;
  if (module !== undefined && !existsSync(`/sys/module/${module}`)) return undefined;
  if (concerns?.(links) === false) return none;
  try {
    return dump(socketFor(protocol), request, (bytes, start, end) => decode(bytes, start, end, nameOf));
  } catch (error) {
    if (error instanceof SystemError && UNKNOWN_TO_KERNEL.has(error.errno)) return undefined;
    throw error;
  }
}

/** EINVAL, EPROTONOSUPPORT, EOPNOTSUPP: how a kernel without a protocol, or a message of it, says so. */
const UNKNOWN_TO_KERNEL = new Set([22, 93, 95]);

function tellLinks(heard: ReadonlyMap<string, Heard>, peers: Peers): void {
  for (const { links, nameOf, answers } of heard.values())
    answers['links'] = links.map((link): LinkDump => {
      const { lower, lowerNsid, master, ...rest } = link;
      return { ...rest, master: nameOf(master), peer: peers.get(link) ?? null };
    });
}

function findPeers(heard: ReadonlyMap<string, Heard>, was: Seen): Peers {
  const oracle = openNsidOracle();
  try {
    // Those with the most links first: a node's questions answer its pods' too, on one socket.
    const bySize = [...heard].sort(([, a], [, b]) => b.links.length - a.links.length);
    const links = linksOf(bySize);
    return resolvePeers(links, oracle, knownPeers(links, linksOf(was.heard), was.peers));
  } finally {
    oracle.close();
  }
}

const linksOf = (heard: Iterable<readonly [string, Heard]>) =>
  new Map([...heard].map(([ns, { links }]) => [ns, links]));

function runQuestions(heard: ReadonlyMap<string, Heard>): void {
  const asked = [...heard].flatMap(([ns, { commands, answers }]) =>
    commands.map(question => ({ ns, question, answers })),
  );
  const results = runCommands(asked.map(({ ns, question: { argv } }) => ({ ns, argv })));
  for (const [index, { ns, question, answers }] of asked.entries()) {
    const { code, stdout, stderr } = results[index] ?? { code: null, stdout: '', stderr: '' };
    if (code !== 0) {
      const command = question.argv.join(' ');
      throw new SandboxError(`\`${command}\` failed in namespace ${ns}: ${stderr.trim()}`);
    }
    answers[question.name] = question.read(stdout);
  }
}
