/**
 * kube-proxy's configuration: what `cluster.kubeProxy` says, in the words of its configuration file, with every default
 * filled in (kubernetes/kubernetes, pkg/proxy/apis/config/v1alpha1/defaults.go and ../validation/validation.go).
 */

import { formatSubnet, parseHost } from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import { ownValue } from '../../../language/diagnostic/own-value.ts';
import type { ClusterEntry, KubeProxyEntry } from '../../../language/lab/generated/lab-file.ts';
import type { CoreCluster } from '../../../resolve/model.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { readSubnetAround } from '../../../resolve/read-subnet.ts';
import type { DetectLocal, KubeProxy } from '../model.ts';
import { warnOfPassedOver } from './passed-over.ts';

const PATH: Path = ['cluster', 'kubeProxy'];

export function readKubeProxy(cluster: ClusterEntry | undefined, core: CoreCluster, problems: Problems): KubeProxy {
  const entry = cluster?.kubeProxy ?? {};
  const { masqueradeAll = false, masqueradeBit = 14, localhostNodePorts = true } = entry.iptables ?? {};
  warnOfPassedOver(entry, problems);
  refuseLimits(entry, problems);
  checkBit(masqueradeBit, problems);
  return {
    ...{ masqueradeAll, masqueradeBit, localhostNodePorts },
    nodePortAddresses: readNodePortAddresses(entry, problems),
    detectLocal: readDetectLocal(entry, knownPodNets(cluster, core), problems),
    conntrack: readConntrack(entry, problems),
  };
}

const LEFT_ALONE = '0s leaves it as the kernel has it';

function readConntrack({ conntrack = {} }: KubeProxyEntry, problems: Problems): KubeProxy['conntrack'] {
  const read = (key: `${string}Timeout` & keyof typeof conntrack, unset: string): number => {
    const text = conntrack[key] ?? unset;
    const seconds = toSeconds(text);
    const isNothing = !/[1-9]/.test(text);
    if (isNothing || (seconds >= 1 && seconds <= MOST_SECONDS)) return Math.trunc(seconds);
    const message = `a time of ${text} is not between 1s and ${MOST_SECONDS}s`;
    problems.error([...PATH, 'conntrack', key], 'out-of-range', message, LEFT_ALONE);
    return 0;
  };
  return {
    tcpEstablished: read('tcpEstablishedTimeout', '24h'),
    tcpCloseWait: read('tcpCloseWaitTimeout', '1h'),
    tcpBeLiberal: conntrack.tcpBeLiberal ?? false,
    udp: read('udpTimeout', '0s'),
    udpStream: read('udpStreamTimeout', '0s'),
  };
}

/** The kernel has 31 bits for it, in its own ticks of down to a millisecond. */
const MOST_SECONDS = 2_147_483;
const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };

