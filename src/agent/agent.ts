/**
 * The agent: a small program that runs inside the sandbox. Requests come in on standard input, a JSON object a line;
 * one reply to each goes out on standard output.
 *
 * It does one thing at a time and blocks while it does: the thread that entered a namespace must be the one that works
 * in it. End of input, as when netlab has been killed, ends it, after it has taken back a change that was not finished.
 */
import { closeSync, readSync, writeSync } from 'node:fs';
import { socket } from '../linux/libc.ts';
import type { OnDone } from '../sandbox/sandbox.ts';
import { SandboxError } from '../sandbox/sandbox-error.ts';
import { toHostError } from '../sandbox/system-error.ts';
import { forgetStale } from './connections.ts';
import type { Extension } from './extension.ts';
import { guard, hold, release, settle, takeBack, waitForOthers } from './guard.ts';
import { createObserver, type Observer } from './observe.ts';
import { runProbes } from './probe/probe.ts';
import { restoreAbandonedLimits } from './probe/rate-limit.ts';
import type { AgentNews, AgentReply, AgentRequest } from './protocol.ts';
import { runJobs } from './run.ts';
import { removeScratch } from './scratch.ts';

const NEWLINE = 10;
const AF_INET6 = 10;
const SOCK_DGRAM = 2;
/** As often as progress is drawn. */
const NEWS_MS = 100;

/** A netlab that was killed is noticed by the end of input, or by an answer that is not taken. */
export function runAgent(extension: Extension): void {
  process.umask(0o022);
  const observer = createObserver(extension);
  try {
    loadIpv6();
    restoreAbandonedLimits();
    for (const line of readLines(0)) {
      const request = JSON.parse(line) as AgentRequest;
      tell(answer(request, extension, observer));
      if (request.op === 'shutdown') return;
    }
  } catch (error) {
    tell(toReply(error));
  } finally {
    takeBack(extension, observer);
    if (process.argv[2]) removeScratch(process.argv[2]);
  }
}

/** The first IPv6 socket loads the kernel's module: it must not come in half-way, and give new links other defaults. */
function loadIpv6(): void {
  const fd = socket(AF_INET6, SOCK_DGRAM, 0);
  if (fd >= 0) closeSync(fd);
}

function answer(request: AgentRequest, extension: Extension, observer: Observer): AgentReply {
  try {
    return { ok: true, value: perform(request, extension, observer) };
  } catch (error) {
    return toReply(error);
  }
}

function toReply(error: unknown): AgentReply {
  if (error instanceof SandboxError) return { ok: false, error: error.message, cause: 'sandbox' };
  const lacking = toHostError(error);
  if (lacking) return { ok: false, error: lacking.message, cause: 'host', fixes: lacking.fixes };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { ok: false, error: text, cause: 'defect' };
}

function perform(request: AgentRequest, extension: Extension, observer: Observer): unknown {
  switch (request.op) {
    case 'run':
      return runJobs(request.jobs, extension, true, makeNews());
    case 'probe':
      return runProbes(request.probes);
    case 'observe':
      waitForOthers();
      return observer.observe(request.topics, request.within);
    case 'settle':
      return settle();
    case 'hold':
      hold();
      return null;
    case 'guard':
      guard(observer.seen(), request.topics, request.translations);
      return null;
    case 'forget':
      return forgetStale(request.translations);
    case 'release':
      release(request.record);
      return null;
    case 'take-back':
      return takeBack(extension, observer);
    case 'shutdown':
      return null;
  }
}

/** Each news costs netlab a turn; what comes between two is told with the next, or by the reply. */
function makeNews(): OnDone {
  let done: number[] = [];
  let told = performance.now();
  return index => {
    done.push(index);
    if (performance.now() - told < NEWS_MS) return;
    tell({ done });
    done = [];
    told = performance.now();
  };
}

/** Pieces of a line are kept apart until its end is there: joining as they come would be quadratic. */
function* readLines(fd: number): Generator<string> {
  const chunk = Buffer.allocUnsafe(1 << 18);
  let pieces: Buffer[] = [];
  for (;;) {
    const length = readSync(fd, chunk, 0, chunk.length, null);
    if (length === 0) return;
    let start = 0;
    for (let end = indexOfNewline(chunk, start, length); end !== -1; end = indexOfNewline(chunk, start, length)) {
      yield Buffer.concat([...pieces, chunk.subarray(start, end)]).toString('utf8');
      pieces = [];
      start = end + 1;
    }
    if (start < length) pieces.push(Buffer.from(chunk.subarray(start, length)));
  }
}

function indexOfNewline(bytes: Buffer, start: number, end: number): number {
  const at = bytes.subarray(start, end).indexOf(NEWLINE);
  return at === -1 ? -1 : start + at;
}

function tell(message: AgentReply | AgentNews): void {
  writeAll(1, `${JSON.stringify(message)}\n`);
}

function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at);
}
