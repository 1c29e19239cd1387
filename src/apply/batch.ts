/**
 * Steps of one phase as jobs: commands of one tool in one namespace go to one process (`ip -batch`,
 * `iptables-restore`, one `sysctl`), and each job knows which step is on which line of it.
 */
import type { Job } from '../backend/backend.ts';
import { toRestore } from '../netfilter/ruleset.ts';
import { render, type Step } from '../plan/step.ts';
import type { Command } from '../state/kind.ts';

export interface Batch {
  readonly job: Job;
  readonly units: readonly Unit[];
  /** The unit that a failed command's error output speaks of. */
  blame(stderr: string): Unit | undefined;
}

/** One command of one step. */
export interface Unit {
  readonly step: Step;
  readonly command: Command;
}

export function toBatches(steps: readonly Step[]): Batch[] {
  const groups = new Map<string, Unit[]>();
  for (const step of steps) {
    for (const command of render(step)) {
      const key = `${command.ns ?? ''}\0${command.argv[0]}`;
      const group = groups.get(key);
      if (group) group.push({ step, command });
      else groups.set(key, [{ step, command }]);
    }
  }
  return [...groups.values()].map(toBatch);
}

function toBatch(units: readonly Unit[]): Batch {
  const ns = units[0]?.command.ns ?? null;
  const tool = units[0]?.command.argv[0] ?? '';
  switch (tool) {
    case 'ip':
    case 'tc':
      return toLineBatch(ns, tool, units);
    case 'iptables':
    case 'ip6tables':
      return toRestoreBatch(ns, tool, units);
    default:
      return toSysctlBatch(ns, units);
  }
}

/** iproute2 names the failed line of a batch. */
function toLineBatch(ns: string | null, tool: string, units: readonly Unit[]): Batch {
  const input = units.map(({ command }) => `${command.argv.slice(1).join(' ')}\n`).join('');
  return {
    job: { ns, argv: [tool, '-batch', '-'], input },
    units,
    blame: stderr => units[Number(/Command failed -:(\d+)/.exec(stderr)?.[1]) - 1],
  };
}

function toRestoreBatch(ns: string | null, tool: string, units: readonly Unit[]): Batch {
  const { text, lines } = toRestore(units.map(({ command }) => command.argv));
  return {
    job: { ns, argv: [`${tool}-restore`, '--noflush', '-w'], input: text },
    units,
    blame: stderr => units[lines.indexOf(failedLine(stderr))],
  };
}

/** The legacy and the nft variant of iptables-restore word it differently, but both name the line. */
export function failedLine(stderr: string): number {
  return Number(/line:? (\d+)/.exec(stderr)?.[1]);
}

function toSysctlBatch(ns: string | null, units: readonly Unit[]): Batch {
  const [first] = units;
  const flags = first?.command.argv.slice(0, -1) ?? [];
  const settings = units.map(({ command }) => command.argv.at(-1) ?? '');
  return {
    job: { ns, argv: [...flags, ...settings] },
    units,
    blame: stderr => units.find(({ command }) => mentions(stderr, command.argv.at(-1) ?? '')) ?? first,
  };
}

/** sysctl names the key with dots or as a path under /proc/sys. */
function mentions(stderr: string, setting: string): boolean {
  const [key = ''] = setting.split('=');
  return stderr.includes(key) || stderr.includes(key.replaceAll('.', '/'));
}
