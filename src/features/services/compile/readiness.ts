/** Who counts as an endpoint: whether it is ready, as far as anybody knows, or its Service does not ask. */
import type { Endpoint, Service } from '../../../language/lab/service.ts';
import type { IsUnready } from './ports.ts';

export function isReady(
  { ready, pod }: Endpoint,
  { publishNotReadyAddresses }: Pick<Service, 'publishNotReadyAddresses'>,
  isUnready: IsUnready,
): boolean {
  return publishNotReadyAddresses || (ready && !(pod !== null && isUnready(pod)));
}
