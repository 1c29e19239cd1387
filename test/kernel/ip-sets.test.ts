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

  it('have elements that are left out of what holds them', async () => {
    const nets = (...members: string[]) => set('nets', members, { type: 'hash:net' });
    const web = set('web', ['10.0.0.2', '10.0.0.3']);
    await become(web, rules, nets('10.0.0.0/8', '10.1.0.0/16', '10.2.0.0/16 nomatch'));
    expect(await become(web, rules, nets('10.0.0.0/8', '10.1.0.0/16 nomatch', '10.2.0.0/16'))).toEqual([
      'add nets 10.1.0.0/16 nomatch -exist\nadd nets 10.2.0.0/16 -exist\n',
    ]);
    expect(await become(web, rules, nets('10.0.0.0/8', '10.1.0.0/16 nomatch', '10.2.0.0/16'))).toEqual([]);
    await become(web, rules);
  });

  it('of another type under the name of one are put in its place', async () => {
    const web = set('web', ['10.0.0.2', '10.0.0.3']);
    await become(web, rules, set('other', ['10.0.0.1']));
    for (const words of ['destroy other', 'create other hash:net family inet6'])
      await program.call('run', [{ ns: 'node', argv: ['ipset', ...words.split(' ')] }]);
    await become(web, rules, set('other', ['10.0.0.1']));
    expect((await sets()).map(one => [(one as IpSet).name, (one as IpSet).type])).toContainEqual(['other', 'hash:ip']);
    await become(web, rules);
  });

  it('go after the rules', async () => {
    expect(await become()).toEqual(['*filter\n-F INPUT\nCOMMIT\n', 'destroy web\n']);
    expect(await sets()).toEqual([]);
  });
});
