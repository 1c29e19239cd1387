/** Which Services kube-proxy looks at: all but those that carry one of two labels (kubernetes/kubernetes, cmd/kube-proxy/app/server.go). */

const LEAVE_ALONE = ['service.kubernetes.io/service-proxy-name', 'service.kubernetes.io/headless'] as const;

/** The label by which kube-proxy leaves a Service alone, whatever its value; undefined where there is none. */
export function unproxiedBy(labels: Readonly<Record<string, string>>): string | undefined {
  return LEAVE_ALONE.find(label => Object.hasOwn(labels, label));
}

/** The record of a lab may be older than Services' labels. */
export const isProxied = ({ labels }: { readonly labels?: Readonly<Record<string, string>> }) =>
  unproxiedBy(labels ?? {}) === undefined;
