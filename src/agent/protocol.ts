/**
 * What netlab and its agent say to each other: one JSON object a line, each request answered by one reply, in order.
 * News of it may come before.
 *
 * The agent is another program (it runs inside the sandbox), so only plain data crosses here.
 */

import type { LabRecord, Probe } from '../sandbox/sandbox.ts';
import type { Job } from '../state/job.ts';
import type { Topics } from '../state/question.ts';
import type { Translations } from '../state/translations.ts';

export type AgentRequest =
  | { readonly op: 'run'; readonly jobs: readonly Job[] }
  | { readonly op: 'probe'; readonly probes: readonly Probe[] }
  | { readonly op: 'observe'; readonly topics: Topics; readonly within: readonly string[] | undefined }
  | { readonly op: 'settle' }
  | { readonly op: 'hold' }
  | { readonly op: 'guard'; readonly topics: Topics; readonly translations: Translations }
  | { readonly op: 'forget'; readonly translations: Translations }
  | { readonly op: 'release'; readonly record: LabRecord }
  | { readonly op: 'take-back' }
  | { readonly op: 'shutdown' };

/** Before the reply to a request that takes long: the jobs of these places are done. */
export interface AgentNews {
  readonly done: readonly number[];
}

export type AgentReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: string; readonly cause: 'defect' | 'sandbox' }
  | { readonly ok: false; readonly error: string; readonly cause: 'host'; readonly fixes: readonly string[] };
