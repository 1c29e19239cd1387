/**
 * What netlab and its agent say to each other: one JSON object a line, each request answered by one reply, in order.
 *
 * The agent is another program (it runs inside the sandbox), so only plain data crosses here.
 */
import type { Job } from '../backend.ts';

export type AgentRequest =
  | { readonly op: 'run'; readonly jobs: readonly Job[] }
  | { readonly op: 'observe'; readonly sysctls: Readonly<Record<string, readonly string[]>> }
  | { readonly op: 'shutdown' };

export type AgentReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: string };
