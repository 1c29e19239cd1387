/** What Services need of the host besides iptables itself: the matches that kube-proxy's rules are made of. */
import { type HostFeature, type HostNeeds, whenever } from '../../state/host-feature.ts';
import type { KernelObject } from '../../state/kinds.ts';

const MATCHES = [
  ...['-m', 'comment', '--comment', 'try', '-m', 'statistic', '--mode', 'random', '--probability', '0.5'],
  ...['-m', 'recent', '--name', 'try', '--set', '-m', 'addrtype', '--dst-type', 'LOCAL', '-m', 'mark', '--mark', '1'],
];

const KUBE_PROXY: HostFeature = {
  id: 'kube-proxy',
  title: 'iptables matches of kube-proxy',
  use: 'Services',
  argv: [...['iptables', '-t', 'nat', '-A', 'OUTPUT', ...MATCHES], ...['-j', 'MARK', '--set-xmark', '0x4000/0x4000']],
  package: 'iptables',
  module: 'xt_recent',
};

export const serviceNeeds: HostNeeds<KernelObject> = whenever(
  [KUBE_PROXY],
  object => (object.kind === 'chain' || object.kind === 'rules') && object.chain.startsWith('KUBE-'),
);
