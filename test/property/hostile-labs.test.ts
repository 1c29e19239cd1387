/**
 * Real labs with mistakes of every kind: whatever stands in a file, netlab answers, and what it takes it can write out.
 *
 * A hundred thousand of them in `npm run sweep`, some hundreds otherwise.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { labYaml } from '../../src/cli/views/lab-yaml.ts';
import { toDot } from '../../src/graph/dot.ts';
import { drawLab } from '../../src/graph/graph.ts';
import { toMermaid } from '../../src/graph/mermaid.ts';
import { formatDiagnostics, placeDiagnostics } from '../../src/language/diagnostic/format.ts';
import type { Lab } from '../../src/language/lab/lab.ts';
import { compile } from '../../src/pipeline/compile.ts';
import { expand } from '../../src/pipeline/expand.ts';
import { load } from '../../src/pipeline/load.ts';
import { diff } from '../../src/plan/diff.ts';
import { planScript } from '../../src/plan/script.ts';
import { arbitraryMistakes } from './arbitrary-mistakes.ts';
import { isSweep, runs } from './runs.ts';

const FILES = isSweep ? 100_000 : 400;
/** Of a larger lab, only that it is read. */
const MOST_PODS = 60;

test('a hundred thousand files, and no fault of netlab’s own', { timeout: 3_600_000 }, () => {
  let good = 0;
  fc.assert(
    fc.property(arbitraryMistakes, text => {
      const { lab, diagnostics, sources } = load(text, { name: 'lab' });
      placeDiagnostics(diagnostics, sources);
      formatDiagnostics(diagnostics, sources);
      if (!lab) expect(diagnostics).not.toEqual([]);
      else good += 1;
      if (lab && lab.pods.length + lab.nodes.length <= MOST_PODS) tryLab(lab);
    }),
    { ...runs(FILES), numRuns: FILES },
  );
  expect(good).toBeGreaterThan(FILES / 60);
});

/** All that commands do with a lab before they touch the kernel. */
function tryLab(lab: Lab): void {
  const graph = drawLab(lab);
  toMermaid(graph);
  toDot(graph);
  const long = labYaml(expand(lab));
  const again = load(long, { name: 'other' });
  expect(
    formatDiagnostics(
      again.diagnostics.filter(({ severity }) => severity === 'error'),
      again.sources,
    ),
  ).toBe('');
  expect(again.lab && toObjects(again.lab)).toEqual(toObjects(lab));
}

/** Without whys and sources, in any order: JavaScript puts a bridge "0" before all others of a file. */
function toObjects(lab: Lab): unknown {
  const wanted = compile(lab, { ipv6: true });
  planScript(diff(new Map(), wanted), lab.name);
  return new Map([...wanted].map(([key, { object }]) => [key, object]));
}
