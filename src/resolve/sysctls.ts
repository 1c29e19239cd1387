/** The kernel settings of a node or pod: what nodes need by themselves, and what the file says over that. */

import { proxySysctls } from '../features/services/resolve/sysctls.ts';
import type { Draft } from './draft.ts';
import type { MachineEntry } from './machines.ts';
import type { Problems } from './problems.ts';

export function resolveSysctls(machine: MachineEntry, draft: Draft): Record<string, string> {
  return { ...defaultSysctls(machine, draft), ...toSysctls(machine, draft.problems) };
}

function defaultSysctls(machine: MachineEntry, { file, cluster, hasIpv6, localnet }: Draft): Record<string, string> {
  if (machine.kind !== 'node') return {};
  const hasServices = Object.keys(file.services ?? {}).length > 0;
  return {
    ...forwarding(hasIpv6),
    ...(hasServices && !machine.external ? proxySysctls(cluster) : {}),
    ...localnet.get(machine.key),
  };
}

/** A node forwards for its pods, as kubelet and CNI plugins demand of a real one. */
function forwarding(hasIpv6: boolean): Record<string, string> {
  return { 'net.ipv4.ip_forward': '1', ...(hasIpv6 ? { 'net.ipv6.conf.all.forwarding': '1' } : {}) };
}

function toSysctls({ entry, path }: MachineEntry, problems: Problems): Record<string, string> {
  const settings = new Map<string, string>();
  for (const [written, given] of Object.entries(entry.sysctls ?? {})) {
    const [name, value] = [sysctlName(written), String(given)];
    const at = [...path, 'sysctls', written];
    if (/[^\x20-\x7e\t]/.test(value))
      problems.error(at, 'not-allowed', `the value of ${name} is not one line of plain text`);
    if (settings.has(name))
      problems.errorAtKey(at, 'conflict', `${name} is there twice`, 'a dot and a slash mean the same');
    settings.set(name, value.trim().replace(/\s+/g, ' '));
  }
  return Object.fromEntries(settings);
}

/** The spelling with dots; in it a slash stands for a dot in an interface's name, and the other way round. */
function sysctlName(written: string): string {
  const isPath = written[written.search(/[./]/)] === '/';
  return isPath ? written.replace(/[./]/g, sign => (sign === '.' ? '/' : '.')) : written;
}
