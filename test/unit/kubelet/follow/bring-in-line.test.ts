/** One pass over features, also over such as have nothing to do with Services: what they say is carried out in order. */
import { describe, expect, test } from 'vitest';
import type { Feature, FollowEffect } from '../../../../src/features/feature.ts';
import { bringInLine, type Hands } from '../../../../src/kubelet/follow/bring-in-line.ts';
import { makeReload } from '../../../../src/kubelet/follow/reload.ts';
import type { UnreadyPods } from '../../../../src/language/lab/readiness.ts';
import { compileFollowing, followsReadiness, hasFollowing, prepareFollowers } from '../../../../src/pipeline/follow.ts';
import type { PodFile } from '../../../../src/state/pod-file.ts';
import { labOf } from '../../resolve/lab-of.ts';

const LAB = labOf('nodes: { node1: {} }\npods: { board: {}, a: {}, b: {} }');
const set = (...keys: string[]) => new Set(keys);

const fileOf = (unready: UnreadyPods): PodFile => ({
  ...{ kind: 'file', ns: 'board', path: '/run/missing' },
  text: `${[...unready].join()}\n`,
});

/** A pod that shows who is not ready: a file, and a signal to whoever reads it. */
const board: Feature = {
  name: 'board',
  follow: {
    isIn: lab => lab.pods.some(({ key }) => key === 'board'),
    objects: {
      isFollowing: () => object => object.kind === 'file' && object.path === '/run/missing',
      compile: (_, unready) => [{ object: fileOf(unready), why: 'the board shows who is missing', source: ['pods'] }],
    },
    prepare: () => ({
      effects: now => [
        { kind: 'file', file: fileOf(now) },
        { kind: 'reload', ns: 'board', config: fileOf(now).text },
      ],
    }),
  },
};

/** One chain that lets nobody to whoever is not ready. */
const chainOf = (unready: UnreadyPods) =>
  new Map(unready.size === 0 ? [] : [['filter OWN', [...unready].map(pod => `-A OWN -d ${pod} -j DROP\n`).join('')]]);
const guard: Feature = {
  name: 'guard',
  follow: {
    isIn: () => true,
    objects: {
      isFollowing: () => object => 'chain' in object && object.chain === 'OWN',
      compile: () => [],
    },
    prepare: () => ({
      *rewrites(was, now) {
        yield { ns: 'node1', family: 4, was: chainOf(was), wanted: chainOf(now) };
      },
      *chains(now) {
        yield { ns: 'node1', family: 4, wanted: chainOf(now) };
      },
    }),
  },
};

function makeFakeHands(more: Partial<Hands> = {}) {
  const log: string[] = [];
  const hands: Hands = {
    saveChains: async ns => {
      log.push(`save ${ns}`);
      return '*filter\n:OWN - [0:0]\n:OTHER - [0:0]\n-A OWN -d old -j DROP\nCOMMIT\n';
    },
    restoreChains: async (ns, _, text) => void log.push(`restore ${ns} ${text.replaceAll('\n', '|')}`),
    noteChains: unready => void log.push(`note ${unready ? [...unready].join() : 'nothing'}`),
    change: work => work(),
    forgetConnections: (now, isFirst) => void log.push(`forget ${[...now]}${isFirst ? ' everywhere' : ''}`),
    writeFile: ({ path, text }) => void log.push(`write ${path} ${text}`.trim()),
    reload: makeReload(ns => log.push(`signal ${ns}`)),
    addresses: { place: async effects => void log.push(...effects.map(({ address }) => `address ${address.ns}`)) },
    answers: { replace: effects => void log.push(...effects.map(({ port }) => `answer ${port}`)), leaveGone: () => {} },
    ...more,
  };
  return { log, hands };
}

describe('a feature that follows readiness without Services', () => {
  test('is asked for what follows, and what it compiles is left out of the record', () => {
    expect(hasFollowing(LAB, [board])).toBe(true);
    expect(hasFollowing(labOf('nodes: { node1: {} }'), [board])).toBe(false);
    const objects = compileFollowing(LAB, set('a'), [board]).map(({ object }) => object);
    expect(objects).toEqual([fileOf(set('a'))]);
    expect(objects.every(followsReadiness(LAB, [board]))).toBe(true);
  });

  test('has its file written, and its pod told of each change once', async () => {
    const { log, hands } = makeFakeHands();
    const followers = prepareFollowers(LAB, [board]);
    for (const now of [set('a'), set('a'), set()])
      await bringInLine({ was: set(), now, isFirst: false }, followers, hands);
    expect(log.filter(line => !/^(note|forget)/.test(line))).toEqual([
      ...['write /run/missing a', 'signal board', 'write /run/missing a', 'write /run/missing', 'signal board'],
    ]);
  });
});

describe('chains', () => {
  const followers = prepareFollowers(LAB, [guard]);

  test('go from what they were to what they are to be, which is written down before and after', async () => {
    const { log, hands } = makeFakeHands();
    await bringInLine({ was: set('a'), now: set('b'), isFirst: false }, followers, hands);
    expect(log).toEqual([
      'note nothing',
      expect.stringMatching(/^restore node1 \*filter\|.*-A OWN -d b -j DROP.*COMMIT\|$/),
      'note b',
      'forget b',
    ]);
  });

  test('that stay the same are not touched', async () => {
    const { log, hands } = makeFakeHands();
    await bringInLine({ was: set('a'), now: set('a'), isFirst: false }, followers, hands);
    expect(log).toEqual(['note a', 'forget a']);
  });

  test('are read where nobody knows what they are, and those of others let be', async () => {
    const { log, hands } = makeFakeHands();
    await bringInLine({ was: undefined, now: set(), isFirst: true }, followers, hands);
    expect(log[0]).toBe('save node1');
    expect(log[2]).toContain('-X OWN');
    expect(log.join()).not.toContain('OTHER');
  });

  test('stay written down as unknown where it fails, and nothing else is done', async () => {
    const fail = () => Promise.reject(new Error('no'));
    const { log, hands } = makeFakeHands({ restoreChains: fail });
    const both = prepareFollowers(LAB, [board, guard]);
    await expect(bringInLine({ was: set(), now: set('a'), isFirst: false }, both, hands)).rejects.toThrow('no');
    expect(log).toEqual(['note nothing']);
  });
});

test('what features say is carried out kind by kind', async () => {
  const effects: FollowEffect[] = [
    { kind: 'answer', ns: 'node1', port: 1, status: 200, headers: {}, body: '' },
    {
      kind: 'address',
      address: { kind: 'address', ns: 'node1', dev: 'eth0', address: '172.18.255.200/32' },
      present: true,
    },
    { kind: 'reload', ns: 'board', config: 'x' },
    { kind: 'file', file: fileOf(set()) },
  ];
  const all: Feature = { name: 'all', follow: { isIn: () => true, prepare: () => ({ effects: () => effects }) } };
  const { log, hands } = makeFakeHands();
  const followers = prepareFollowers(LAB, [all, guard]);
  await bringInLine({ was: set(), now: set('a'), isFirst: true }, followers, hands);
  expect(log.map(line => line.split(' ')[0])).toEqual([
    ...['note', 'restore', 'note', 'forget', 'write', 'signal', 'address', 'answer'],
  ]);
  expect(log).toContain('forget a everywhere');
});
