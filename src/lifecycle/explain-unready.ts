/** Containers that did not become ready, each with what it said last. */

import { escapeControls } from '../language/diagnostic/printable.ts';
import type { Lab } from '../language/lab/lab.ts';
import type { Backend, LogLine, Sandbox } from '../sandbox/sandbox.ts';
import { FailedError } from './errors.ts';
import type { UnreadyContainer } from './wait-ready.ts';

const MOST_CONTAINERS = 5;
const LAST_LINES = 10;
const MOST_LETTERS = 500;

export async function explainUnready(
  unready: readonly UnreadyContainer[],
  { lab }: { readonly lab: Lab },
  backend: Backend,
  { running }: Sandbox,
  outcome: readonly string[],
): Promise<FailedError> {
  const shown = unready.slice(0, MOST_CONTAINERS);
  const details = shown.map(async ({ process, state }) => {
    const { ns, container } = process;
    const pod = lab.pods.find(candidate => candidate.ns === ns)?.key ?? ns;
    const lines = await linesOf(backend.readLog(running, ns, container.name, { tail: LAST_LINES }));
    return [
      `container ${container.name} of pod ${pod}: ${state}`,
      ...(lines.length === 0
        ? ['  it has written nothing']
        : ['  the end of its log:', ...lines.map(line => `    ${line}`)]),
    ];
  });
  const more = unready.length - shown.length;
  return new FailedError(`${unready.length} ${unready.length === 1 ? 'container is' : 'containers are'} not ready`, [
    ...(await Promise.all(details)).flat(),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...outcome,
    'to look at it as it is: netlab up --timeout 0',
  ]);
}

/** Whole lines, safe to show on a terminal. */
async function linesOf(lines: AsyncIterable<LogLine>): Promise<string[]> {
  const texts: string[] = [];
  let begun: Uint8Array[] = [];
  const end = () => {
    const text = escapeControls(Buffer.concat(begun).toString().replaceAll('\t', '  '));
    texts.push(text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text);
    begun = [];
  };
  for await (const { bytes, whole } of lines) {
    begun.push(bytes);
    if (whole) end();
  }
  if (begun.length > 0) end();
  return texts;
}
