/**
 * What was probably meant by a key of a Service, an EndpointSlice, an Ingress or a pod: the rest of a manifest, what
 * Kubernetes has had once, or what a lab has nobody for.
 *
 * In: where the key stands, and the key. Out: what to write instead; undefined for a key that is nothing of the kind.
 */
import type { Path } from '../diagnostic/diagnostic.ts';

type Hints = Readonly<Record<string, string>>;

/** What a manifest has around its `spec`. */
const around = (what: string, below: string): Hints => ({
  spec: `${what} is its "spec" here: write what is in it without that word`,
  apiVersion: `${what} is its "spec" here, and needs none`,
  kind: `what stands below "${below}" is ${what}`,
});

const IN_ITS_PLACE = 'Kubernetes has "service: { name: web, port: { number: 80 } }" instead';

/** By the path, in which `*` is any step. */
const HINTS: readonly (readonly [path: string, hints: Hints])[] = [
  [
    'services.*',
    {
      ...around('a Service', 'services'),
      metadata:
        'name and namespace are the key of a Service here, "team-a/web"; "labels" and "annotations" stand beside its ports',
      topologyKeys: 'Kubernetes has "trafficDistribution" instead',
      ipFamily: 'Kubernetes has "ipFamilies", a list, instead',
    },
  ],
  ['services.*.status', { conditions: 'nobody in a lab sets or reads conditions of a Service; delete it' }],
  [
    'services.*.endpointSlices.*.endpoints.*',
    {
      targetRef: 'it is a note, which nothing in a lab reads; delete it',
      deprecatedTopology: 'Kubernetes has "nodeName" instead',
    },
  ],
  [
    'ingresses.*',
    {
      ...around('an Ingress', 'ingresses'),
      metadata:
        'name and namespace are the key of an Ingress here, "team-a/shop"; "labels" and "annotations" stand beside its rules',
      status: 'where an Ingress is reached, "netlab status" says of the Service ingress-nginx/controller; delete it',
      backend: 'Kubernetes has "defaultBackend" instead',
    },
  ],
  ['ingresses.*.rules.*.http.paths.*.backend', { serviceName: IN_ITS_PLACE, servicePort: IN_ITS_PLACE }],
  ['ingresses.*.defaultBackend', { serviceName: IN_ITS_PLACE, servicePort: IN_ITS_PLACE }],
  [
    'namespaces.*',
    {
      apiVersion: 'a namespace is its "labels" here, and needs none',
      kind: 'what stands below "namespaces" is a namespace',
      name: 'the name of a namespace is its key here',
      metadata: 'the name of a namespace is its key here; "labels" and "annotations" stand below that',
      spec: 'nothing in a lab reads it; delete it',
      status: 'nothing in a lab reads it; delete it',
    },
  ],
  [
    'pods.*',
    {
      ...around('a pod', 'pods'),
      metadata: 'name and namespace are the key of a pod here, "team-a/web"; "labels" stand beside its containers',
      namespace: 'the namespace of a pod stands before its name: "team-a/web"',
      annotations: 'nothing in a lab reads annotations of a pod; delete it',
      status: 'what becomes of a pod is said by "netlab status"; delete it',
    },
  ],
];

export function hintManifestKey(path: Path, key: string): string | undefined {
  const hints = HINTS.find(([pattern]) => fits(path, pattern.split('.')))?.[1];
  return hints && Object.hasOwn(hints, key) ? hints[key] : undefined;
}

function fits(path: Path, pattern: readonly string[]): boolean {
  return path.length === pattern.length && pattern.every((step, index) => step === '*' || step === path[index]);
}
