/**
 * What chains and sets of policies are called: a policy, a namespace or a selector in, a name that a reader knows again out. It
 * depends on nothing else, so that no name changes when another policy comes.
 *
 * A name that is too long is its beginning, a tilde, which no name of Kubernetes' has, and a mark made of what it is the name of:
 * it is the same for a policy's chains and its sets in both families.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Family } from '../../../address/address.ts';
import { isEmpty, type LabelSelector, selectorText } from '../../../language/lab/label-selector.ts';
import { NAME_LABEL } from '../../namespaces/model.ts';
import type { BlockPeer, Direction, NetworkPolicy, PodPeer, PolicyPort } from '../model.ts';

export const ROOT = 'NETPOL';
/** Marks what a policy lets through. */
export const ALLOW = `${ROOT}-ALLOW`;
/** Takes the mark off again, and leaves the packet to whatever else is in FORWARD. */
export const PASS = `${ROOT}-PASS`;

const LONGEST_CHAIN = 28;
const LONGEST_SET = 31;
const MARK = 8;

const WAYS: Readonly<Record<Direction, string>> = { Ingress: 'IN', Egress: 'OUT' };

type Named = Pick<NetworkPolicy, 'namespace' | 'name'>;

/** `shop/db-from-back`, `default/deny` */
export const fullName = ({ namespace, name }: Named) => `${namespace}/${name}`;

/** The comment of the iptables rules that a policy's rule, counted from 1, has become. */
export const ruleComment = (policy: Named, number: number) => `${fullName(policy)} rule ${number}`;

export const directionChain = (direction: Direction) => `${ROOT}-${WAYS[direction]}`;

export const namespaceChain = (direction: Direction, namespace: string) =>
  shorten(`${directionChain(direction)}-`, namespace, LONGEST_CHAIN);

export const policyChain = (direction: Direction, policy: Named) =>
  shorten(`${directionChain(direction)}-`, fullName(policy), LONGEST_CHAIN);

const setName = (family: Family, prefix: string, rest: string) =>
  shorten(family === 6 ? `${prefix}6-` : `${prefix}-`, rest, LONGEST_SET);

/** The pods of a node that are isolated for a direction. */
export const isolatedSet = (family: Family, direction: Direction) => setName(family, ROOT, WAYS[direction]);

/** What isolated pods of a node must not be reached by, and reach nobody by: it is empty where there are none. */
export const LINK_LOCAL_SET = `${ROOT}6-fe80`;

/** Those of one namespace. */
export const namespaceSet = (family: Family, direction: Direction, namespace: string) =>
  setName(family, ROOT, `${WAYS[direction]}-${namespace}`);

/** The pods of a node that a policy selects. */
export const policySet = (family: Family, policy: Named) => setName(family, ROOT, fullName(policy));

/** The pods of the cluster that a selector means: `PODS-shop/app=db`, `PODS-ns:team=ops/*`. */
export const peerSet = (family: Family, peer: PodPeer, { namespace }: Named) =>
  setName(family, 'PODS', `${placeText(peer, namespace)}/${podsText(peer)}`);

function placeText({ namespaceSelector }: PodPeer, own: string): string {
  if (namespaceSelector === null) return own;
  // The first slash ends it, and no label of a pod has a colon in its key.
  const text = isEmpty(namespaceSelector) ? '*' : compact(namespaceSelector).replaceAll('/', ':');
  return namespaceByName(namespaceSelector) ?? `ns:${text}`;
}

/** The one namespace that a selector means by the label that each has by itself. */
function namespaceByName({ matchLabels, matchExpressions }: LabelSelector): string | undefined {
  const [only, ...others] = Object.entries(matchLabels);
  const isByName = only?.[0] === NAME_LABEL && others.length === 0 && matchExpressions.length === 0;
  return isByName ? only[1] : undefined;
}

const podsText = ({ podSelector }: PodPeer) =>
  podSelector === null || isEmpty(podSelector) ? '*' : compact(podSelector);

/** A set's name has no spaces: `tier in (a,b)` is `tier=a|b`. */
function compact(selector: LabelSelector): string {
  const list = (text: string) => text.replaceAll(',', '|');
  return selectorText(selector)
    .replace(/ in \(([^)]*)\)/g, (_, values) => `=${list(values)}`)
    .replace(/ notin \(([^)]*)\)/g, (_, values) => `!=${list(values)}`);
}

/** Addresses and ports that go by a name: `PORT-tcp/web`. */
export const portSet = (family: Family, { protocol, port }: PolicyPort) =>
  setName(family, 'PORT', `${protocol.toLowerCase()}/${port}`);

/** A block with exceptions: `BLOCK-10.0.0.0/8-10.1.0.0/16`. */
export const blockSet = (family: Family, { cidr, except }: BlockPeer) =>
  setName(family, 'BLOCK', [cidr, ...[...except].sort()].join('-'));

function shorten(prefix: string, rest: string, longest: number): string {
  const name = prefix + rest;
  return name.length <= longest ? name : `${name.slice(0, longest - MARK - 1)}~${mark(rest)}`;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** 40 bits. */
function mark(text: string): string {
  return [...sha256(utf8ToBytes(text)).slice(0, MARK)].map(byte => LETTERS[byte & 31]).join('');
}
