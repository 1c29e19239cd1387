/**
 * What holds for every lab: of the lab that a file resolves to, of the plan between any two labs, and of the kernel
 * after its commands (a model of it, see `kernel-model.ts`).
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { contains, covers, formatIp, overlaps, parseHost, parseIp, type Subnet } from '../../src/address/address.ts';
import type { LabFile } from '../../src/language/lab/generated/lab-file.ts';
import type { Lab, Pod } from '../../src/language/lab/lab.ts';
import { toRestore } from '../../src/netfilter/ruleset.ts';
import { compile } from '../../src/pipeline/compile.ts';
import { expand } from '../../src/pipeline/expand.ts';
import { load } from '../../src/pipeline/load.ts';
import { resolve } from '../../src/pipeline/resolve.ts';
import { toBatches } from '../../src/plan/batch.ts';
import { diff } from '../../src/plan/diff.ts';
import { invert, render, type Step } from '../../src/plan/step.ts';
import { isCommand } from '../../src/state/job.ts';
import { type KernelObject, type Kind, keyOf, specOf } from '../../src/state/kinds.ts';
import type { State, Wanted, WantedState } from '../../src/state/state.ts';
import { arbitraryChange, arbitraryGrowth, arbitraryLab } from './arbitrary-lab.ts';
import { type Kernel, makeKernel } from './kernel-model.ts';
import { runs } from './runs.ts';

const RUNS = runs(50);

function toLab(file: LabFile, previous?: Lab): Lab {
  const { lab, diagnostics } = resolve(file, { name: 'generated', previous });
  if (lab) return lab;
  throw new Error(diagnostics.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
}

const toWanted = (lab: Lab): WantedState => compile(lab, { ipv6: true });

/** A pod's processes and files for them, and what Docker has. */
const KEPT: readonly Kind[] = ['file', 'pause', 'container', 'node-container', 'pod-container', 'image'];
const isKept = ({ kind }: KernelObject) => KEPT.includes(kind);

function run(kernel: Kernel, steps: readonly Step[]): void {
  for (const step of steps) {
    if (isKept(step.object)) kernel.keep(step.operation, step.object, step.mayExist === true);
    else for (const command of render(step)) kernel.run(command);
  }
}

/** What netlab sees of a kernel: of sysctls only those that it asks for. */
function observe(kernel: Kernel, wanted: WantedState): State {
  return new Map([...kernel.observe()].filter(([key, { kind }]) => kind !== 'sysctl' || wanted.has(key)));
}

function bringUp(kernel: Kernel, wanted: WantedState): Step[] {
  const steps = diff(observe(kernel, wanted), wanted);
  run(kernel, steps);
  return steps;
}

const keysOf = (state: ReadonlyMap<string, unknown>) => [...state.keys()].sort();

/** The objects alone, without whys and sources. */
const objectsOf = (wanted: WantedState) => new Map([...wanted].map(([key, { object }]) => [key, object]));

const hostOf = (text: string) => parseHost(text) ?? expect.unreachable(`"${text}" is no address`);
const ipOf = (text: string) => parseIp(text) ?? expect.unreachable(`"${text}" is no address`);

const machinesOf = (lab: Lab) => [...lab.nodes, ...lab.pods];
const interfacesOf = (lab: Lab) =>
  machinesOf(lab).flatMap(({ key, ns, interfaces }) => interfaces.map(item => ({ ...item, key, ns })));

