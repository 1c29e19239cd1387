/** What was probably meant by a key of a Service: the rest of a manifest, or what Kubernetes has had once. */
import type { Path } from '../diagnostic/diagnostic.ts';

const HINTS: ReadonlyMap<string, string> = new Map([
  ['spec', 'a Service is its "spec" here: write what is in it without that word'],
  [
    'metadata',
    'name and namespace are the key of a Service here, "team-a/web"; "labels" and "annotations" stand beside its ports',
  ],
  ['apiVersion', 'a Service is its "spec" here, and needs none'],
  ['kind', 'what stands below "services" is a Service'],
  ['topologyKeys', 'Kubernetes has "trafficDistribution" instead'],
  ['ipFamily', 'Kubernetes has "ipFamilies", a list, instead'],
]);

export function hintServiceKey(path: Path, key: string): string | undefined {
  return path.length === 2 && path[0] === 'services' ? HINTS.get(key) : undefined;
}
