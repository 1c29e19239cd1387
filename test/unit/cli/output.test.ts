/** What reaches a terminal, a file or a pipe, and what is known of it in the end. */
import { closeSync, createWriteStream, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openOutput } from '../../../src/cli/output.ts';
import { createPaint } from '../../../src/cli/paint.ts';
import { say } from '../../../src/cli/write.ts';

const folder = mkdtempSync(join(tmpdir(), 'netlab-output-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Stream = Parameters<typeof openOutput>[0];

/** As Node has it for a file: what is written goes by its descriptor. */
const streamOf = (fd: number) =>
  ({ fd, isTTY: false, on: () => undefined, write: (_: string, done: () => void) => done() }) as unknown as Stream;

async function print(...pieces: (string | Uint8Array)[]): Promise<string> {
  const file = join(folder, 'out');
  const fd = openSync(file, 'w');
  const output = openOutput(streamOf(fd));
  for (const piece of pieces) output.write(piece);
  expect(await output.end()).toBeUndefined();
  closeSync(fd);
  return readFileSync(file, 'utf8');
}

/** Whatever could drive a terminal, forge a line, or hide and turn what is beside it. */
const DANGEROUS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\u{e0001}/u;

const hostile = fc.string({ unit: 'binary' });
const nasty = fc.constantFrom(
  '\u001b]0;x\u0007',
  '\u009b31m',
  '\r',
  '\u202e',
  '\u2028',
  '\u200b',
  '\ud800',
  '\u{e0041}',
  '\0',
);
const value = fc.array(fc.oneof(hostile, nasty)).map(parts => parts.join(''));

describe('text', () => {
  it('reaches nothing with a control character in it', () =>
    fc.assert(
      fc.asyncProperty(value, async text => {
        expect(await print(text)).not.toMatch(DANGEROUS);
      }),
    ));

  it('has no other colours than those of paint', async () => {
    const paint = await createPaint(1);
    await fc.assert(
      fc.asyncProperty(value, async text => {
        const shown = await print(`${text}${paint('bad', 'x')}${text}`);
        expect(shown.split('\u001b[31m')).toHaveLength(2);
        expect(shown.replace('\u001b[31mx\u001b[39m', '')).not.toMatch(DANGEROUS);
      }),
    );
  });

  it('that is JSON stays the same JSON', () =>
    fc.assert(
      fc.asyncProperty(value, async text => {
        expect(JSON.parse(await print(JSON.stringify({ text })))).toEqual({ text });
      }),
    ));

  it('is one line where one line is said', () =>
    fc.assert(
      fc.property(value, text => {
        let said = '';
        say(`note: ${text}`, { err: piece => (said += piece) });
        expect(said.split('\n')).toHaveLength(2);
        expect(said.slice(0, -1)).not.toMatch(/[\n\t]/);
      }),
    ));

  it('as bytes goes out as it is', async () => {
    expect(await print(Buffer.from('\u001b[1mbold\r'))).toBe('\u001b[1mbold\r');
  });
});

describe('an output that cannot be written', () => {
  it('says why in the end, and raises that it is lost', async () => {
    const output = openOutput(streamOf(openSync('/dev/full', 'w')));
    expect(output.lost.aborted).toBe(false);
    output.write('text');
    expect(output.lost.aborted).toBe(true);
    output.write('more');
    expect(await output.end()).toMatch(/ENOSPC/);
  });

  it('says so of what was written past it, as help is', async () => {
    const stream = createWriteStream('/dev/full', { fd: openSync('/dev/full', 'w'), autoClose: false });
    const output = openOutput(Object.assign(stream, { isTTY: false }) as unknown as Stream);
    stream.write('help');
    expect(await output.end()).toMatch(/ENOSPC/);
  });

  it('is none where nothing was written', async () => {
    expect(await openOutput(streamOf(openSync('/dev/full', 'w'))).end()).toBeUndefined();
  });
});
