/** The kernel settings of a node or pod: what nodes need by themselves, and what the file says over that. */

import type { LabDraft, MachineDraft } from './model.ts';
import type { Problems } from './problems.ts';

/** `needed` is what features need of it. */
export function resolveSysctls(
  machine: MachineDraft,
  draft: LabDraft,
  needed: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const own = machine.kind === 'node' ? forwarding(draft.hasIpv6) : {};
  return Object.assign(own, needed, toSysctls(machine, draft.problems));
}

/** A node forwards for its pods, as kubelet and CNI plugins demand of a real one. */
function forwarding(hasIpv6: boolean): Record<string, string> {
  return { 'net.ipv4.ip_forward': '1', ...(hasIpv6 ? { 'net.ipv6.conf.all.forwarding': '1' } : {}) };
}

function toSysctls({ entry, path }: MachineDraft, problems: Problems): Record<string, string> | undefined {
  if (entry.sysctls === undefined) return undefined;
  const settings = new Map<string, string>();
  for (const [written, given] of Object.entries(entry.sysctls)) {
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
