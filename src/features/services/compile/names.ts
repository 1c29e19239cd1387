/**
 * The names of kube-proxy's chains: a prefix and sixteen letters of a hash, as a chain's name has at most 28
 * (kubernetes/kubernetes, pkg/proxy/iptables/proxier.go).
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Protocol, Service, ServicePort } from '../model.ts';

/** `default/web:http`, or `default/web` for a port without a name. */
export function portName({ namespace, name }: Service, port: ServicePort): string {
  return `${namespace}/${name}${port.name === '' ? '' : `:${port.name}`}`;
}

export interface PortChains {
  /** Endpoints of the whole cluster. */
  readonly cluster: string;
  /** Endpoints of the own node. */
  readonly local: string;
  /** What comes to an address outside of the cluster's, or to a node port. */
  readonly external: string;
  /** Who may use the load balancer's address. */
  readonly firewall: string;
}

export function chainsOf(port: string, protocol: Protocol): PortChains {
  const mark = hash(port + protocol.toLowerCase());
  return {
    cluster: `KUBE-SVC-${mark}`,
    local: `KUBE-SVL-${mark}`,
    external: `KUBE-EXT-${mark}`,
    firewall: `KUBE-FW-${mark}`,
  };
}

/** `target` is `10.244.0.2:80` or `[fd00::2]:80`. */
export function endpointChain(port: string, protocol: Protocol, target: string): string {
  return `KUBE-SEP-${hash(port + protocol.toLowerCase() + target)}`;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The first sixteen letters of base32 (RFC 4648): ten bytes. */
function hash(text: string): string {
  const bytes = sha256(utf8ToBytes(text));
  let letters = '';
  let bits = 0;
  let count = 0;
  for (const byte of bytes.subarray(0, 10)) {
    bits = ((bits << 8) | byte) & 0xfff;
    for (count += 8; count >= 5; count -= 5) letters += LETTERS[(bits >> (count - 5)) & 31];
  }
  return letters;
}
