/** What people write for ports and protocols. */
import { expect, test } from 'vitest';
import { type ReachProtocol, readSendings } from '../../../src/cli/sendings.ts';

const read = (ports: readonly string[], ...protocols: ReachProtocol[]) =>
  readSendings(ports, protocols)
    .map(({ protocol, port }) => [protocol, port ?? []].flat().join(' '))
    .join(', ');

test.each<[string, readonly string[], ReachProtocol[], string]>([
  ['nothing', [], [], 'tcp 80'],
  ['a port', ['443'], [], 'tcp 443'],
  ['a protocol', [], ['udp'], 'udp 80'],
  ['a list and a range', ['80,443', '8000-8002'], [], 'tcp 80, tcp 443, tcp 8000, tcp 8001, tcp 8002'],
  ['ports with protocols of their own', ['53/udp', '80/TCP'], [], 'udp 53, tcp 80'],
  ['a range with its protocol', ['5000-5001/udp,80'], [], 'tcp 80, udp 5000, udp 5001'],
  ['each port over each protocol', ['53,80'], ['tcp', 'udp'], 'tcp 53, tcp 80, udp 53, udp 80'],
  ['icmp beside ports', ['80'], ['tcp', 'icmp'], 'tcp 80, icmp'],
  ['icmp beside a port that has its own', ['53/udp'], ['icmp'], 'udp 53, icmp'],
  ['icmp alone', [], ['icmp'], 'icmp'],
  ['the same twice', ['80,80', '80/tcp'], [], 'tcp 80'],
])('%s', (_, ports, protocols, sendings) => expect(read(ports, ...protocols)).toBe(sendings));

test.each<[readonly string[], ReachProtocol[], string]>([
  [['http'], [], '"http" is not a port'],
  [['80,'], [], '"" is not a port'],
  [['0'], [], '--port takes a number from 1 to 65535, and not "0"'],
  [['80-70000'], [], '--port takes a number from 1 to 65535, and not "80-70000"'],
  [['90-80'], [], 'the range 90-80 ends before it begins'],
  [['80/icmp'], [], 'a port of "icmp" is nothing that reach knows'],
  [['80'], ['icmp'], 'icmp has no ports'],
  [['53/udp'], ['tcp'], 'no port is left for --protocol tcp'],
  [['1-65535'], ['tcp', 'udp'], 'more than 1000 ports are too many'],
])('%j %j is refused', (ports, protocols, words) => expect(() => read(ports, ...protocols)).toThrow(words));
