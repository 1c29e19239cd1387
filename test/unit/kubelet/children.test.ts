/** Who is told that a process has ended, and how. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeChildren } from '../../../src/kubelet/children.ts';
import type { ProcessId } from '../../../src/linux/proc.ts';

const exited = (pid: number, code: number) => ({ pid, waitStatus: code << 8 });
const killed = (pid: number, signal: number) => ({ pid, waitStatus: signal });

describe('a child', () => {
  it.each([
    [exited(7, 0), 0],
    [exited(7, 3), 3],
    [killed(7, 9), 137],
    [{ pid: 7, waitStatus: 15 | 0x80 }, 143],
  ])('%j ends with code %i', (child, code) => {
    const ends: number[] = [];
    const children = makeChildren();
    children.watch(7, end => ends.push(end));
    children.ended([exited(6, 1), child]);
    expect(ends).toEqual([code]);
  });

  it('is told of once: its number may then be another process', () => {
    const ends: number[] = [];
    const children = makeChildren();
    children.watch(7, end => ends.push(end));
    children.ended([exited(7, 1)]);
    children.ended([exited(7, 2)]);
    expect(ends).toEqual([1]);
  });

  it('may have its number given to another by whoever is told of its end', () => {
    const ends: string[] = [];
    const children = makeChildren();
    children.watch(7, () => {
      ends.push('first');
      children.watch(7, () => ends.push('second'));
    });
    children.ended([exited(7, 0)]);
    children.ended([exited(7, 0)]);
    expect(ends).toEqual(['first', 'second']);
  });

  it('can be waited for', async () => {
    const children = makeChildren();
    const code = children.exitCode(7);
    children.ended([exited(7, 5)]);
    expect(await code).toBe(5);
  });
});

describe('a process that another kubelet started', () => {
  const process = (pid: number): ProcessId => ({ pid, startTime: '1' });
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is looked at until it has ended, and then no more', () => {
    const alive = new Set([1, 2]);
    const ends: number[] = [];
    const children = makeChildren(({ pid }) => alive.has(pid));
    for (const pid of [1, 2, 3]) children.adopt(process(pid), () => ends.push(pid));
    expect(ends).toEqual([]);
    children.followAdopted();
    expect(ends).toEqual([3]);
    alive.delete(1);
    vi.advanceTimersByTime(1000);
    expect(ends).toEqual([3, 1]);
    alive.delete(2);
    vi.advanceTimersByTime(1000);
    expect(ends).toEqual([3, 1, 2]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not looked at where there is none', () => {
    makeChildren().followAdopted();
    expect(vi.getTimerCount()).toBe(0);
  });
});
