/** What of kube-proxy's configuration fits no node of the lab, or is otherwise by the `sysctls` of one: it is said where it is written. */
import type { CoreLab } from '../../../language/lab/lab.ts';
import type { LabDraft } from '../../../resolve/model.ts';
import { nodePortPlaces } from '../node-port-places.ts';
import { proxySysctls } from './sysctls.ts';

export function checkKubeProxy(draft: LabDraft, lab: CoreLab): void {
  const entry = draft.file.cluster?.kubeProxy;
  if (entry === undefined) return;
  warnUnused(draft);
  warnUndetected(draft, lab);
  warnNowhere(draft, lab);
  warnOtherwise(draft, lab);
}

function warnUnused({ file, problems }: LabDraft): void {
  if (Object.keys(file.services ?? {}).length > 0) return;
  const message = "a lab without Services has none of kube-proxy's rules";
  problems.warn(['cluster', 'kubeProxy'], 'conflict', message, 'remove it, or add "services"');
}

/** Where no interface has that name, pods pass for strangers, and everything is masqueraded. */
function warnUndetected({ cluster, problems }: LabDraft, { nodes, bridges, links, pods }: CoreLab): void {
  const { detectLocal } = cluster.kubeProxy;
  if (detectLocal.mode !== 'BridgeInterface' && detectLocal.mode !== 'InterfaceNamePrefix') return;
  const isMeant = (name: string) =>
    detectLocal.mode === 'BridgeInterface' ? name === detectLocal.bridge : name.startsWith(detectLocal.prefix);
  const inside = new Set(nodes.filter(({ external }) => !external).map(({ key }) => key));
  const isPod = new Set(pods.map(({ key }) => key));
  const own = bridges.filter(({ node }) => node !== null && inside.has(node)).map(({ name }) => name);
  const wired = links.flatMap(({ ends }) =>
    ends.some(({ on }) => isPod.has(on)) ? ends.filter(({ on }) => inside.has(on)) : [],
  );
  if ([...own, ...wired.map(end => end.interface)].some(isMeant)) return;
  const [key, value] =
    detectLocal.mode === 'BridgeInterface'
      ? (['bridgeInterface', detectLocal.bridge] as const)
      : (['interfaceNamePrefix', detectLocal.prefix] as const);
  if (value === '') return;
  const message = `no pod is behind an interface ${key === 'bridgeInterface' ? `"${value}"` : `whose name begins with "${value}"`}: kube-proxy takes what they send for others'`;
  const hint = own.includes('cbr0') ? 'pods are behind the bridge "cbr0"' : undefined;
  problems.warn(['cluster', 'kubeProxy', 'detectLocal', key], 'unknown-name', message, hint);
}

/** kube-proxy only writes into its log that it has found no such address. */
function warnNowhere({ cluster, problems }: LabDraft, lab: CoreLab): void {
  for (const { family } of cluster.serviceNets)
    for (const node of lab.nodes.filter(({ external }) => !external)) {
      const { isEverywhere, ips } = nodePortPlaces(cluster.kubeProxy, node, lab, family);
      if (isEverywhere || ips.length > 0) continue;
      const message = `no IPv${family} address of node "${node.key}" is among these, so it has no node ports there`;
      problems.warn(
        ['cluster', 'kubeProxy', 'nodePortAddresses'],
        'unknown-name',
        message,
        'name a subnet of the nodes, or "primary"',
      );
    }
}

/** What the file sets on a node counts; kube-proxy itself would set its own when it starts. */
function warnOtherwise(draft: LabDraft, { nodes }: CoreLab): void {
  const sysctlsOf = proxySysctls(draft);
  for (const node of draft.machines.nodes.values()) {
    const set = nodes.find(({ key }) => key === node.key)?.sysctls ?? {};
    for (const [name, wanted] of Object.entries(sysctlsOf(node))) {
      const own = set[name] ?? wanted;
      if (own === wanted || !name.startsWith('net.netfilter.')) continue;
      const message = `kube-proxy would set ${name} to ${wanted} on "${node.key}"; what is said here counts`;
      draft.problems.warn([...node.path, 'sysctls', name], 'conflict', message, 'say it in one of the two places');
    }
  }
}
