/** Whether an endpoint counts: it is ready, as far as is known, or its Service does not ask. */

import type { UnreadyPods } from '../../../language/lab/readiness.ts';
import type { Endpoint, Service } from '../model.ts';

export function isReady(
  { ready, pod }: Endpoint,
  { publishNotReadyAddresses }: Pick<Service, 'publishNotReadyAddresses'>,
  unready: UnreadyPods,
): boolean {
  return publishNotReadyAddresses || (ready && !(pod !== null && unready.has(pod)));
}
