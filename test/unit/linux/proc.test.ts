import { describe, expect, it } from 'vitest';
import { parsePauseArgv, pauseArgv } from '../../../src/backends/netns/pause.ts';
import { findCommand, searchPath } from '../../../src/linux/find-command.ts';
import { isAlive, parseStat, readStat } from '../../../src/linux/proc.ts';

describe('parseStat', () => {
  const rest = Array.from({ length: 49 }, (_, i) => i + 4);

  it.each(['sh', 'a b', 'a) S 7 (b', ')'])('reads past the name %j', name => {
    const text = `42 (${name}) S ${rest.join(' ')}\n`;
    expect(parseStat(text)).toEqual({ state: 'S', parent: 4, startTime: '22', session: 6, ticks: 62 });
  });

  it.each(['', '42', '42 (sh) S 1 2'])('makes nothing of %j', text => {
    expect(parseStat(text)).toBeUndefined();
  });
});

it('tells a process from a later one with its number', () => {
  const startTime = readStat(process.pid)?.startTime ?? '';
  expect(isAlive(process.pid, startTime)).toBe(true);
  expect(isAlive(process.pid, `${startTime}0`)).toBe(false);
});

describe('the pause process', () => {
  it.each([true, false])('is known by its arguments (privileged: %s)', privileged => {
    const argv = pauseArgv({ name: 'my-lab', docker: null }, privileged);
    expect(parsePauseArgv(argv.slice(argv.indexOf('sh')))).toEqual({ name: 'my-lab', docker: null });
    expect(argv.includes('--user')).toBe(!privileged);
  });

  it.each([
    [['sh', '-c', 'x', 'netlab-pause']],
    [['sh', '-c', 'x', 'netlab-pause', 'a', 'b', 'c']],
    [['sh', '-c', 'x', 'other', 'a']],
    [['bash', '-c', 'x', 'netlab-pause', 'a']],
    [[]],
  ])('is not mistaken for %j', argv => {
    expect(parsePauseArgv(argv)).toBeUndefined();
  });
});

it('looks for commands in the PATH first, then where Debian keeps those for root', () => {
  expect(searchPath('/opt/bin::/usr/sbin')).toBe('/opt/bin:/usr/sbin:/usr/local/sbin:/sbin:/usr/bin:/bin');
  expect(findCommand('sh', searchPath(undefined))).toMatch(/\/sh$/);
  expect(findCommand('./x', '/bin')).toBe('./x');
  expect(findCommand('no-such-command', '/bin:/usr/bin')).toBeUndefined();
});
