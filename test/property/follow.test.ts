/** What holds when pods of any lab become ready, or are so no longer: its chains are rewritten to what a compile from scratch gives. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChainRewrite } from '../../src/features/feature.ts';
import { compileServices, isProxyChain } from '../../src/features/services/compile/kube-proxy.ts';
import { prepareRewrites } from '../../src/features/services/follow/chains.ts';
import type { Lab } from '../../src/language/lab/lab.ts';
import { rewriteText } from '../../src/netfilter/rewrite.ts';
import { resolve } from '../../src/pipeline/resolve.ts';
import { toChains } from '../../src/state/netfilter.ts';
import { arbitraryLab } from './arbitrary-lab.ts';
import { runs } from './runs.ts';

const arbitraryMoment = arbitraryLab
  .map(file => resolve(file, { name: 'generated' }).lab ?? expect.unreachable('a generated lab is good'))
  .filter(({ services }) => services.some(({ endpoints }) => endpoints.some(({ pod }) => pod !== null)))
  .chain(lab => {
    const someOf = fc.subarray(lab.pods.map(({ key }) => key)).map(keys => new Set(keys));
    return fc.record({ lab: fc.constant(lab), was: someOf, now: someOf });
  });

/** By node and family. */
function compileAll(lab: Lab, unready: ReadonlySet<string>): Map<string, Map<string, string>> {
  const isOwn = isProxyChain(lab);
  const own = compileServices(lab, unready).flatMap(({ object }) => (isOwn(object) ? [object] : []));
  const places = new Set(own.map(({ ns, family }) => `${ns} ${family}`));
  const chainsIn = (place: string) => toChains(own.filter(({ ns, family }) => `${ns} ${family}` === place));
  return new Map([...places].map(place => [place, new Map(chainsIn(place))]));
}

/** What `iptables-restore --noflush` does. Returns the chains that it has touched. */
function restore(chains: Map<string, string>, text: string): Set<string> {
  const touched = new Set<string>();
  let table = '';
  for (const line of text.split('\n').filter(Boolean)) {
    const [verb = '', name = ''] = line.split(' ');
    const key = `${table} ${verb.startsWith(':') ? verb.slice(1) : name}`;
    if (verb.startsWith('*')) table = verb.slice(1);
    else if (verb.startsWith(':')) touched.add(key) && chains.set(key, '');
    else if (verb === '-A') chains.set(key, `${chains.get(key)}${line}\n`);
    else if (verb === '-X') chains.delete(key);
  }
  return touched;
}

/** The addresses and ports that are translated or refused: `10.96.0.54/32 tcp 5432`. */
function caredFor(chains: ReadonlyMap<string, string>): Set<string> {
  const keys = ['nat KUBE-SERVICES', 'filter KUBE-SERVICES', 'filter KUBE-EXTERNAL-SERVICES'];
  const rules = keys.map(key => chains.get(key) ?? '').join('');
  return new Set([...rules.matchAll(/ -d (\S+) -p (\S+) .*--dport (\d+)/g)].map(match => match.slice(1).join(' ')));
}

/** Brings chains to what a change wants, transaction by transaction; at no moment an address is neither translated nor refused. */
function carryOut({ was, wanted }: ChainRewrite, chains: Map<string, string>, after: Set<string>): Set<string> {
  const touched = new Set<string>();
  const always = [...caredFor(chains)].filter(target => after.has(target));
  for (const transaction of rewriteText(was, wanted).split(/(?<=^COMMIT\n)/m)) {
    for (const key of restore(chains, transaction)) touched.add(key);
    expect([...caredFor(chains)]).toEqual(expect.arrayContaining(always));
  }
  return touched;
}

test('chains follow the pods, and those that stay the same are not touched', () => {
  fc.assert(
    fc.property(arbitraryMoment, ({ lab, was, now }) => {
      const kernel = compileAll(lab, was);
      const wanted = compileAll(lab, now);
      const touched = new Set<string>();
      for (const change of prepareRewrites(lab)(was, now)) {
        const place = `${change.ns} ${change.family}`;
        const there = kernel.get(place) ?? expect.unreachable(`nobody has chains in ${place}`);
        const after = caredFor(wanted.get(place) ?? new Map());
        for (const key of carryOut(change, there, after)) touched.add(`${place} ${key}`);
      }
      const before = compileAll(lab, was);
      const keys = [...wanted].flatMap(([place, chains]) =>
        [...new Set([...chains.keys(), ...(before.get(place)?.keys() ?? [])])]
          .filter(key => chains.get(key) !== before.get(place)?.get(key))
          .map(key => `${place} ${key}`),
      );
      expect(kernel).toEqual(wanted);
      expect([...touched].sort()).toEqual(keys.sort());
    }),
    runs(40),
  );
});
