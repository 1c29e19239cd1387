/** Who may open connections to whom, as a picture: namespaces are frames, and an arrow is what policies let through. Pure. */
import type { Flow, Flows, Member, PodMember } from '../features/network-policies/flows.ts';
import type { Direction } from '../features/network-policies/model.ts';
import { blockText, WAYS } from '../features/network-policies/words.ts';
import { nameGroup } from '../language/lab/alike-pods.ts';
import type { Lab } from '../language/lab/lab.ts';
import { type Box, type Graph, type Line, type LineEnd, makePrintable, type NodeFrame } from './graph.ts';

export function drawPolicies(lab: Lab, { members, flows }: Flows): Graph {
  const ids = new Map(members.map((member, index) => [member, `b${index}`] as const));
  const idOf = (member: Member) => ids.get(member) ?? '';
  const pods = members.filter(member => member.kind === 'pods');
  const others = members.filter(member => member.kind !== 'pods');
  const namespaceOf = ({ pods: [{ namespace }] }: PodMember) => namespace;
  const frames = [...new Set(pods.map(namespaceOf))];
  return makePrintable({
    title: `${lab.name}: arrows are what policies let through; what is not isolated takes and sends everything else`,
    direction: 'LR',
    switches: others.map(member => drawOther(member, idOf(member))),
    nodes: frames.map(namespace => {
      const own = pods.filter(member => namespaceOf(member) === namespace);
      return drawNamespace(
        namespace,
        own.map(member => drawPods(member, idOf(member), flows)),
      );
    }),
    lines: joinBothWays(flows).map(flow => drawFlow(flow, idOf)),
  });
}

function drawOther(member: Exclude<Member, PodMember>, id: string): Box {
  const plain = { id, kind: 'external', count: 1, rows: [] } as const;
  if (member.kind === 'outside') return { ...plain, title: 'outside', notes: ['any other address'] };
  return { ...plain, title: blockText(member.block), notes: member.machines };
}

const drawNamespace = (namespace: string, pods: readonly Box[]): NodeFrame => ({
  ...{ title: namespace, isFrame: true, box: undefined, bridges: [], pods },
});

function drawPods(member: PodMember, id: string, flows: readonly Flow[]): Box {
  const { pods, isolated } = member;
  const labels = Object.entries(pods[0].labels).filter(([key, value]) =>
    pods.every(({ labels }) => labels[key] === value),
  );
  const isEmpty = (direction: Direction) =>
    !flows.some(({ from, to }) => (direction === 'Ingress' ? to : from) === member);
  const marks = isolated.map(direction => `${WAYS[direction]}${isEmpty(direction) ? ' (nothing passes)' : ''}`);
  return {
    ...{ id, kind: isolated.length > 0 ? 'isolated' : 'pod', title: nameGroup(pods), rows: [], count: pods.length },
    notes: [...labels.map(pair => pair.join('=')), ...(marks.length === 0 ? [] : [`isolated: ${marks.join(', ')}`])],
  };
}

interface DrawnFlow extends Flow {
  readonly isMutual: boolean;
}

/** What goes both ways on the same ports is one line with two heads. */
function joinBothWays(flows: readonly Flow[]): DrawnFlow[] {
  const order = new Map(flows.map((flow, index) => [flow, index]));
  const find = ({ from, to, ports }: Flow) =>
    from === to ? undefined : flows.find(other => other.from === to && other.to === from && other.ports === ports);
  return flows.flatMap((flow, index): DrawnFlow[] => {
    const back = find(flow);
    if (!back) return [{ ...flow, isMutual: false }];
    return (order.get(back) ?? 0) < index ? [] : [{ ...flow, isMutual: true }];
  });
}

function drawFlow({ from, to, ports, isMutual }: DrawnFlow, idOf: (member: Member) => string): Line {
  const end = (member: Member): LineEnd => ({ box: idOf(member) });
  return { kind: isMutual ? 'mutual' : 'flow', from: end(from), to: end(to), label: ports };
}
