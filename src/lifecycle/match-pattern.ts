/**
 * A regular expression that a lab file gives, and what a program has printed: out comes whether it is found there.
 *
 * There are expressions that take longer than anybody lives to say no. V8 ends a script of its own when its time is over, one
 * that is within an expression too.
 */
import { runInNewContext } from 'node:vm';

const LONGEST_MS = 2000;

/** Undefined where it takes too long to say. */
export function matchPattern(pattern: string, text: string): boolean | undefined {
  try {
    return runInNewContext('new RegExp(pattern, "m").test(text)', { pattern, text }, { timeout: LONGEST_MS });
  } catch (error) {
    if (isTimeout(error)) return undefined;
    throw error;
  }
}

/** It may be of another realm's class. */
const isTimeout = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
