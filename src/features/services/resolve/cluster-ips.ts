/**
 * Cluster IPs: which families a Service has, and its address in each.
 *
 * Given ones first, then those of a running lab, then the next free ones. As in Kubernetes, the beginning of the range
 * is left to those that are given by hand, as long as there are others.
 */
import {
  contains,
  formatIp,
  formatSubnet,
  type Ip,
  isUsable,
  parseIp,
  type Subnet,
  subnetSize,
} from '../../../address/address.ts';
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { Lab } from '../../../language/lab/lab.ts';
import { type AddressBook, createAddressBook, createAddressPool } from '../../../resolve/allocate.ts';
import type { Problems } from '../../../resolve/problems.ts';
import { readIp } from '../../../resolve/read-address.ts';
import type { IpFamily, IpFamilyPolicy, Service } from '../model.ts';
import { fromFamily, type ServiceDraft, toFamily } from './draft.ts';

export interface ServiceFamilies {
  readonly ipFamilies: readonly IpFamily[];
  readonly ipFamilyPolicy: IpFamilyPolicy;
}

export type ClusterIps = (draft: ServiceDraft) => ServiceFamilies & { readonly addresses: readonly string[] };

interface Given {
  readonly ip: Ip;
  readonly path: Path;
}

export function resolveClusterIps(
  drafts: readonly ServiceDraft[],
  nets: readonly Subnet[],
  previous: Lab | undefined,
  problems: Problems,
): ClusterIps {
  const book = createAddressBook();
  // Those of the cluster itself first: a Service that takes one of them is told so where it is written.
  const systemFirst = [true, false].flatMap(own => drafts.filter(draft => (draft.namespace === 'kube-system') === own));
  const given = new Map(systemFirst.map(draft => [draft, readGiven(draft, nets, book, problems)]));
  const families = new Map(drafts.map(draft => [draft, pickFamilies(draft, given.get(draft) ?? [], nets, problems)]));
  const addresses = new Map<ServiceDraft, Map<IpFamily, string>>();
  const earlier = new Map(previous?.services.map(service => [service.key, service]));
  for (const draft of drafts) {
    const own = new Map((given.get(draft) ?? []).map(({ ip }) => [fromFamily(ip.family), formatIp(ip)] as const));
    addresses.set(draft, own);
  }
  for (const draft of drafts.filter(hasAddress))
    keep(draft, earlier.get(draft.key), { ...families.get(draft), addresses: addresses.get(draft) }, nets, book);
  const pools = nets.map(net => createAddressPool(net, book, firstDynamic(net)));
  for (const draft of drafts.filter(hasAddress)) {
    for (const family of families.get(draft)?.ipFamilies ?? []) {
      const own = addresses.get(draft);
      if (!own || own.has(family)) continue;
      const pool = pools.find(({ subnet }) => subnet.family === toFamily(family));
      const host = pool?.next();
      if (host) {
        book.take(host.ip, draft.key);
        own.set(family, formatIp(host.ip));
      } else if (pool) reportFull(draft, pool.subnet, problems);
    }
  }
  return draft => {
    const { ipFamilies, ipFamilyPolicy } = families.get(draft) ?? { ipFamilies: [], ipFamilyPolicy: 'SingleStack' };
    const own = ipFamilies.flatMap(family => addresses.get(draft)?.get(family) ?? []);
    return { ipFamilies, ipFamilyPolicy, addresses: draft.headless ? ['None'] : own };
  };
}

const hasAddress = ({ type, headless }: ServiceDraft) => !headless && type !== 'ExternalName';

/** The first address after those that Kubernetes leaves to people: a sixteenth of the range, between 16 and 256. */
function firstDynamic(net: Subnet): bigint {
  const size = subnetSize(net);
  if (size < 32n) return 1n;
  const sixteenth = size / 16n;
  return 1n + (sixteenth < 16n ? 16n : sixteenth > 256n ? 256n : sixteenth);
}

function readGiven(draft: ServiceDraft, nets: readonly Subnet[], book: AddressBook, problems: Problems): Given[] {
  const { entry, path, headless, key } = draft;
  checkSame(draft, problems);
  if (!hasAddress(draft)) {
    if (headless && (entry.clusterIPs ?? []).length > 1)
      problems.error([...path, 'clusterIPs', 1], 'conflict', '"None" stands alone', 'remove the others');
    return [];
  }
  const written = entry.clusterIPs ?? (entry.clusterIP === undefined ? [] : [entry.clusterIP]);
  const seen = new Set<number>();
  return written.flatMap((text, index) => {
    const at = entry.clusterIPs ? [...path, 'clusterIPs', index] : [...path, 'clusterIP'];
    const ip = readClusterIp(text, at, nets, problems);
    if (!ip) return [];
    const owner = book.owner(ip);
    if (owner !== undefined) {
      const hint = 'give each Service an address of its own, or leave it out';
      problems.error(at, 'address-taken', `${text} is the cluster IP of Service "${owner}" already`, hint);
      return [];
    }
    if (seen.has(ip.family))
      problems.error(at, 'conflict', `${text} is a second IPv${ip.family} address`, 'give one per family');
    seen.add(ip.family);
    book.take(ip, key);
    return [{ ip, path: at }];
  });
}

