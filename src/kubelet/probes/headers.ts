/** The headers of a probe's request: those of the file, each as often as it is there, and what kubelet adds (pkg/probe/http/request.go). */
type Given = readonly { readonly name: string; readonly value: string }[];

const ADDED = [
  ['User-Agent', 'netlab-probe'],
  ['Accept', '*/*'],
  ['Connection', 'close'],
] as const;

/** By its first spelling; an empty one of those that are added is left out. */
export function probeHeaders(given: Given): Record<string, string | string[]> {
  const names = new Map<string, string>();
  const values = new Map<string, string[]>();
  for (const { name, value } of given) {
    const first = names.get(name.toLowerCase()) ?? name;
    names.set(name.toLowerCase(), first);
    values.set(first, [...(values.get(first) ?? []), value]);
  }
  for (const [name, value] of ADDED) {
    const own = names.get(name.toLowerCase());
    if (own === undefined) values.set(name, [value]);
    else if (values.get(own)?.join('') === '') values.delete(own);
  }
  // A request is to one host.
  return Object.fromEntries(
    [...values].map(([name, [first = '', ...more]]) => [name, isOne(name, more) ? first : [first, ...more]]),
  );
}

const isOne = (name: string, more: readonly string[]) => more.length === 0 || name.toLowerCase() === 'host';
