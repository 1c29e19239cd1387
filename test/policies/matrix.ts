/** Which connections a case is asked about: everybody with everybody, on all ports and protocols that somebody listens on. */
import { PORTS } from './arbitrary-world.ts';
import type { Connection, Family, Protocol } from './evaluate.ts';
import { COLUMNS } from './examples.ts';
import { NODE_ADDRESSES, OUTSIDE, placedName, type World } from './world.ts';

const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP'];

/** A pod to itself, and machines among themselves, are nobody's matter. */
export function connectionsOf(world: World, index: number, families: readonly Family[]): Connection[] {
  const pods = world.pods.map(({ namespace, name }) => `${placedName(namespace, index)}/${name}`);
  const others = [...Object.keys(NODE_ADDRESSES), ...Object.keys(OUTSIDE)];
  const pairs = [...pods, ...others].flatMap(from =>
    [...pods, ...others]
      .filter(to => from !== to && (pods.includes(from) || pods.includes(to)))
      .map(to => ({ from, to })),
  );
  return pairs.flatMap(pair =>
    PORTS.flatMap(port => PROTOCOLS.flatMap(protocol => families.map(family => ({ ...pair, port, protocol, family })))),
  );
}

type Rows = Readonly<Record<string, string>>;

/** The rows of an example with the letters that something gives for its connections. */
export function rowsOf(
  expected: Rows,
  world: number,
  ports: string,
  isOpen: (connection: Omit<Connection, 'family'>) => boolean,
): Rows {
  const [protocol = '', port] = ports.split(' ');
  const letter = (from: string, to: string) => {
    if (from === to) return '-';
    const connection = { from: placedName(from, world), to: placedName(to, world), port: Number(port) };
    return isOpen({ ...connection, protocol: protocol as Protocol }) ? '.' : 'X';
  };
  return Object.fromEntries(
    Object.entries(expected).map(([from, row]) => [
      from,
      [...row].map((_, column) => letter(from, COLUMNS[column] ?? '')).join(''),
    ]),
  );
}
