/**
 * In which order records are said: aliases first, then all others, then addresses, in another order each time, so that
 * clients that take the first one spread. As CoreDNS' plugin `loadbalance` does it, which kubeadm has in its configuration.
 */
import type { Answer } from 'dns-packet';

/** From 0 to less than 1. */
export type Draw = () => number;

export function inAnyOrder(records: readonly Answer[], draw: Draw = Math.random): readonly Answer[] {
  const rankOf = ({ type }: Answer) => (type === 'CNAME' ? 0 : type === 'A' || type === 'AAAA' ? 2 : 1);
  const [aliases = [], others = [], addresses = []] = [0, 1, 2].map(rank =>
    records.filter(one => rankOf(one) === rank),
  );
  return [...aliases, ...others, ...shuffle(addresses, draw)];
}

/** Fisher and Yates: each order is as likely as any other. */
function shuffle<T>(items: readonly T[], draw: Draw): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(Math.floor(draw() * left.length), 1));
}
