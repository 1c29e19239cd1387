import { expect, test } from 'vitest';
import { AT_FIRST, judge, type Look, type SeenHelper } from '../../../../src/backends/netns/standstill.ts';

const agent: SeenHelper = { id: '1 10', ticks: 5, isHeld: false, isStopped: false, isTool: false };
const tool: SeenHelper = { ...agent, id: '2 20', isTool: true };
const idle: Look = { seen: [agent, tool], isAwaited: true, said: 0, isHurried: false };

/** What is advised, with the look at which it is; `see` says what is seen at each. */
function watch(looks: number, see: (look: number) => Partial<Look>): string[] {
  let state = AT_FIRST;
  return Array.from({ length: looks }, (_, index) => {
    const [next, advice] = judge(state, { ...idle, ...see(index) });
    state = next;
    return advice.map(({ remedy, ids }) => `${index} ${remedy} ${ids.join(',')}`.trim());
  }).flat();
}

const held = (process: SeenHelper) => ({ ...process, isHeld: true });

test('what does nothing is told of, then its tools are ended, then it is given up', () => {
  expect(watch(800, () => ({}))).toEqual([
    '30 tell-silent 2 20',
    '720 end-tools 2 20',
    ...Array.from({ length: 70 }, (_, index) => `${730 + index} give-up`),
  ]);
});

test.each<[string, (look: number) => Partial<Look>]>([
  ['a processor is used', look => ({ seen: [agent, { ...tool, ticks: Math.floor(look / 25) }] })],
  ['processes come and go', look => ({ seen: [agent, { ...tool, id: `${Math.floor(look / 25)} 30` }] })],
  ['something is said', look => ({ said: Math.floor(look / 25) })],
  ['nobody waits for it', () => ({ isAwaited: false })],
  ['nobody waits for it while it is frozen', () => ({ isAwaited: false, seen: [held(agent)] })],
])('nothing is done where %s', (_, see) => {
  expect(watch(2000, see)).toEqual([]);
});

test('a user who wants an end gets it in seconds, and the worker time to take back what there is', () => {
  expect(watch(9, look => ({ isHurried: look > 4 }))).toEqual(['5 end-tools 2 20']);
  expect(watch(12, look => ({ isHurried: true, said: look < 5 ? 0 : 1 }))).toEqual([
    '3 end-tools 2 20',
    '8 end-tools 2 20',
  ]);
});

test('what is frozen is told of and given up', () => {
  expect(watch(9, () => ({ seen: [held(agent), held(tool)] }))).toEqual([
    '3 tell-held 1 10,2 20',
    '8 give-up 1 10,2 20',
  ]);
});

test('what is held for a moment is waited for', () => {
  const traced = (look: number) => (look % 7 === 6 ? {} : { seen: [held(agent)] });
  expect(watch(29, traced).filter(line => line.includes('give-up'))).toEqual([]);
});

test('what is stopped goes on, also where it is not waited for', () => {
  const stopped = { ...held(tool), isStopped: true };
  const see = (isAwaited: boolean) => (look: number) => ({
    isAwaited,
    seen: look < 3 ? [agent, stopped] : [agent, tool],
  });
  expect(watch(20, see(false))).toEqual(['2 wake 2 20']);
  expect(watch(20, see(true))).toEqual(['2 wake 2 20']);
});
