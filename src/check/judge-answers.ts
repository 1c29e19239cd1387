/** What a name's look-up or a command printed in, what that says of a check out. */

import type { CommandCheck, NameCheck } from '../features/checks/model.ts';
import { readHosts } from '../path/kernel-text.ts';
import type { JobResult } from '../state/job.ts';
import { duration, excerpt, execLine, failure, type Inspection } from './words.ts';

/** What timeout(1) ends with. */
const TIMED_OUT = 124;
/** What getent(1) ends with where it was asked for something that is not there. */
const NOT_FOUND = 2;

export function lookAtName(check: NameCheck, from: string, result: JobResult | undefined): Inspection {
  const { hostName, answers, expect, timeoutMs } = check;
  const found = readHosts(result?.stdout ?? '').sort();
  const command = execLine(from, ['getent', 'ahosts', hostName]);
  if (result?.code === TIMED_OUT)
    return { good: false, text: `${from} had no answer for ${hostName} within ${duration(timeoutMs)}`, command };
  if (found.length === 0 && result?.code !== NOT_FOUND)
    return { good: false, text: `${from} cannot look up names: ${result ? failure(result) : 'not run'}`, command };
  if (found.length === 0)
    return { good: expect === 'absent', text: `${from} finds no address for ${hostName}`, command };
  const is = `${from} finds ${hostName} at ${found.join(', ')}`;
  if (expect === 'absent') return { good: false, text: `${is}, but it should not exist`, command };
  if (answers === undefined || [...answers].sort().join() === found.join()) return { good: true, text: is, command };
  return { good: false, text: `${is}, but it should be ${answers.join(', ')}`, command };
}

const SIGXFSZ = 128 + 25;

/** Whether a regular expression of the file is found in what a program has printed; undefined where that takes too long to say. */
export type MatchPattern = (pattern: string, text: string) => boolean | undefined;

export function lookAtCommand(
  check: CommandCheck,
  on: string,
  result: JobResult | undefined,
  matchPattern: MatchPattern,
): Inspection {
  const { command, exitCode, output, matches, timeoutMs, container } = check;
  const code = result?.code ?? null;
  const printed = `${result?.stdout ?? ''}${result?.stderr ?? ''}`;
  const said = printed.trim() === '' ? 'it printed nothing' : `it printed: ${excerpt(printed)}`;
  const shown = container === null ? on : `${on} -c ${container}`;
  const line = execLine(shown, command);
  const what = `"${excerpt(command.join(' '))}" in ${on}`;
  const bad = (text: string) => ({ good: false, text: `${what} ${text}`, command: line });
  if (code === TIMED_OUT && exitCode !== TIMED_OUT) return bad(`did not end within ${duration(timeoutMs)}; ${said}`);
  if (code === SIGXFSZ) return bad('wrote more than a check may print, 1 MiB');
  if (code !== exitCode) return bad(`ended with ${code ?? 'nothing'}, expected ${exitCode}; ${said}`);
  if (output !== undefined && !printed.includes(output)) return bad(`should have printed "${output}", but ${said}`);
  const isMatch = matches === undefined || matchPattern(matches, printed);
  if (isMatch === undefined)
    return bad(`printed what takes too long to hold against ${matches}: repeat nothing in it that repeats; ${said}`);
  if (!isMatch) return bad(`should have printed something that matches ${matches}, but ${said}`);
  return { good: true, text: `${what} ended with ${code}`, command: line };
}