describe('generated labs', () => {
  test('are good as text, too', () => {
    fc.assert(
      fc.property(arbitraryLab, file => {
        const { diagnostics } = load(stringify(file, { aliasDuplicateObjects: false }), { name: 'generated' });
        expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      }),
      RUNS,
    );
  });

  test('have something of everything', () => {
    const labs = fc.sample(arbitraryLab, { numRuns: 300, seed: 1 }).map(file => toLab(file));
    const kinds = new Map<string, number>();
    for (const lab of labs) {
      for (const kind of new Set([...toWanted(lab).values()].map(({ object }) => object.kind)))
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    for (const kind of [
      'namespace',
      'bridge',
      'veth',
      'device',
      'address',
      'route',
      'sysctl',
      'chain',
      'rules',
      'qdisc',
      'policy-rule',
      'neighbour',
      'forwarding-entry',
      'ip-set',
    ]) {
      expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(60);
    }
    for (const kind of ['node-container', 'pod-container', 'image'])
      expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(20);
    expect(labs.filter(({ links }) => links.length > 0).length).toBeGreaterThan(30);
    expect(labs.filter(({ pods }) => pods.some(pod => pod.hostNetwork)).length).toBeGreaterThan(30);
    expect(labs.filter(({ pods }) => pods.length > 6).length).toBeGreaterThan(30);
    expect(labs.filter(lab => (lab.ingresses ?? []).length > 1).length).toBeGreaterThan(30);
    expect(labs.filter(lab => (lab.networkPolicies ?? []).length > 1).length).toBeGreaterThan(30);
    const asked = new Set(labs.flatMap(({ checks }) => checks.map(({ kind }) => kind)));
    expect([...asked].sort()).toEqual([
      ...['command', 'conntrack', 'forwarding', 'matrix', 'name', 'neighbour', 'reach', 'route'],
    ]);
  });
});

describe('a resolved lab', () => {
  const holds = (check: (lab: Lab) => void) => () =>
    fc.assert(
      fc.property(arbitraryLab, file => check(toLab(file))),
      RUNS,
    );

  test(
    'has gateways that are on-link, and next hops',
    holds(lab => {
      for (const { addresses, gateways } of interfacesOf(lab)) {
        for (const gateway of gateways) {
          expect(addresses.some(address => contains(hostOf(address).subnet, ipOf(gateway)))).toBe(true);
        }
      }
      for (const { on, via, dev } of lab.routes) {
        if (via === undefined) continue;
        const near = [
          ...interfacesOf(lab),
          ...lab.links.flatMap(({ ends }) => ends.map(end => ({ ...end, key: end.on, name: end.interface }))),
          ...lab.bridges.map(bridge => ({ ...bridge, key: bridge.node })),
        ];
        const own = near.filter(item => item.key === on && item.name === dev).flatMap(({ addresses }) => addresses);
        expect(own.some(address => contains(hostOf(address).subnet, ipOf(via)))).toBe(true);
      }
    }),
  );

  test(
    'gives every address once',
    holds(lab => {
      const all = [...interfacesOf(lab), ...lab.bridges, ...lab.links.flatMap(({ ends }) => ends)].flatMap(
        ({ addresses }) => addresses.map(address => address.split('/')[0]),
      );
      expect(new Set(all).size).toBe(all.length);
    }),
  );

  test(
    'gives pods addresses of their bridge, which are in the block of their node on cbr0',
    holds(lab => {
      const bridges = new Map(lab.bridges.map(bridge => [bridge.key, bridge]));
      const nodes = new Map(lab.nodes.map(node => [node.key, node]));
      for (const pod of lab.pods) {
        for (const { bridge, addresses } of pod.interfaces) {
          const subnets: Subnet[] = (bridges.get(bridge)?.subnets ?? []).map(text => hostOf(text).subnet);
          for (const address of addresses)
            expect(subnets.some(subnet => contains(subnet, hostOf(address).ip))).toBe(true);
          if (bridge === `${pod.node}/cbr0`)
            expect(nodes.get(pod.node)?.podCIDRs).toEqual(bridges.get(bridge)?.subnets);
        }
      }
    }),
  );

  test(
    'cuts blocks that do not overlap and lie in the pod CIDR',
    holds(lab => {
      const blocks = lab.nodes.flatMap(({ podCIDRs }) => podCIDRs.map(text => hostOf(text).subnet));
      const nets = ['10.244.0.0/16', 'fd00:10:244::/48', '10.100.0.0/16', 'fd00:100::/48'].map(
        text => hostOf(text).subnet,
      );
      for (const [index, block] of blocks.entries()) {
        expect(nets.some(net => covers(net, block))).toBe(true);
        expect(blocks.slice(index + 1).some(other => overlaps(block, other))).toBe(false);
      }
    }),
  );

  test(
    'has no two kernel names alike in a namespace, and none over 15 characters',
    holds(lab => {
      const ends = lab.links.flatMap(link =>
        link.ends.map(end => [machinesOf(lab).find(({ key }) => key === end.on)?.ns, end.interface]),
      );
      const namespaceOf = new Map(lab.bridges.map(({ key, ns }) => [key, ns]));
      const names = [
        ...lab.bridges.map(({ ns, name }) => [ns, name]),
        ...interfacesOf(lab).flatMap(({ ns, name, bridge, port }) => [
          [ns, name],
          [namespaceOf.get(bridge), port],
        ]),
        ...ends,
      ];
      expect(names.filter(([ns = '', name = '']) => ns === '' || name === '' || name.length > 15)).toEqual([]);
      expect(new Set(names.map(pair => pair.join(' '))).size).toBe(names.length);
    }),
  );

  test(
    'loses nothing on the way to the wanted state',
    holds(lab => {
      // A load balancer's address is nobody's interface's.
      const isAnnounced = ({ object, source }: Wanted) => object.kind === 'address' && source[0] === 'services';
      const own = [...toWanted(lab).values()].filter(item => !isAnnounced(item));
      const kinds = own.map(({ object }) => object.kind);
      const count = (kind: string) => kinds.filter(other => other === kind).length;
      const interfaces = interfacesOf(lab);
      expect(count('veth')).toBe(interfaces.length + lab.links.length);
      expect(count('route')).toBe(lab.routes.length + interfaces.flatMap(({ gateways }) => gateways).length);
      expect(count('address')).toBe(
        [...interfaces, ...lab.bridges, ...lab.links.flatMap(({ ends }) => ends)].flatMap(({ addresses }) => addresses)
          .length,
      );
      expect(count('sysctl')).toBe(machinesOf(lab).flatMap(({ sysctls }) => Object.keys(sysctls)).length);
    }),
  );

  test(
    'is the same when its long form is resolved',
    holds(lab => {
      const file = expand(lab);
      const again = toLab(file);
      expect(expand(again)).toEqual(file);
      expect(again.pods.map(withoutSources)).toEqual(lab.pods.map(withoutSources));
      expect(again.checks).toEqual(lab.checks);
      expect(objectsOf(toWanted(again))).toEqual(objectsOf(toWanted(lab)));
    }),
  );

  test(
    'has a long form that is a good lab file',
    holds(lab => {
      const { diagnostics } = load(stringify(expand(lab), { aliasDuplicateObjects: false }), { name: 'generated' });
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    }),
  );

  test('does not depend on the order of entries', () => {
    fc.assert(
      fc.property(arbitraryLab, fc.infiniteStream(fc.nat()), (file, dice) => {
        const next = () => dice.next().value ?? 0;
        expect(objectsOf(toWanted(toLab(shuffleMaps(file, next) as LabFile)))).toEqual(
          objectsOf(toWanted(toLab(file))),
        );
      }),
      RUNS,
    );
  });

  test('keeps nodes, addresses and blocks when pods are added', () => {
    fc.assert(
      fc.property(arbitraryGrowth, ([before, after]) => {
        const old = toLab(before);
        const grown = toLab(after, old);
        const places = (lab: Lab) => new Map(lab.pods.map(({ key, node, interfaces }) => [key, { node, interfaces }]));
        const then = places(old);
        expect(new Map([...places(grown)].filter(([key]) => then.has(key)))).toEqual(then);
        expect(grown.nodes).toEqual(old.nodes);
        expect(grown.pods.length).toBeGreaterThan(old.pods.length);
      }),
      RUNS,
    );
  });

  test('is the same again when it runs already', () => {
    fc.assert(
      fc.property(arbitraryLab, file => {
        const lab = toLab(file);
        expect(toLab(file, lab)).toEqual(lab);
      }),
      RUNS,
    );
  });
});

/** The containers of a pod, whichever entries of a file they come from. */
function withoutSources({ initContainers, containers }: Pod) {
  return [initContainers, containers].map(list => list.map(({ source: _, ...container }) => container));
}

/** Maps in another order; lists, and init containers, which run in the file's order, as they are. */
function shuffleMaps(value: unknown, next: () => number): unknown {
  if (Array.isArray(value)) return value.map(item => shuffleMaps(item, next));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => ({
    key,
    item: shuffleItem(key, item, next),
    place: next(),
  }));
  return Object.fromEntries(entries.sort((a, b) => a.place - b.place).map(({ key, item }) => [key, item]));
}

