/** Routes of nodes and pods. */
import type { LabRoute } from '../language/lab/lab.ts';
import { tableName } from '../state/policy-rule.ts';
import type { Wanted } from '../state/state.ts';
import type { CompileContext } from './context.ts';
import { want } from './want.ts';

export function compileRoute(route: LabRoute, context: CompileContext): Wanted {
  const { on, to, via, dev, src, metric, mtu, table, type, source } = route;
  const given = Object.fromEntries(
    Object.entries({ via, dev, src, metric, mtu, table }).filter(([, value]) => value !== undefined),
  );
  const why = context.routeReason(route) ?? routeReason(route, context);
  return want({ kind: 'route', ns: context.machines.get(on)?.ns ?? on, to, type, ...given }, why, source);
}

function routeReason({ on, to, via, dev, table, type }: LabRoute, { owners }: CompileContext): string {
  const hop = via === undefined ? dev : owners.has(via) ? `${owners.get(via)} (${via})` : via;
  const target = to === '0.0.0.0/0' || to === '::/0' ? 'everything else' : to;
  const where = table === undefined ? '' : `, in table ${tableName(table)}`;
  return type === 'unicast'
    ? `${on} reaches ${target} through ${hop}${where}`
    : `${on} refuses packets to ${target} (${type})${where}`;
}
