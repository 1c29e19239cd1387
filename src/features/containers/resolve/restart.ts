/**
 * When a container is started again: what it says itself, in netlab's word or in Kubernetes', or what its pod says for all
 * of its containers.
 */

import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import { ownValue } from '../../../language/diagnostic/own-value.ts';
import type { RestartPolicy } from '../../../language/lab/lab.ts';
import type { Problems } from '../../../resolve/problems.ts';
import type { AnyContainerEntry } from './programs.ts';

/** Whether it is one of `initContainers` or of `containers`. */
export type Role = 'init' | 'main';

const WORDS: Readonly<Record<string, RestartPolicy>> = { Always: 'always', OnFailure: 'on-failure', Never: 'never' };

/** `policy` is the pod's `restartPolicy`. */
export function readRestart(
  { restart, restartPolicy }: AnyContainerEntry,
  { role, policy }: { readonly role: Role; readonly policy: string | undefined },
  source: Path,
  problems: Problems,
): RestartPolicy {
  const own = ownValue(WORDS, restartPolicy ?? '');
  if (restart !== undefined && own !== undefined && own !== restart) {
    const message = `"restartPolicy: ${restartPolicy}" and "restart: ${restart}" contradict each other`;
    problems.error(
      [...source, 'restartPolicy'],
      'conflict',
      message,
      'write one of them: they are two words for one thing',
    );
  }
  return restart ?? own ?? inherited(role, policy);
}

/** Of its pod's policy an init container takes only `Never`: it is a sidecar by its own word alone. */
function inherited(role: Role, policy: string | undefined): RestartPolicy {
  const ofPod = ownValue(WORDS, policy ?? '') ?? 'always';
  return role === 'init' && ofPod === 'always' ? 'on-failure' : ofPod;
}