function shuffleItem(key: string, item: unknown, next: () => number): unknown {
  if (key !== 'initContainers' || typeof item !== 'object' || item === null) return shuffleMaps(item, next);
  return Object.fromEntries(Object.entries(item).map(([name, entry]) => [name, shuffleMaps(entry, next)]));
}

describe('a plan', () => {
  test('brings a bare kernel to the lab, and is then empty', () => {
    fc.assert(
      fc.property(arbitraryLab, file => {
        const wanted = toWanted(toLab(file));
        const kernel = makeKernel();
        const steps = bringUp(kernel, wanted);
        expect(steps.every(({ operation }) => operation === 'add')).toBe(true);
        expect(bringUp(kernel, wanted)).toEqual([]);
        expect(keysOf(kernel.observe())).toEqual(keysOf(wanted));
      }),
      RUNS,
    );
  });

  test('and its undo leave nothing', () => {
    fc.assert(
      fc.property(arbitraryLab, file => {
        const kernel = makeKernel();
        const steps = bringUp(kernel, toWanted(toLab(file)));
        run(kernel, steps.toReversed().map(invert));
        expect(keysOf(kernel.observe())).toEqual([]);
      }),
      RUNS,
    );
  });

  test('brings any lab to any other, and back', () => {
    fc.assert(
      fc.property(arbitraryChange, ([before, after]) => {
        const old = toLab(before);
        const [from, to] = [toWanted(old), toWanted(toLab(after, old))];
        const kernel = makeKernel();
        bringUp(kernel, from);
        const first = observe(kernel, from);
        for (const wanted of [to, from]) {
          bringUp(kernel, wanted);
          expect(diff(observe(kernel, wanted), wanted)).toEqual([]);
          expect(keysOf(observe(kernel, wanted))).toEqual(keysOf(wanted));
        }
        expect(withoutLuck(observe(kernel, from))).toEqual(withoutLuck(first));
      }),
      runs(100),
    );
  });

  test('is what iptables-restore is given, and every line of it is known again', () => {
    fc.assert(
      fc.property(arbitraryChange, ([one, other]) => {
        const [from, to] = [toWanted(toLab(one)), toWanted(toLab(other))];
        const steps = diff(objectsOf(from), to).filter(({ object: { kind } }) => kind === 'chain' || kind === 'rules');
        for (const { job, steps: own, blame } of toBatches(steps)) {
          const commands = own.flatMap(render);
          const { text, lines } = toRestore(commands.map(({ argv }) => argv));
          expect(isCommand(job) && job.input).toBe(text);
          for (const [index, command] of commands.entries())
            expect(blame(`iptables-restore: line ${lines[index]} failed`)?.command).toEqual(command);
        }
      }),
      runs(30),
    );
  });

  test('has steps for what differs, and for what goes with it', () => {
    fc.assert(
      fc.property(arbitraryChange, ([before, after]) => {
        const kernel = makeKernel();
        bringUp(kernel, toWanted(toLab(before)));
        const wanted = toWanted(toLab(after));
        const observed = observe(kernel, wanted);
        const steps = diff(observed, wanted);
        const keys = steps.map(({ operation, object }) => `${operation === 'delete'} ${keyOf(object)}`);
        expect(new Set(keys).size).toBe(keys.length);
        for (const step of steps) expect(isDue(step, observed, wanted)).toBe(true);
      }),
      RUNS,
    );
  });

  test('has command words that need no care, but for rules and what a person wrote', () => {
    fc.assert(
      fc.property(arbitraryLab, file => {
        const steps = diff(new Map(), toWanted(toLab(file))).filter(
          ({ object }) => object.kind !== 'rules' && object.kind !== 'sysctl' && !isKept(object),
        );
        const words = steps.flatMap(step => render(step).flatMap(({ argv }) => argv));
        expect(words.filter(word => !/^[\x21-\x7e]+$/.test(word))).toEqual([]);
      }),
      RUNS,
    );
  });
});

