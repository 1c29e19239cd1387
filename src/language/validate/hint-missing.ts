/** What to write for a key that has to be there: the place and the key come in, an example goes out. */
import type { Path } from '../diagnostic/diagnostic.ts';
import { ownValue } from '../diagnostic/own-value.ts';

/** By the key, or by what it is missing in and the key: one key is not the same thing everywhere. */
const required: Readonly<Record<string, string>> = {
  bridge: 'say which bridge it is plugged into: "bridge: lan"',
  source: 'say whose packets: "source: 10.244.0.0/16"',
  ends: 'say what it joins: "ends: [node1, node2]"',
  on: 'say which node or pod: "on: node1"',
  command: 'say what it runs: "command: [test, -e, /run/ready]"',
  containerPort: 'say which port: "containerPort: 80"',
  port: 'say which port: "port: 80"',
  to: 'say where to: "to: 10.244.1.0/24", or "to: default"',
  'httpHeaders.name': 'a header has a name and a value: "{ name: Host, value: example.com }"',
  'httpHeaders.value': 'a header has a name and a value: "{ name: Host, value: example.com }"',
  'options.name': 'say which option: "name: ndots"',
  'hostAliases.ip': 'say whose names they are: "ip: 10.0.0.9"',
  'service.name': 'say which Service: "name: web"',
  'service.port': 'say which port of the Service: "port: { number: 80 }"',
  'neighbours.address': 'say whose MAC address it is: "address: 10.244.0.9"',
  'neighbours.mac': 'say where packets to it are sent: mac: "02:00:00:00:00:09"',
  'ipBlock.cidr': 'say which addresses: "cidr: 10.0.0.0/8"',
  'matchExpressions.key': 'say which label: "key: tier"',
  'matchExpressions.operator': 'say what is to be true of it: "operator: In", NotIn, Exists or DoesNotExist',
  'fdb.bridge': 'say which bridge has the entry: "bridge: node1/cbr0", or "bridge: lan" for a switch',
  'fdb.mac': 'say which frames it is about: mac: "02:00:00:00:00:09"',
  'fdb.to': 'say who is behind the port: "to: web"',
};

export function hintMissing(path: Path, key: string): string | undefined {
  const names = [`${path.at(-2)}.${key}`, `${path.at(-1)}.${key}`, key];
  return names.map(name => ownValue(required, name)).find(text => text);
}
