/** A plan as a script for root that does the same: steps come in, its text goes out, line by line. */
import { PHASE_TITLES } from '../state/kind.ts';
import { toShell } from './shell.ts';
import { render, type Step, turnOf } from './step.ts';

/** Reasons are comments, so line breaks in them are taken out. */
export function* planScript(steps: readonly Step[], name: string): Generator<string> {
  yield `#!/bin/sh -e\n# netlab plan of lab ${name}: run as root; it makes network namespaces under /run/netns.\n`;
  let current: number | undefined;
  for (const step of steps) {
    const { phase } = turnOf(step);
    if (phase !== current) yield `\n### ${PHASE_TITLES[phase]}\n`;
    current = phase;
    yield `# ${step.why.replace(/\s+/g, ' ')}\n`;
    for (const command of render(step)) yield `${toShell(command)}\n`;
  }
}
