/**
 * How the commands of many changes become few processes: each kind declares one of these ways. Pure; it starts nothing,
 * and knows no kind.
 */
import type { Change, Command } from './command.ts';

export type Batching<T> = ByTools | ByText<T> | BySandbox;

/** The commands of one tool in one namespace go to one process. */
export interface ByTools {
  readonly by: 'tools';
  /** A command is the first one's whose words it begins with. */
  readonly tools: readonly Tool[];
}

/** The changes of one namespace are one text that one process reads: too many to render a command for each. */
export interface ByText<T> {
  readonly by: 'text';
  /** Objects of one namespace that go into the same text have the same group. */
  groupOf(object: T): string;
  /** Begins the texts of one phase, which may share what is the same in several namespaces. */
  begin(): (changes: readonly Change<T>[]) => Text;
}

/** No process: the sandbox does it itself. */
export interface BySandbox {
  readonly by: 'sandbox';
}

export interface Text {
  readonly argv: readonly string[];
  readonly input: string;
  /** Which change, and which of its commands, the error output speaks of. */
  blame(stderr: string): { readonly index: number; readonly command: Command } | undefined;
}

/** A program that can be given several of its own commands at once. */
export interface Tool {
  /** First words of its commands. */
  readonly words: readonly string[];
  join(commands: readonly Command[]): { readonly argv: readonly string[]; readonly input?: string };
  /** Place of the command that the error output speaks of; not a number where it speaks of none. */
  blame(stderr: string, commands: readonly Command[]): number;
}

/** It reads its commands from standard input, a line each, and names the line that failed. */
const lineTool = (words: readonly string[], flags: readonly string[], failedLine: RegExp): Tool => ({
  words,
  join: commands => ({
    argv: [...words, ...flags],
    input: commands.map(({ argv }) => `${argv.slice(words.length).join(' ')}\n`).join(''),
  }),
  blame: stderr => Number(failedLine.exec(stderr)?.[1]) - 1,
});

/** It takes several settings as arguments, and names the one that failed with dots or as a path under /proc/sys. */
const SYSCTL: Tool = {
  words: ['sysctl'],
  join: commands => ({
    argv: [...(commands[0]?.argv.slice(0, -1) ?? []), ...commands.map(({ argv }) => argv.at(-1) ?? '')],
  }),
  blame: (stderr, commands) =>
    Math.max(
      0,
      commands.findIndex(({ argv }) => mentions(stderr, argv.at(-1) ?? '')),
    ),
};

function mentions(stderr: string, setting: string): boolean {
  const [key = ''] = setting.split('=');
  return stderr.includes(key) || stderr.includes(key.replaceAll('.', '/'));
}

const IPROUTE_LINE = /Command failed -:(\d+)/;
const BATCH = ['-batch', '-'];
const IP = lineTool(['ip'], BATCH, IPROUTE_LINE);
/** A line of a batch cannot say of which family it is. */
const IPV6 = lineTool(['ip', '-6'], BATCH, IPROUTE_LINE);
const TC = lineTool(['tc'], BATCH, IPROUTE_LINE);
const BRIDGE = lineTool(['bridge'], BATCH, IPROUTE_LINE);
const IPSET = lineTool(['ipset'], ['restore'], /in line (\d+)/);

export const BY_IP: ByTools = { by: 'tools', tools: [IP] };
export const BY_IP_OF_BOTH_FAMILIES: ByTools = { by: 'tools', tools: [IPV6, IP] };
export const BY_BRIDGE: ByTools = { by: 'tools', tools: [BRIDGE] };
export const BY_IPSET: ByTools = { by: 'tools', tools: [IPSET] };
export const BY_TC: ByTools = { by: 'tools', tools: [TC] };
export const BY_SYSCTL: ByTools = { by: 'tools', tools: [SYSCTL] };
export const BY_IP_AND_SYSCTL: ByTools = { by: 'tools', tools: [IP, SYSCTL] };
export const BY_SANDBOX: BySandbox = { by: 'sandbox' };