/** MAC addresses that the kernel picks, and the order in which it was told things, are not the lab's. */
const withoutLuck = (state: State) => new Map([...state].map(([key, object]) => [key, withoutLuckOf(object)]));

function withoutLuckOf(object: KernelObject): unknown {
  if (object.kind === 'device') return { ...object, mac: '', mtu: 0 };
  if (object.kind === 'ip-set') return { ...object, members: object.members.toSorted() };
  return object.kind === 'veth' ? 'veth' : object;
}

/** Whether the object is new, not wanted, not as it should be, or hangs on something that goes. */
function isDue({ operation, object, mayExist }: Step, observed: State, wanted: WantedState): boolean {
  const key = keyOf(object);
  const is = observed.get(key);
  if (operation === 'delete')
    return is !== undefined && (!wanted.has(key) || hangsOn(is, goneTokens(observed, wanted)));
  if (operation === 'change') return is !== undefined && !specOf(object).same(is, object);
  return mayExist ? is !== undefined && hangsOn(is, goneTokens(observed, wanted)) : is === undefined;
}

const hangsOn = (object: KernelObject, tokens: ReadonlySet<string>) =>
  [...specOf(object).needs(object), ...(specOf(object).affectedBy?.(object) ?? [])].some(token => tokens.has(token));

function goneTokens(observed: State, wanted: WantedState): ReadonlySet<string> {
  const tokens = new Set<string>();
  const lose = (object: KernelObject) => {
    for (const token of specOf(object).gives(object)) tokens.add(token);
  };
  for (const [key, object] of observed) if (!wanted.has(key)) lose(object);
  for (let size = -1; size !== tokens.size; ) {
    size = tokens.size;
    for (const object of observed.values()) if (hangsOn(object, tokens)) lose(object);
  }
  return tokens;
}

test('formatting and parsing of the addresses of a lab give the same text', () => {
  fc.assert(
    fc.property(arbitraryLab, file => {
      for (const { addresses } of interfacesOf(toLab(file))) {
        for (const text of addresses) expect(`${formatIp(hostOf(text).ip)}/${hostOf(text).subnet.prefix}`).toBe(text);
      }
    }),
    runs(30),
  );
});
