/** What a running lab keeps although its file alone would now give something else: the file must not mislead. */
import { escapeControls } from '../../language/diagnostic/printable.ts';
import type { Lab, Machine } from '../../language/lab/lab.ts';

const MOST_SHOWN = 3;

/** Empty where the file alone gives what runs. */
export function noteKept(running: Lab, fresh: Lab): string {
  const before = allocations(running);
  const kept = [...allocations(fresh)].flatMap(([what, value]) => {
    const has = before.get(what);
    return has === undefined || has === value ? [] : [`${what} keeps ${has}, a new lab gives it ${value}`];
  });
  if (kept.length === 0) return '';
  const more = kept.length > MOST_SHOWN ? [`and ${kept.length - MOST_SHOWN} more`] : [];
  return `${escapeControls(`note: ${[...kept.slice(0, MOST_SHOWN), ...more].join('; ')}; down and up begins anew`)}\n`;
}

function allocations({ nodes, pods }: Lab): Map<string, string> {
  const found = new Map<string, string>();
  for (const { key, podCIDRs } of nodes) if (podCIDRs.length > 0) found.set(`node ${key}`, podCIDRs.join(' '));
  for (const machine of [...nodes, ...pods]) for (const [what, value] of addressesOf(machine)) found.set(what, value);
  return found;
}

function addressesOf({ key, interfaces }: Machine): (readonly [what: string, value: string])[] {
  return interfaces.flatMap(({ name, addresses }) =>
    addresses.length === 0 ? [] : [[`${name} of ${key}`, addresses.join(' ')] as const],
  );
}