/** Of Go's durations: `1h30m`, `24h0m0s`. */
function toSeconds(duration: string): number {
  const parts = [...duration.matchAll(/([0-9]+(?:\.[0-9]*)?)(h|ms|m|us|s|ns)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (ownValue(UNITS, unit ?? '') ?? 0), 0);
}

/** Where pods are wired by hand, the default says nothing about their addresses. */
export const knownPodNets = (cluster: ClusterEntry | undefined, { fabric, podNets }: CoreCluster): string[] =>
  fabric.isByHand && cluster?.podCIDR === undefined ? [] : podNets.map(formatSubnet);

const WORDS = ['primary', 'localhost', 'all'];

function readNodePortAddresses({ nodePortAddresses = [] }: KubeProxyEntry, problems: Problems): string[] {
  return nodePortAddresses.flatMap((text, index) => {
    const path = [...PATH, 'nodePortAddresses', index];
    if (WORDS.includes(text)) return [text];
    if (!text.includes('/')) {
      const host = parseHost(`${text}/${text.includes(':') ? 128 : 32}`);
      const hint = host
        ? `write it as ${text}/${text.includes(':') ? 128 : 32}`
        : 'write 172.18.0.0/16, "primary", "localhost" or "all"';
      problems.error(path, 'bad-address', `"${text}" is not a subnet`, hint);
      return [];
    }
    const subnet = readSubnetAround(text, path, problems);
    return subnet ? [formatSubnet(subnet)] : [];
  });
}

function readDetectLocal(entry: KubeProxyEntry, podNets: readonly string[], problems: Problems): DetectLocal {
  const { detectLocalMode: mode = 'ClusterCIDR', detectLocal = {}, clusterCIDR } = entry;
  const { bridgeInterface: bridge = '', interfaceNamePrefix: prefix = '' } = detectLocal;
  warnUnused(entry, mode, problems);
  switch (mode) {
    case 'NodeCIDR':
      return { mode };
    case 'BridgeInterface':
      if (bridge === '') reportMissing(mode, 'bridgeInterface', 'cbr0', problems);
      return { mode, bridge };
    case 'InterfaceNamePrefix':
      if (prefix === '') reportMissing(mode, 'interfaceNamePrefix', 'cbr', problems);
      return { mode, prefix };
    case 'ClusterCIDR': {
      return { mode, cidrs: clusterCIDR === undefined ? podNets : readClusterCIDR(clusterCIDR, problems) };
    }
  }
}

/** One subnet, or one of each family with a comma between them. */
function readClusterCIDR(written: string, problems: Problems): string[] {
  const path = [...PATH, 'clusterCIDR'];
  const nets = written.split(',').flatMap(text => readSubnetAround(text.trim(), path, problems) ?? []);
  const [first, ...others] = nets;
  if (others.length > 1 || others.some(({ family }) => family === first?.family))
    problems.error(path, 'conflict', 'that is more than one subnet of a family', 'give one per family');
  return nets.map(formatSubnet);
}

function reportMissing(mode: string, key: string, example: string, problems: Problems): void {
  const hint = `add it: "detectLocal: { ${key}: ${example} }"`;
  problems.error([...PATH, 'detectLocalMode'], 'missing-key', `${mode} needs "${key}" of "detectLocal"`, hint);
}

/** kube-proxy passes them over too. */
function warnUnused({ clusterCIDR, detectLocal = {} }: KubeProxyEntry, mode: string, problems: Problems): void {
  const keys = [
    { path: ['clusterCIDR'], value: clusterCIDR, of: 'ClusterCIDR' },
    { path: ['detectLocal', 'bridgeInterface'], value: detectLocal.bridgeInterface, of: 'BridgeInterface' },
    { path: ['detectLocal', 'interfaceNamePrefix'], value: detectLocal.interfaceNamePrefix, of: 'InterfaceNamePrefix' },
  ];
  for (const { path, value, of } of keys) {
    if (value === undefined || mode === of) continue;
    const message = `"${path.at(-1)}" means nothing with "detectLocalMode: ${mode}"`;
    problems.warn([...PATH, ...path], 'conflict', message, `remove it, or write "detectLocalMode: ${of}"`);
  }
}

/** Bits of the mark that others on a node have in use. */
const TAKEN: Readonly<Record<number, string>> = { 13: 'host ports', 15: 'kubelet' };

function checkBit(bit: number, problems: Problems): void {
  const owner = TAKEN[bit];
  if (owner === undefined) return;
  const message = `bit ${bit} of the mark is that of ${owner}: what they mark would be masqueraded`;
  problems.warn([...PATH, 'iptables', 'masqueradeBit'], 'conflict', message, 'choose another; 14 is the default');
}

/** The size of conntrack's table is the machine's: in a network namespace the kernel lets nobody write it. */
function refuseLimits({ conntrack = {} }: KubeProxyEntry, problems: Problems): void {
  for (const key of ['maxPerCore', 'min'] as const) {
    if ((conntrack[key] ?? 0) === 0) continue;
    const message = `"${key}" is about the one table of connections that the whole machine has, and no node of a lab its own`;
    problems.error([...PATH, 'conntrack', key], 'not-allowed', message, `remove it, or write "${key}: 0"`);
  }
}
