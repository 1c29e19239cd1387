/** What netlab says of policies is what they mean: its judgement of any connection in any case is the evaluator's. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseIp } from '../../src/address/address.ts';
import { createJudge, type End, isAllowed } from '../../src/features/network-policies/judge.ts';
import { hasPort } from '../../src/features/network-policies/port-set.ts';
import { load } from '../../src/pipeline/load.ts';
import { arbitraryWorld } from '../policies/arbitrary-world.ts';
import { addressOf, type Cluster, type Connection, type Family, isLetThrough, keyOf } from '../policies/evaluate.ts';
import { labFileOf } from '../policies/lab-file.ts';
import { connectionsOf } from '../policies/matrix.ts';
import { placeTogether } from '../policies/world.ts';
import { runs } from './runs.ts';

const FAMILIES: readonly Family[] = [4, 6];

/** Nobody's matter here: what a node and its own pods say to each other. */
function isOnOneNode({ pods, nodes }: Cluster, { from, to }: Connection): boolean {
  const nodeOf = (name: string) => pods.find(pod => keyOf(pod) === name)?.node ?? name;
  const isNode = (name: string) => name in nodes || pods.some(pod => pod.hostNetwork && keyOf(pod) === name);
  return nodeOf(from) === nodeOf(to) && (isNode(from) || isNode(to));
}

test('netlab judges connections as policies mean', () => {
  const worlds = fc.tuple(arbitraryWorld(0), arbitraryWorld(1));
  fc.assert(
    fc.property(worlds, both => {
      const cluster = placeTogether(both, FAMILIES);
      const { lab, diagnostics } = load(labFileOf('generated', cluster, FAMILIES), { name: 'generated' });
      if (!lab) return expect.unreachable(diagnostics.map(({ message }) => message).join('\n'));
      const { judge, flow } = createJudge(lab);
      const endOf = (name: string, family: Family): End => {
        const pod = lab.pods.find(({ key }) => key === name || `default/${key}` === name);
        const placed = cluster.pods.find(one => keyOf(one) === name);
        const addresses = placed?.addresses ?? cluster.nodes[name] ?? cluster.outside[name] ?? [];
        const shown = parseIp(addressOf(addresses, family)) ?? expect.unreachable();
        return { pod: pod && !pod.hostNetwork ? pod : null, addresses: [shown] };
      };
      const asked = both.flatMap((world, index) =>
        connectionsOf(world, index, FAMILIES).flatMap(one => [one, { ...one, protocol: 'SCTP' as const }]),
      );
      const wrong = asked.filter(connection => {
        const { from, to, protocol, port, family } = connection;
        if (isOnOneNode(cluster, connection)) return false;
        const [source, destination] = [endOf(from, family), endOf(to, family)];
        const said = [
          judge({ source, destination, protocol, port }).every(isAllowed),
          hasPort(flow(source, destination), protocol, port),
        ];
        return said.includes(!isLetThrough(cluster, connection));
      });
      expect(wrong).toEqual([]);
    }),
    // A case is small enough to be read as it is, and takes minutes to become smaller.
    { ...runs(10), endOnFailure: true },
  );
});
