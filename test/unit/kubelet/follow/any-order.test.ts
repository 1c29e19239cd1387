/** Whatever happens, and in whatever order: one pass at a time, and in the end everything is as the pods are. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { INITIAL, type Pass, type PassEffect, type PassEvent, reduce } from '../../../../src/kubelet/follow/reducer.ts';

type Happening =
  | { readonly kind: 'readiness'; readonly unready: readonly string[] }
  | { readonly kind: 'record' | 'timer' | 'done' | 'failed' }
  | { readonly kind: 'marker'; readonly isOtherChanging: boolean };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant('readiness' as const), unready: fc.subarray(['a', 'b']) }),
  fc.record({ kind: fc.constantFrom('record' as const, 'timer', 'done', 'failed') }),
  fc.record({ kind: fc.constant('marker' as const), isOtherChanging: fc.boolean() }),
);

/** A lab of which pods, record and chains are known, and the loop around the reducer. */
function makeLab() {
  let state = INITIAL;
  let version = 1;
  let unready: ReadonlySet<string> = new Set();
  /** What the chains are, as far as that is known, and whether the rest has been brought there too. */
  let chains: ReadonlySet<string> | undefined = new Set();
  let isWhole = false;
  let isTimerSet = false;
  let isOtherChanging = false;
  let pass: Pass | undefined;

  const tell = (event: PassEvent): void => {
    const [next, effects] = reduce(state, event);
    state = next;
    for (const effect of effects) carryOut(effect);
  };
  const carryOut = (effect: PassEffect): void => {
    if (effect.kind === 'wait') isTimerSet = true;
    if (effect.kind === 'look')
      tell({ kind: 'seen', seen: { version: `${version}`, isFollowing: true, unready, noted: chains } });
    if (effect.kind !== 'bring-in-line') return;
    expect(pass, 'a pass beside another').toBeUndefined();
    if (effect.was) expect(effect.was, 'what the chains are').toEqual(chains);
    pass = effect;
  };
  const happen = (one: Happening): void => {
    switch (one.kind) {
      case 'readiness':
        unready = new Set(one.unready);
        tell({ kind: 'readiness' });
        return;
      case 'record':
        // `up` waits for a pass that is under way, and leaves the chains as it has compiled them.
        if (pass) return;
        version++;
        chains = unready;
        isWhole = false;
        return;
      case 'marker':
        isOtherChanging = one.isOtherChanging;
        return;
      case 'timer':
        if (!isTimerSet) return;
        isTimerSet = false;
        tell({ kind: 'timer', isOtherChanging });
        return;
      case 'done':
      case 'failed':
        endPass(one.kind);
    }
  };
  const endPass = (how: 'done' | 'failed') => {
    if (!pass) return;
    const { now } = pass;
    pass = undefined;
    chains = how === 'done' ? now : undefined;
    isWhole = how === 'done';
    tell(how === 'done' ? { kind: 'done', unready: now } : { kind: 'failed', message: 'no' });
  };
  const settle = () => {
    isOtherChanging = false;
    for (let round = 0; round < 20; round++) {
      tell({ kind: 'record', version: `${version}` });
      if (pass) endPass('done');
      else if (isTimerSet) happen({ kind: 'timer' });
      else return;
    }
    throw new Error('it never comes to rest');
  };
  return { happen, settle, check: () => expect([chains, isWhole]).toEqual([unready, true]) };
}

it('loses no change', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 30, size: 'max' }), all => {
      const lab = makeLab();
      for (const one of all) lab.happen(one);
      lab.settle();
      lab.check();
    }),
    { numRuns: 500 },
  );
});
