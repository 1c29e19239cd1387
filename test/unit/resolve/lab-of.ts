/** What the tests of the pure stages share: a lab file's text in, the resolved lab or its mistakes out. */
import type { Diagnostic } from '../../../src/language/diagnostic/diagnostic.ts';
import type { Lab, Node, Pod } from '../../../src/language/lab/lab.ts';
import { load } from '../../../src/pipeline/load.ts';

export function labOf(text: string, previous?: Lab): Lab {
  const { lab, diagnostics } = load(text, { name: 'lab', previous });
  if (!lab) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return lab;
}

export function problemsOf(text: string): readonly Diagnostic[] {
  return load(text, { name: 'lab' }).diagnostics;
}

export function machineOf(lab: Lab, key: string): Node | Pod {
  const found = [...lab.nodes, ...lab.pods].find(machine => machine.key === key);
  if (!found) throw new Error(`no machine ${key}`);
  return found;
}

/** `eth0 10.244.0.2/24, eth1 …` of a node or pod. */
export function addressesOf(lab: Lab, key: string): string {
  return machineOf(lab, key)
    .interfaces.map(({ name, addresses }) => [name, ...addresses].join(' '))
    .join(', ');
}

/** `10.9.0.0/16 via 172.18.0.3 dev eth0` for each route of a node or pod. */
export function routesOf(lab: Lab, key: string): string[] {
  return lab.routes
    .filter(({ on }) => on === key)
    .map(({ to, type, via, dev, src, metric, mtu }) => {
      const pairs = Object.entries({ via, dev, src, metric, mtu }).filter(([, value]) => value !== undefined);
      return [...(type === 'unicast' ? [] : [type]), to, ...pairs.flat()].join(' ');
    });
}
