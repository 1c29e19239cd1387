/** The names of the cluster: a DNS server that is a pod of the lab, and what each pod knows of names. */
import { groupLinks } from '../../compile/links.ts';
import type { Feature } from '../feature.ts';
import { podFiles } from './compile/pod-files.ts';
import { podView } from './compile/pod-view.ts';
import { nodeResolver, resolvConf } from './compile/resolver.ts';
import { compileZoneFiles, dnsServers } from './compile/zone-file.ts';
import { expandClusterDns, expandPodDns } from './expand.ts';
import { followEndpoints } from './follow.ts';
import { ZONE_FILE } from './model.ts';
import { addClusterDns } from './resolve/add.ts';
import { warnCircles } from './resolve/aliases.ts';
import { resolveClusterDns, warnOwnUpstream } from './resolve/cluster-dns.ts';
import { resolvePodDns } from './resolve/pod-dns.ts';
import { warnNoWayBack } from './resolve/way-back.ts';

export const dns: Feature = {
  name: 'dns',
  addEntries: addClusterDns,
  resolvePod: (pod, { file, problems }) => resolvePodDns(pod, file, problems),
  resolve: (draft, lab) => {
    const { services = [] } = lab;
    const own = resolveClusterDns(draft);
    warnCircles(services, own, draft.problems);
    warnOwnUpstream(draft, own, services);
    warnNoWayBack(draft, lab, own, services);
    return { dns: own };
  },
  contribute: lab => {
    const servers = dnsServers(lab);
    const linksOf = groupLinks(lab.links);
    return {
      podFiles: pod => podFiles(pod, lab, linksOf.get(pod.key) ?? []),
      ownFiles: ({ key }) => (servers.has(key) ? [ZONE_FILE] : []),
    };
  },
  compile: (lab, { unready }) => compileZoneFiles(lab, unready),
  expand: expandClusterDns,
  expandPod: expandPodDns,
  podView,
  nodeFiles: lab => ({ '/etc/resolv.conf': resolvConf(nodeResolver(lab)) }),
  follow: followEndpoints,
};
