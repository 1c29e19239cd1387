/** Endpoints given by hand, as Kubernetes' EndpointSlices write them. */

import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import { suggestName } from '../../../language/diagnostic/suggest-name.ts';
import type { EndpointEntry, EndpointSliceEntry } from '../../../language/lab/generated/lab-file.ts';
import type { Machines } from '../../../resolve/model.ts';
import type { Problems } from '../../../resolve/problems.ts';
import type { Endpoint, IpFamily } from '../model.ts';
import { ipFamilyOf, type ServiceDraft } from './draft.ts';
import { readReachable } from './external.ts';

export function readSlices(
  draft: ServiceDraft,
  families: readonly IpFamily[],
  machines: Machines,
  problems: Problems,
): Endpoint[] {
  const { entry, path, key } = draft;
  if (!entry.endpointSlices) {
    const hint = 'give it a "selector" that finds pods, or "endpointSlices"';
    problems.warn(path, 'missing-key', `Service "${key}" has nobody who answers for it`, hint);
  }
  return (entry.endpointSlices ?? []).flatMap((slice, index) => {
    const at = [...path, 'endpointSlices', index];
    const ports = portsOf(draft, slice, at, problems);
    return (slice.endpoints ?? []).flatMap((endpoint, number) =>
      readEndpoint(endpoint, { slice, ports, families }, [...at, 'endpoints', number], machines, problems),
    );
  });
}

/** The port behind each of the Service's; a slice's port belongs to the Service's of the same name. */
function portsOf(draft: ServiceDraft, slice: EndpointSliceEntry, path: Path, problems: Problems): (number | null)[] {
  const { ports, key } = draft;
  if (slice.ports === undefined) {
    for (const port of ports.filter(({ targetPort }) => typeof targetPort === 'string')) {
      const hint = 'give its number, or list the ports of the endpointSlice';
      const message = `Service "${key}" has no pods whose containers could name a port "${port.targetPort}"`;
      problems.warn([...port.path, 'targetPort'], 'unknown-name', `${message}: its clients will be refused`, hint);
    }
    return ports.map(({ targetPort }) => (typeof targetPort === 'number' ? targetPort : null));
  }
  const names = ports.map(({ name }) => name);
  for (const [index, { name = '' }] of slice.ports.entries()) {
    if (names.includes(name)) continue;
    const what = name === '' ? 'without a name' : `named "${name}"`;
    const hint =
      suggestName(
        name,
        names.filter(other => other !== ''),
      ) ?? 'the port of this Service has no name';
    const at = [...path, 'ports', index, ...(name === '' ? [] : ['name'])];
    problems.error(at, 'unknown-name', `Service "${key}" has no port ${what}`, hint);
  }
  return ports.map(
    ({ name, protocol }) =>
      slice.ports?.find(port => (port.name ?? '') === name && (port.protocol ?? 'TCP') === protocol)?.port ?? null,
  );
}

interface SliceOfService {
  readonly slice: EndpointSliceEntry;
  /** Behind each of the Service's ports. */
  readonly ports: readonly (number | null)[];
  readonly families: readonly IpFamily[];
}

function readEndpoint(
  { addresses, nodeName, hostname, hints, conditions = {} }: EndpointEntry,
  { slice, ports, families }: SliceOfService,
  path: Path,
  machines: Machines,
  problems: Problems,
): Endpoint[] {
  if (nodeName !== undefined && !machines.nodes.has(nodeName)) {
    problems.unknownName([...path, 'nodeName'], { what: 'node', known: () => [...machines.nodes.keys()] }, nodeName);
  }
  for (const [index, { name }] of (hints?.forNodes ?? []).entries())
    if (!machines.nodes.has(name))
      problems.unknownName(
        [...path, 'hints', 'forNodes', index, 'name'],
        { what: 'node', known: () => [...machines.nodes.keys()] },
        name,
      );
  const [address] = addresses.flatMap((text, index) =>
    readAddress(text, slice.addressType, [...path, 'addresses', index], problems),
  );
  if (addresses.length > 1) {
    const hint = 'write an endpoint for each of the others';
    problems.warn([...path, 'addresses', 1], 'conflict', 'kube-proxy goes by the first address of an endpoint', hint);
  }
  if (address === undefined || !families.includes(ipFamilyOf(address))) return [];
  const { ready = true, serving = true, terminating = false } = conditions;
  return [
    {
      ...{ address, ports, pod: null, node: nodeName ?? null, hostname: hostname ?? null },
      ...{ ready, serving, terminating },
      ...(hints === undefined ? {} : { hints: toHints(hints) }),
    },
  ];
}

const toHints = ({ forZones = [], forNodes = [] }: NonNullable<EndpointEntry['hints']>) => ({
  zones: forZones.map(({ name }) => name),
  nodes: forNodes.map(({ name }) => name),
});

function readAddress(text: string, type: EndpointSliceEntry['addressType'], path: Path, problems: Problems): string[] {
  const address = readReachable(text, path, problems);
  if (address === undefined) return [];
  if (type !== undefined && type !== ipFamilyOf(address))
    problems.error(path, 'wrong-family', `${text} is not an ${type} address`, 'write a slice for each family');
  return [address];
}
