/** What becomes of a sysctl that the lab file no longer sets. */
import { scratchName, withScratch } from '../apply/scratch.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { keyOf } from '../state/kinds.ts';
import { answerTo } from '../state/question.ts';
import type { State, WantedState } from '../state/state.ts';
import { SYSCTLS, type Sysctl } from '../state/sysctl.ts';

const PURPOSE = 'defaults';

/**
 * A sysctl cannot be deleted: one that is no longer wanted goes back to what a new namespace has. Returns the wanted
 * state with these added.
 */
export async function restoreDroppedSysctls(
  before: WantedState,
  wanted: WantedState,
  observed: State,
  sandbox: Sandbox,
): Promise<WantedState> {
  const dropped = [...before].flatMap(([key, { object, source }]) =>
    object.kind === 'sysctl' && !wanted.has(key) && hasNamespace(observed, object.ns) ? [{ object, source }] : [],
  );
  if (dropped.length === 0) return wanted;
  const defaults = await readDefaults(
    dropped.map(({ object }) => inheritedName(object.name)),
    sandbox,
  );
  const target = new Map(wanted);
  for (const { object, source } of dropped) {
    const value = defaults[inheritedName(object.name)];
    if (value === undefined || !hasNamespace(wanted, object.ns)) continue;
    const restored: Sysctl = { ...object, value };
    target.set(keyOf(restored), {
      object: restored,
      why: 'the lab file no longer sets it: back to the default',
      source,
    });
  }
  return target;
}

function hasNamespace(state: ReadonlyMap<string, unknown>, ns: string): boolean {
  const own = keyOf({ kind: 'namespace', ns });
  return state.has(own) || state.has(keyOf({ kind: 'namespace', ns, contained: true }));
}

/** `net.ipv4.conf.eth0.forwarding` starts as `net.ipv4.conf.default.forwarding`. */
function inheritedName(name: string): string {
  return name.replace(/\.(conf|neigh)\.(?!all\.)[^.]+\./, '.$1.default.');
}

async function readDefaults(names: readonly string[], sandbox: Sandbox): Promise<Readonly<Record<string, string>>> {
  return withScratch(sandbox, [PURPOSE], async () => {
    const ns = scratchName(sandbox, PURPOSE);
    const { namespaces } = await sandbox.observe({ [SYSCTLS.name]: { [ns]: names } }, [ns]);
    return answerTo(namespaces[ns], SYSCTLS);
  });
}
