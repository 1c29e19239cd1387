import { describe, expect, it } from 'vitest';
import { endLog, type LogStyle, type OpenLine, printLogLine } from '../../../../src/cli/views/log-lines.ts';

type Event = readonly [container: string, text: string] | readonly [container: string];

/** A text that ends with a newline is the end of its line; a container alone has ended. */
function printed(events: readonly Event[], style: LogStyle = { nameWidth: 4, timestamps: false }): string {
  let open: OpenLine;
  let all = '';
  for (const [container, text] of events) {
    const whole = text?.endsWith('\n') ?? false;
    const line = { time: Date.UTC(2026, 0, 2), bytes: Buffer.from(text?.trimEnd() ?? ''), whole };
    const next = text === undefined ? endLog(open, container) : printLogLine(open, container, line, style);
    open = next.open;
    all += Buffer.from(next.output).toString();
  }
  return all;
}

describe('log lines', () => {
  it.each<[string, readonly Event[], string]>([
    [
      'say whose they are',
      [
        ['web', 'a\n'],
        ['side', 'b\n'],
      ],
      'web   a\nside  b\n',
    ],
    [
      'are one line though they come in pieces',
      [
        ['web', 'a'],
        ['web', 'b'],
        ['web', 'c\n'],
      ],
      'web   abc\n',
    ],
    [
      'of another begin on their own',
      [
        ['web', 'a'],
        ['side', 'b\n'],
        ['web', 'c\n'],
      ],
      'web   a\nside  b\nweb   c\n',
    ],
    [
      'of two at once never mix',
      [
        ['web', 'a'],
        ['side', 'b'],
        ['web', 'c'],
      ],
      'web   a\nside  b\nweb   c',
    ],
    ['end with the log that they are of', [['web', 'a'], ['web']], 'web   a\n'],
    ['go on when another log ends', [['web', 'a'], ['side'], ['web', 'b\n']], 'web   ab\n'],
    [
      'may be empty',
      [
        ['web', '\n'],
        ['side', '\n'],
      ],
      'web   \nside  \n',
    ],
  ])('%s', (_, events, text) => {
    expect(printed(events)).toBe(text);
  });

  it('of the only container have no name', () => {
    expect(printed([['web', 'a\n']], { nameWidth: 0, timestamps: false })).toBe('a\n');
  });

  it('say when they began', () => {
    const events: Event[] = [
      ['web', 'a'],
      ['web', 'b\n'],
    ];
    expect(printed(events, { nameWidth: 0, timestamps: true })).toBe('2026-01-02T00:00:00.000Z ab\n');
  });

  it('keep bytes that are no text', () => {
    const line = { time: 0, bytes: Buffer.from([0xff, 0]), whole: true };
    const { output } = printLogLine(undefined, 'web', line, { nameWidth: 0, timestamps: false });
    expect([...output]).toEqual([0xff, 0, 0x0a]);
  });
});
