/**
 * Keys of kube-proxy's configuration file that are about its process, its ways to the API server or another mode. A lab has
 * the rules and no such process: a file as kubeadm writes it is taken, and what would have been asked for is said.
 */
import type { KubeProxyEntry } from '../../../language/lab/generated/lab-file.ts';
import type { Problems } from '../../../resolve/problems.ts';

/** All that the schema describes, and what says only what kind of file it is. */
const READ = new Set([
  ...['apiVersion', 'kind', 'mode', 'iptables', 'nodePortAddresses', 'detectLocalMode', 'detectLocal', 'clusterCIDR'],
  'conntrack',
]);

export function warnOfPassedOver(entry: KubeProxyEntry, problems: Problems): void {
  const keys = Object.keys(entry).filter(key => !READ.has(key) && !isZero(entry[key]));
  const [first] = keys;
  if (first === undefined) return;
  const [verb, them] = keys.length === 1 ? ['means', 'it'] : ['mean', 'them'];
  const message = `${keys.map(key => `"${key}"`).join(', ')} ${verb} nothing in a lab, which has kube-proxy's rules and no such process`;
  problems.warn(['cluster', 'kubeProxy', first], 'not-allowed', message, `remove ${them}`);
}

/** As the file has what nobody has set: `""`, `0s`, `"0"`, `null`. */
function isZero(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isZero);
  return value === null || value === '' || value === false || /^0s?$/.test(String(value));
}