/** The one is the first of the others. */
function checkSame({ entry: { clusterIP, clusterIPs }, path }: ServiceDraft, problems: Problems): void {
  if (clusterIP === undefined || clusterIPs === undefined || clusterIPs[0] === clusterIP) return;
  const message = `"clusterIP" is ${clusterIP}, and the first of "clusterIPs" is ${clusterIPs[0]}`;
  problems.error([...path, 'clusterIP'], 'conflict', message, 'remove "clusterIP"');
}

function readClusterIp(text: string, path: Path, nets: readonly Subnet[], problems: Problems): Ip | undefined {
  const hint = `write it as ${exampleIn(nets)}, or "None" for a headless Service`;
  const ip = readIp(text, path, problems, hint);
  if (!ip) return undefined;
  const net = nets.find(({ family }) => family === ip.family);
  if (!net) {
    const message = `${text} is an IPv${ip.family} address, and the service CIDR is ${nets.map(formatSubnet).join(' and ')}`;
    problems.error(path, 'wrong-family', message, `give cluster.serviceCIDR an IPv${ip.family} subnet too`);
  } else if (!contains(net, ip)) {
    const hint = `use one of ${formatSubnet(net)}, or change cluster.serviceCIDR`;
    problems.error(path, 'address-outside', `${text} is not in the service CIDR ${formatSubnet(net)}`, hint);
  } else if (!isUsable({ ip, subnet: net })) {
    problems.error(
      path,
      'bad-address',
      `${text} is the first or last address of ${formatSubnet(net)}`,
      `use one between`,
    );
  } else return ip;
  return undefined;
}

const exampleIn = (nets: readonly Subnet[]) => {
  const [net] = nets;
  return net ? formatIp({ family: net.family, value: net.base + 80n }) : '10.96.0.80';
};

function pickFamilies(
  draft: ServiceDraft,
  given: readonly Given[],
  nets: readonly Subnet[],
  problems: Problems,
): ServiceFamilies {
  const { entry, path, type, headless } = draft;
  if (type === 'ExternalName') return { ipFamilies: [], ipFamilyPolicy: 'SingleStack' };
  const known = nets.map(net => fromFamily(net.family));
  const asked = entry.ipFamilies ?? given.map(({ ip }) => fromFamily(ip.family));
  for (const [index, family] of (entry.ipFamilies ?? []).entries()) {
    if (known.includes(family)) continue;
    const hint = `give cluster.serviceCIDR an ${family} subnet too, or remove this`;
    problems.error([...path, 'ipFamilies', index], 'wrong-family', `the service CIDR has no ${family}`, hint);
  }
  for (const [index, { ip, path: at }] of given.entries()) {
    const family = fromFamily(ip.family);
    if (asked[index] === family) continue;
    problems.error(
      at,
      'wrong-family',
      `${formatIp(ip)} is not an ${asked[index]} address, which "ipFamilies" asks for here`,
    );
  }
  // Without a selector it is not known which families the endpoints of a headless Service will have.
  const isOpen = headless && Object.keys(entry.selector ?? {}).length === 0 && asked.length === 0;
  const policy =
    entry.ipFamilyPolicy ?? (asked.length > 1 || (isOpen && known.length > 1) ? 'RequireDualStack' : 'SingleStack');
  checkPolicy(draft, policy, asked, known, problems);
  const rest = known.filter(family => !asked.includes(family));
  const all = [...asked, ...rest];
  return { ipFamilies: policy === 'SingleStack' ? all.slice(0, 1) : all, ipFamilyPolicy: policy };
}

function checkPolicy(
  { path }: ServiceDraft,
  policy: IpFamilyPolicy,
  asked: readonly IpFamily[],
  known: readonly IpFamily[],
  problems: Problems,
): void {
  const at = [...path, 'ipFamilyPolicy'];
  if (policy === 'RequireDualStack' && known.length < 2) {
    const hint = 'give cluster.serviceCIDR a subnet of each family ("ipFamily: dual" does), or use PreferDualStack';
    problems.error(
      at,
      'wrong-family',
      `RequireDualStack needs both families, and the service CIDR has only ${known[0]}`,
      hint,
    );
  }
  if (policy === 'SingleStack' && asked.length > 1)
    problems.error(
      at,
      'conflict',
      'SingleStack is one family, and two are given',
      'use PreferDualStack or RequireDualStack',
    );
}

function keep(
  draft: ServiceDraft,
  earlier: Service | undefined,
  { ipFamilies = [], addresses }: Partial<ServiceFamilies> & { readonly addresses: Map<IpFamily, string> | undefined },
  nets: readonly Subnet[],
  book: AddressBook,
): void {
  for (const text of earlier?.clusterIPs ?? []) {
    const ip = parseIp(text);
    if (!ip || !addresses || !nets.some(net => contains(net, ip)) || book.owner(ip) !== undefined) continue;
    const family = fromFamily(ip.family);
    if (!ipFamilies.includes(family) || addresses.has(family)) continue;
    book.take(ip, draft.key);
    addresses.set(family, text);
  }
}

function reportFull({ key, path }: ServiceDraft, net: Subnet, problems: Problems): void {
  const message = `no cluster IP is left for Service "${key}": ${formatSubnet(net)} is full`;
  problems.errorAtKey(path, 'subnet-full', message, 'use a larger cluster.serviceCIDR');
}
