/**
 * What a kind has to hear from the kernel to know its objects: questions as data, which the agent puts in every namespace,
 * and answers, which are plain data too. Nothing here opens a socket or starts a command.
 */
import type { RawLink } from '../netlink/link.ts';

/** Two kinds may put the same question: it is asked once. */
interface Asked<A> {
  /** Its answers' name. */
  readonly name: string;
  /** What it is to hear nothing. */
  readonly none: A;
}

/** A list from netlink: each message is decoded, with interfaces by their names. */
export interface Dump<T> extends Asked<readonly T[]> {
  readonly by: 'dump';
  readonly protocol: number;
  readonly request: Buffer;
  decode(bytes: Buffer, start: number, end: number, nameOf: NameOf): T | undefined;
  /** The kernel's module that knows it, where the question would load that. */
  readonly module?: string;
  /** Whether a namespace with these links has any; each is asked where it is absent. */
  concerns?(links: readonly RawLink[]): boolean;
}

/** An interface that went away meanwhile has no name any more. */
export type NameOf = (index: number | null) => string | null;

/** A small file of /proc. */
export interface FileText extends Asked<string> {
  readonly by: 'file';
  readonly path: string;
}

/** What a command prints. It costs a process, so cheap questions tell first whether there is anything to hear. */
export interface CommandOutput<A> extends Asked<A> {
  readonly by: 'command';
  readonly argv: readonly string[];
  /** One that holds is enough. */
  readonly hints: readonly Hint[];
  read(stdout: string): A;
}

export interface Hint {
  readonly question: Dump<unknown> | FileText;
  holds(answer: unknown): boolean;
}

export function hint<A>(question: (Dump<unknown> | FileText) & Asked<A>, holds: (answer: A) => boolean): Hint {
  return { question, holds: answer => holds(answer as A) };
}

/** Kernel settings, of which there are thousands: the lab's topics are their names. */
export interface SettingValues extends Asked<Readonly<Record<string, string>>> {
  readonly by: 'settings';
}

/** Links, with the other ends of veth pairs, which the agent has to look for in other namespaces. */
export interface Links extends Asked<readonly LinkDump[]> {
  readonly by: 'links';
}

export interface LinkDump extends Omit<RawLink, 'lower' | 'lowerNsid' | 'master'> {
  readonly master: string | null;
  /** The other end of a veth; null where it is not in a named namespace of the sandbox. */
  readonly peer: { readonly ns: string; readonly name: string } | null;
}

export type Question = Dump<unknown> | FileText | CommandOutput<unknown> | SettingValues | Links;

/** What a namespace has said, by the names of the questions. */
export type NamespaceAnswers = Readonly<Record<string, unknown>>;

export function answerTo<A>(answers: NamespaceAnswers | undefined, { name, none }: Asked<A>): A {
  return (answers?.[name] as A | undefined) ?? none;
}

/** Of what there is too much to look at all: what the lab has of it, by the question's name and by namespace. */
export type Topics = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** One namespace, as a kind sees it. */
export interface SeenNamespace {
  readonly ns: string;
  /** Whether a container holds it open. */
  readonly contained: boolean;
  answer<A>(question: Asked<A>): A;
  topics(question: Asked<unknown>): readonly string[];
}

/** An object of whichever kind: the kinds do not know the list of them. */
interface AnyObject {
  readonly kind: string;
}

/** How the objects of a kind are seen. */
export interface Observing<T> {
  readonly questions: readonly Question[];
  /** Its objects; and where one answer tells of several kinds, those of all of them. */
  read(seen: SeenNamespace): readonly AnyObject[];
  /** For what is asked of only as far as the lab has it: the question, and what an object is to it. */
  readonly topic?: { readonly question: Asked<unknown>; of(object: T): string | undefined };
}

export const LINKS: Links = { by: 'links', name: 'links', none: [] };
