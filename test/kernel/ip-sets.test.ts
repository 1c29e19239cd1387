/** Sets of addresses, which no key of the lab file makes yet: made, changed by the members that differ, and seen. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { splitByPhase } from '../../src/apply/apply.ts';
import { toBatches } from '../../src/plan/batch.ts';
import { diff } from '../../src/plan/diff.ts';
import type { IpSet } from '../../src/state/ip-set.ts';
import type { KernelObject } from '../../src/state/kinds.ts';
import { type Observation, observe } from '../../src/state/observe.ts';
import { type State, toState, toWantedState } from '../../src/state/state.ts';
import { type Program, startProgram, testUsers } from './backend-driver.ts';

const namespace: KernelObject = { kind: 'namespace', ns: 'node' };
const set = (name: string, members: readonly string[], rest: Partial<IpSet> = {}): IpSet => ({
  ...{ kind: 'ip-set', ns: 'node', name, type: 'hash:ip', family: 4, members },
  ...rest,
});
const rules: KernelObject = {
  ...{ kind: 'rules', ns: 'node', family: 4, table: 'filter', chain: 'INPUT' },
  rules: [['-m', 'set', '--match-set', 'web', 'src', '-j', 'ACCEPT']],
};

describe.each(testUsers())('sets as $name', user => {
  let program: Program;

  const see = async (): Promise<State> => observe((await program.call('observe', {})) as Observation, {});
  const sets = async () => [...(await see()).values()].filter(({ kind }) => kind === 'ip-set');
  /** Does the steps, and tells what each process was given. */
  const become = async (...wanted: KernelObject[]): Promise<(string | undefined)[]> => {
    const items = [namespace, ...wanted].map(object => ({ object, why: '', source: [] }));
    const given: (string | undefined)[] = [];
    for (const phase of splitByPhase(diff(await withoutLoopback(), toWantedState(items)))) {
      const jobs = toBatches(phase).flatMap(({ job }) => ('argv' in job ? [job] : []));
      for (const { code, stderr } of (await program.call('run', jobs)) ?? []) expect(code, stderr).toBe(0);
      given.push(...jobs.map(({ input }) => input));
    }
    return given;
  };
  const withoutLoopback = async () => toState([...(await see()).values()].filter(({ kind }) => kind !== 'device'));

  beforeAll(async () => {
    program = startProgram(user);
    await program.call('create', `sets${process.pid}`);
  });
  afterAll(() => program.kill());

  it('are made with their members, before the rules that look at them', async () => {
    const six = set('six', ['fd00::/64,tcp:80'], { type: 'hash:net,port', family: 6 });
    await become(set('web', ['10.0.0.1', '10.0.0.2']), six, rules);
    const [web, other] = await sets();
    expect(new Set((web as IpSet).members)).toEqual(new Set(['10.0.0.1', '10.0.0.2']));
    expect(other).toEqual(six);
    expect(
      diff(
        await withoutLoopback(),
        toWantedState([namespace, web as IpSet, six, rules].map(object => ({ object, why: '', source: [] }))),
      ),
    ).toEqual([]);
  });

  it('get and lose the members that differ, while a rule holds them', async () => {
    expect(await become(set('web', ['10.0.0.2', '10.0.0.3']), rules)).toEqual([
      'add web 10.0.0.3\ndel web 10.0.0.1\n',
      'destroy six\n',
    ]);
  });

  it('that somebody changed are seen', async () => {
    for (const words of ['add web 10.0.0.9', 'create extra hash:net'])
      expect(await program.call('run', [{ ns: 'node', argv: ['ipset', ...words.split(' ')] }])).toMatchObject([
        { code: 0 },
      ]);
    expect(await become(set('web', ['10.0.0.2', '10.0.0.3']), rules)).toEqual([
      'del web 10.0.0.9\n',
      'destroy extra\n',
    ]);
  });

  it('go after the rules', async () => {
    expect(await become()).toEqual(['*filter\n-F INPUT\nCOMMIT\n', 'destroy web\n']);
    expect(await sets()).toEqual([]);
  });
});
