/** What the running lab wants to be there, by which what somebody has done by hand is told from it. */
import type { Family } from '../address/address.ts';
import type { IpSet } from '../state/ip-set.ts';
import type { Rules } from '../state/netfilter.ts';
import type { NetDevice } from './kernel-view.ts';
import type { MetRule } from './met-rules.ts';

export interface LabWishes {
  /** Whether the lab wants this rule, or policy, to be there. */
  readonly isWanted: (rule: MetRule) => boolean;
  /** All rules of a network, chain by chain. */
  readonly rulesOf: (ns: string, family: Family) => readonly Rules[];
  readonly setsOf: (ns: string) => readonly IpSet[];
  /** Whether the lab slows down what leaves through it. */
  readonly isShaped: (device: NetDevice) => boolean;
}
