/**
 * Starting commands cheaply: an argument vector comes in, a process id or a reason goes out; later its output.
 *
 * Node's own spawn costs 1.4 ms and its helper threads know nothing of setns(2); posix_spawn(3) on the main thread
 * costs a tenth and puts the child where that thread is. A slot is what one running command needs: a file for each of
 * its streams. Slots are made once and used again, so that a silent command costs no file at all.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import os from 'node:os';
import { getSystemErrorName } from 'node:util';
import { findCommand } from './find-command.ts';
import * as libc from './libc.ts';
import { makeAttributes, POSIX_SPAWN_SETSID, STRUCT_SIZE } from './spawn-attributes.ts';

export interface Slot {
  readonly input: number;
  readonly stdout: number;
  readonly stderr: number;
  /** What posix_spawn does to the child's descriptors: standard input is the input file, or /dev/null. */
  readonly withInput: Uint8Array;
  readonly withoutInput: Uint8Array;
}

/** Either the child's process id, or why there is none, in the words of a shell. */
export type SpawnResult = { readonly pid: number } | { readonly error: string; readonly errno?: number };

export interface Ended {
  readonly pid: number;
  readonly code: number;
}

const attributes = makeAttributes();
const cell = new Int32Array(STRUCT_SIZE);
const knownPaths = new Map<string, string>();

/** Opens a slot's three files in `folder` and takes their names away at once, so that nothing is left behind. */
export function openSlot(folder: string): Slot {
  const input = openNameless(folder, constants.O_RDWR);
  // Appending, so that the offset, which the child shares, is right again after the file has been emptied.
  const stdout = openNameless(folder, constants.O_RDWR | constants.O_APPEND);
  const stderr = openNameless(folder, constants.O_RDWR | constants.O_APPEND);
  const actionsFor = (stdin: string): Uint8Array => makeFileActions(stdin, stdout, stderr);
  return {
    input,
    stdout,
    stderr,
    withInput: actionsFor(`/proc/${process.pid}/fd/${input}`),
    withoutInput: actionsFor('/dev/null'),
  };
}

/** Starts a command in the namespace that this thread is in. */
export function startCommand(slot: Slot, argv: readonly string[], input: string | undefined): SpawnResult {
  const [name] = argv;
  if (name === undefined) return { error: 'no command was given' };
  const file = resolveCommand(name);
  if (file === undefined) return { error: `${name}: command not found` };
  if (input !== undefined) refill(slot.input, input);
  const actions = input === undefined ? slot.withoutInput : slot.withInput;
  const failure = libc.posixSpawn(cell, file, actions, attributes, [...argv, null], environment());
  if (failure !== 0) return { error: `${name}: cannot be started: ${getSystemErrorName(-failure)}`, errno: failure };
  return { pid: cell[0] ?? 0 };
}

/**
 * Starts a command in a session of its own that outlives this process. Its standard input is a named pipe that it holds
 * open itself, and so never ends; what it writes goes into a file.
 */
export function startAttached(argv: readonly string[], pipe: string, log: string): number {
  const { O_RDWR, O_WRONLY, O_CREAT, O_APPEND } = constants;
  const [name = ''] = argv;
  libc.mkfifo(pipe, 0o600); // It is there already for the second one.
  const actions = new Uint8Array(STRUCT_SIZE);
  libc.fileActionsInit(actions);
  libc.fileActionsAddOpen(actions, 0, pipe, O_RDWR, 0);
  libc.fileActionsAddOpen(actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600);
  libc.fileActionsAddDup2(actions, 1, 2);
  const own = makeAttributes(POSIX_SPAWN_SETSID);
  const failure = libc.posixSpawn(cell, resolveCommand(name) ?? name, actions, own, [...argv, null], environment());
  libc.fileActionsDestroy(actions);
  if (failure !== 0) throw new libc.SystemError(name, failure);
  return cell[0] ?? 0;
}

/** Whether a child has ended, also where that was seen before. */
export function hasChildEnded(pid: number): boolean {
  const WNOHANG = 1;
  return libc.waitpid(pid, cell, WNOHANG) !== 0;
}

/** Waits for any child. */
export function waitForChild(): Ended {
  for (;;) {
    const pid = libc.waitpid(-1, cell, 0);
    if (pid > 0) return { pid, code: exitCode(cell[0] ?? 0) };
    const error = libc.errno();
    if (error !== os.constants.errno.EINTR) throw new libc.SystemError('waitpid', error);
  }
}

/** Reads one of a slot's output files, and empties it for the next command. */
export function takeOutput(fd: number): string {
  const { size } = fstatSync(fd);
  if (size === 0) return '';
  const bytes = Buffer.allocUnsafe(size);
  const length = readSync(fd, bytes, 0, size, 0);
  ftruncateSync(fd, 0);
  return bytes.toString('utf8', 0, length);
}

export function closeSlot(slot: Slot): void {
  for (const fd of [slot.input, slot.stdout, slot.stderr]) closeSync(fd);
}

/** A shell's view of a wait status: 128 + n for a signal. */
export function exitCode(status: number): number {
  const signal = status & 0x7f;
  return signal === 0 ? (status >> 8) & 0xff : 128 + signal;
}

function openNameless(folder: string, flags: number): number {
  const path = `${folder}/.agent-${process.pid}`;
  const fd = openSync(path, flags | constants.O_CREAT | constants.O_EXCL, 0o600);
  unlinkSync(path);
  return fd;
}

function refill(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  ftruncateSync(fd, 0);
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, at);
}

/** Node marks its own standard streams close-on-exec, so each of the three must be given. */
function makeFileActions(stdin: string, stdout: number, stderr: number): Uint8Array {
  const actions = new Uint8Array(STRUCT_SIZE);
  libc.fileActionsInit(actions);
  libc.fileActionsAddOpen(actions, 0, stdin, constants.O_RDONLY, 0);
  libc.fileActionsAddDup2(actions, stdout, 1);
  libc.fileActionsAddDup2(actions, stderr, 2);
  return actions;
}

function resolveCommand(name: string): string | undefined {
  const known = knownPaths.get(name);
  if (known !== undefined) return known;
  const found = findCommand(name, process.env.PATH ?? '');
  if (found !== undefined) knownPaths.set(name, found);
  return found;
}

let environmentStrings: readonly (string | null)[] | undefined;

function environment(): readonly (string | null)[] {
  environmentStrings ??= [...Object.entries(process.env).map(([key, value]) => `${key}=${value}`), null];
  return environmentStrings;
}
