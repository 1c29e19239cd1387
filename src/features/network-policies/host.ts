/** What policies need of the host besides iptables and ipset themselves: the matches that their rules are made of. */
import type { Lab } from '../../language/lab/lab.ts';
import { type HostFeature, type HostNeeds, whenever } from '../../state/host-feature.ts';
import type { KernelObject } from '../../state/kinds.ts';
import { ROOT } from './compile/names.ts';
import { policiesOf } from './model.ts';

const MATCHES = [
  ...['-p', 'tcp', '-m', 'set', '--match-set', 'try', 'src', '-m', 'multiport', '--dports', '1,2'],
  ...['-m', 'conntrack', '--ctstate', 'NEW', '-m', 'mark', '--mark', '1', '-m', 'comment', '--comment', 'try'],
];

const POLICIES: HostFeature = {
  id: 'policies',
  title: 'iptables matches of policies',
  use: 'NetworkPolicies',
  // Nobody looks at a set that is not there.
  argv: [
    ...['sh', '-c', 'ipset create try hash:ip || exit 1; exec "$@"', 'sh'],
    ...['iptables', '-A', 'FORWARD', ...MATCHES, '-j', 'MARK', '--set-xmark', '0x10000/0x10000'],
  ],
  package: 'ipset',
  module: 'xt_set',
};

const SCTP: HostFeature = {
  id: 'sctp-match',
  title: 'iptables match of SCTP',
  use: 'NetworkPolicies with SCTP',
  argv: ['iptables', '-A', 'FORWARD', '-p', 'sctp', '-m', 'sctp', '--dport', '1', '-j', 'ACCEPT'],
  package: 'iptables',
  module: 'xt_sctp',
};

const isOfPolicies = (object: KernelObject) =>
  (object.kind === 'chain' || object.kind === 'rules') && object.chain.startsWith(ROOT);

export const policyNeeds: HostNeeds<KernelObject> = whenever([POLICIES, SCTP], (object, id) =>
  id === SCTP.id ? isOfPolicies(object) && isAboutSctp(object) : isOfPolicies(object),
);

const isAboutSctp = (object: KernelObject) =>
  object.kind === 'rules' && object.rules.some(words => words.includes('sctp'));

/** One of each sort: a hundred need no more. */
export function samplePolicies(lab: Lab): Partial<Lab> {
  const policies = policiesOf(lab);
  const hasSctp = policies.find(({ ingress, egress }) =>
    [...ingress, ...egress].some(({ ports }) => ports?.some(({ protocol }) => protocol === 'SCTP')),
  );
  return { networkPolicies: [...new Set([...policies.slice(0, 1), ...(hasSctp ? [hasSctp] : [])])] };
}
