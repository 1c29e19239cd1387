/**
 * Lab in, wanted state out: the kernel objects that the lab is made of, each with a reason a learner understands.
 *
 * Pure. Everything has been decided by `resolve`; here a pod becomes a namespace, a veth pair, addresses and routes, and
 * each feature adds its own.
 */
import { type CompileContext, type CompileOptions, toContext } from '../compile/context.ts';
import { compileBridge, compileLink } from '../compile/interfaces.ts';
import { joinRules } from '../compile/join-rules.ts';
import { compileMachine, compileNamespaces } from '../compile/machines.ts';
import { compileRoute } from '../compile/routes.ts';
import { FEATURES } from '../features/registry.ts';
import { type Lab, withOwnNetwork } from '../language/lab/lab.ts';
import type { Wanted, WantedState } from '../state/state.ts';

export function compile(lab: Lab, options: CompileOptions): WantedState {
  const contributions = FEATURES.flatMap(({ contribute }) => contribute?.(lab) ?? []);
  const context = toContext(lab, options, contributions);
  const features = FEATURES.flatMap(feature => feature.compile?.(lab, context) ?? []);
  const layers = FEATURES.flatMap(({ compileRules }) => compileRules?.(lab, context) ?? []);
  return joinRules(
    [...layers.map(({ before }) => before), ...layers.map(({ after }) => after)],
    [...compileCore(lab, context), ...features],
  );
}

/** What shows all that a lab needs of the host: some of it, where all of it is a hundred thousand rules. */
export function compileSample(lab: Lab): WantedState {
  let soFar = lab;
  for (const { sample } of FEATURES) soFar = { ...soFar, ...sample?.(lab, soFar) };
  return compile(soFar, { ipv6: true });
}

function compileCore(lab: Lab, context: CompileContext): Wanted[] {
  return [
    ...compileNamespaces(lab, context),
    ...lab.bridges.flatMap(bridge => compileBridge(bridge, context)),
    ...withOwnNetwork(lab).flatMap(machine => compileMachine(machine, context)),
    ...lab.links.flatMap(link => compileLink(link, context)),
    ...lab.routes.map(route => compileRoute(route, context)),
  ];
}
