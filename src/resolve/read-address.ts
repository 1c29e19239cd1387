/** An address as it is written, read; or what is wrong with it. */

import { familyBits, formatSubnet, type Host, type Ip, isUsable, parseHost, parseIp } from '../address/address.ts';
import type { Path } from '../language/diagnostic/diagnostic.ts';
import type { Port, Texts } from './model.ts';
import type { Problems } from './problems.ts';
import { findSpecial, oneAddress } from './special-use.ts';

/** An address by itself, as `10.244.1.10`; `hint` says what may be written where it is. */
export function readIp(text: string, path: Path, problems: Problems, hint = hintPlain(text)): Ip | undefined {
  const ip = parseIp(text);
  if (!ip) problems.error(path, 'bad-address', `"${text}" is not an address`, hint);
  return ip;
}

const hintPlain = (text: string) =>
  text.includes('/') ? 'write it without a prefix length: 10.244.1.1' : 'write it as 10.244.1.1 or fd00:10:244:1::1';

export function readHosts(texts: Texts, path: Path, problems: Problems): { host: Host; path: Path }[] {
  const list = texts === undefined ? [] : typeof texts === 'string' ? [texts] : texts;
  return list.flatMap((text, index) => {
    const at = typeof texts === 'string' ? path : [...path, index];
    const host = readHost(text, at, problems);
    return host ? [{ host, path: at }] : [];
  });
}

function readHost(text: string, path: Path, problems: Problems): Host | undefined {
  const host = parseHost(text);
  const fault = host ? whyUnusable(host) : undefined;
  if (!host) problems.error(path, 'bad-address', ...explainAddress(text));
  else if (fault) problems.error(path, 'bad-address', `"${text}" is ${fault}, which no interface can be given`);
  return fault ? undefined : host;
}

function explainAddress(text: string): [message: string, hint: string] {
  const [address = '', prefix] = text.split('/');
  const ip = parseIp(address);
  const example = 'write it as 10.244.1.10/24 or fd00:10:244:1::10/64';
  if (ip && prefix === undefined)
    return [`"${text}" has no prefix length`, `add it: ${text}/${ip.family === 4 ? 24 : 64}`];
  if (ip)
    return [
      `"/${prefix}" is not a prefix length of an IPv${ip.family} address`,
      `use a number from 0 to ${familyBits(ip.family)}`,
    ];
  const plain = address.replace(/(^|\.)0+(?=\d)/g, '$1');
  if (parseIp(plain))
    return [`"${text}" has leading zeros, which some programs read as octal`, `write it as ${plain}/${prefix ?? 24}`];
  if (address.includes(':') && address.includes('.'))
    return [`"${text}" is an IPv4 address inside an IPv6 one`, 'write the IPv4 address by itself'];
  return [`"${text}" is not an address with a prefix length`, example];
}

/** What is wrong with the address of an interface. */
export function whyUnusable(host: Host): string | undefined {
  const special = findSpecial(oneAddress(host.ip), 'interface');
  if (special !== undefined || isUsable(host)) return special;
  return `the ${host.ip.value === host.subnet.base ? 'network' : 'broadcast'} address of ${formatSubnet(host.subnet)}`;
}

/** A pod's `address` stands among its other keys, and so does that of `interfaces.eth0`. */
export const addressPath = (port: Port): Path => [...port.path, 'address'];
