/** Why attempts got through or not: a line for each and what lets it through or blocks it, or JSON. */
import { targetNames } from '../../check/frontends.ts';
import { markOf } from '../../check/reach-matrix.ts';
import { arrow } from '../../check/words.ts';
import { escapeControls } from '../../language/diagnostic/printable.ts';
import type { ReachResult } from '../../lifecycle/reach.ts';
import type { Reason } from '../../lifecycle/reasons.ts';
import type { Paint } from '../paint.ts';
import { signOf } from './marks.ts';

/** `kind` is `other` where no policy has to do with it, and `unknown` where nobody has looked. */
export function whyJson(reason: Reason) {
  if (reason.kind === 'counted') return reason.why;
  const [text = '', ...notes] = reason.kind === 'explained' ? reason.lines : [];
  return { kind: reason.kind === 'explained' ? 'other' : 'unknown', text, notes, by: [] };
}

export function whyText({ pairs, lab, directory }: ReachResult, paint: Paint): string {
  const names = targetNames(lab);
  const lines = pairs.flatMap(({ from, to, probe, result, reason }) => {
    if (!reason) return [];
    const { text, notes } = whyJson(reason);
    const way = arrow(from.key, names.get(to) ?? to, probe.address, probe.protocol, probe.port);
    const told = reason.kind === 'unknown' ? [UNKNOWN] : [text, ...notes];
    const sign = signOf(markOf([result], from, directory), paint);
    return [`${sign} ${escapeControls(way)}`, ...told.map(line => `    ${escapeControls(line)}`)];
  });
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n`;
}

const UNKNOWN = 'not looked at, as there are many: ask for fewer by --from and --to';
