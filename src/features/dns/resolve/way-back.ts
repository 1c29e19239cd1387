/**
 * Whether the answers of an upstream server find the way back to the cluster's DNS: a machine outside of the cluster knows
 * nothing of pods, and where no node puts its own address in theirs, what they ask is asked in vain.
 *
 * In: the lab's core and the addresses on both ends. It is told only where no route and no rule of the file could help.
 */
import { contains, type Ip, parseHost, parseIp } from '../../../address/address.ts';
import type { CoreLab } from '../../../language/lab/lab.ts';
import type { LabDraft } from '../../../resolve/model.ts';
import type { Service } from '../../services/model.ts';
import { type ClusterDns, DNS_SERVICE } from '../model.ts';

export function warnNoWayBack(draft: LabDraft, lab: CoreLab, dns: ClusterDns | null, services: readonly Service[]) {
  const servers = services.find(({ key }) => key === DNS_SERVICE)?.endpoints.filter(({ pod }) => pod !== null) ?? [];
  for (const upstream of (dns?.upstream ?? []).flatMap(text => parseIp(text) ?? []))
    for (const { address, node } of servers) {
      const source = parseIp(address);
      const owner = ownerOf(upstream, draft);
      if (owner === undefined || owner === node || source?.family !== upstream.family) continue;
      if (!isTranslated(lab, owner, source) && !hasRoute(lab, draft, owner, source)) {
        warn(draft, owner, address);
        return;
      }
    }
}

function ownerOf(ip: Ip, { machines, near }: LabDraft): string | undefined {
  return machines.keys().find(key => near.of(key).some(({ host }) => host.ip.value === ip.value));
}

/** Whether somebody on the way might put another address in the place of the source. */
function isTranslated({ nodes, pods }: CoreLab, owner: string, { family }: Ip): boolean {
  const others = [...nodes, ...pods].filter(({ key }) => key !== owner);
  const rules = others.flatMap(({ iptables, ip6tables }) => (family === 4 ? iptables : ip6tables));
  return rules.some(({ text }) => /\b(MASQUERADE|SNAT|NETMAP)\b/.test(text));
}

function hasRoute({ nodes, pods, routes }: CoreLab, { near }: LabDraft, owner: string, source: Ip): boolean {
  const machine = [...nodes, ...pods].find(({ key }) => key === owner);
  const gateways = machine?.interfaces.flatMap(one => one.gateways) ?? [];
  const leadsThere = (to: string) => {
    const host = parseHost(to);
    return host !== undefined && contains(host.subnet, source);
  };
  return (
    near.onLink(owner, source) !== undefined ||
    gateways.some(gateway => parseIp(gateway)?.family === source.family) ||
    routes.some(({ on, to, type }) => on === owner && type === 'unicast' && leadsThere(to))
  );
}

function warn({ problems }: LabDraft, owner: string, address: string): void {
  const message = `"${owner}" has no route back to the cluster DNS at ${address}, so none of its answers arrives`;
  const hint = `write "masquerade: true" below "cluster", or give it a route: "routes: [{ on: ${owner}, to: …, via: … }]"`;
  problems.warn(['cluster', 'dns', 'upstream'], 'conflict', message, hint);
}
