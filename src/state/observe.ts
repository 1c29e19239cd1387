/**
 * What the kernel says, as state: the same kinds of objects that a lab wants. Each kind reads its own.
 *
 * Pure. What the kernel makes by itself (`lo`, link-local addresses, routes to connected subnets, default qdiscs) is left
 * out, and so is what a routing daemon adds: neither was asked for, and neither is drift.
 */
import { machineToken } from './kind.ts';
import { type KernelObject, KINDS, specOf } from './kinds.ts';
import { answerTo, type NamespaceAnswers, type Question, type SeenNamespace, type Topics } from './question.ts';
import { type State, toState } from './state.ts';

export interface Observation {
  /** What the sandbox keeps itself, as it was written down: files and processes of pods, containers that hold namespaces. */
  readonly kept: readonly KernelObject[];
  readonly namespaces: Readonly<Record<string, NamespaceAnswers>>;
}

/** Every question of every kind, each once. */
export const QUESTIONS: readonly Question[] = [
  ...new Map(
    KINDS.flatMap(({ observing }) => observing?.questions ?? []).map(question => [question.name, question]),
  ).values(),
];

export function observe({ kept, namespaces }: Observation, topics: Topics): State {
  const given = new Set(kept.flatMap(object => specOf(object).gives(object)));
  // What begins with a dot is a scratch namespace.
  const own = Object.entries(namespaces).filter(([ns]) => !ns.startsWith('.'));
  return toState([
    ...own.flatMap(([ns, answers]) => readNamespace(toSeen(ns, answers, given.has(machineToken(ns)), topics))),
    ...kept,
  ]);
}

/** What is seen in some namespaces takes the place of what was there; one that is not seen any more is gone. */
export function mergeObservations(was: Observation, now: Observation, within: readonly string[]): Observation {
  const again = new Set(within);
  const others = Object.entries(was.namespaces).filter(([ns]) => !again.has(ns));
  return { kept: now.kept, namespaces: Object.fromEntries([...others, ...Object.entries(now.namespaces)]) };
}

function readNamespace(seen: SeenNamespace): KernelObject[] {
  // What a kind reads of another is of the union too.
  return KINDS.flatMap(({ observing }) => (observing?.read(seen) ?? []) as KernelObject[]);
}

function toSeen(ns: string, answers: NamespaceAnswers, contained: boolean, topics: Topics): SeenNamespace {
  return {
    ns,
    contained,
    answer: question => answerTo(answers, question),
    topics: ({ name }) => topics[name]?.[ns] ?? [],
  };
}

/** What the kernel is to be asked of these objects besides what it is always asked. */
export function topicsOf(objects: Iterable<KernelObject>): Topics {
  const topics: Record<string, Record<string, string[]>> = {};
  for (const object of objects) {
    const topic = specOf(object).observing?.topic;
    const word = topic?.of(object);
    if (topic === undefined || word === undefined || !('ns' in object)) continue;
    const byNamespace = topics[topic.question.name] ?? {};
    topics[topic.question.name] = byNamespace;
    const words = byNamespace[object.ns] ?? [];
    byNamespace[object.ns] = words;
    words.push(word);
  }
  return topics;
}

/** The namespaces of which more is to be asked than has been. */
export function findWider(topics: Topics, asked: Topics): string[] {
  const wider = Object.entries(topics).flatMap(([question, byNamespace]) =>
    Object.entries(byNamespace).flatMap(([ns, words]) => {
      const known = new Set(asked[question]?.[ns]);
      return words.some(word => !known.has(word)) ? [ns] : [];
    }),
  );
  return [...new Set(wider)];
}
