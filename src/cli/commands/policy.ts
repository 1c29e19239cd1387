/** `netlab policy`: which policies select each pod, and who may open connections to whom. */
import { findFlows } from '../../features/network-policies/flows.ts';
import { policiesOf } from '../../features/network-policies/model.ts';
import { type Narrow, tabulate } from '../../features/network-policies/pod-policies.ts';
import { GRAPH_FORMATS, type GraphFormat } from '../../graph/formats.ts';
import { drawPolicies } from '../../graph/policies.ts';
import type { Lab } from '../../language/lab/lab.ts';
import { JSON_FLAG, LAB, OUTPUT, once, TARGETS } from '../arguments.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { pickNames } from '../names.ts';
import type { Paint } from '../paint.ts';
import { draw, formatOfFile } from '../picture.ts';
import { type AnyLab, readAnyLab } from '../read-any-lab.ts';
import { policyJson, policyText } from '../views/policy.ts';
import { say, writeFile } from '../write.ts';

const FORMATS = ['text', 'json', ...GRAPH_FORMATS] as const;
type Format = 'text' | 'json' | GraphFormat;

export const command = defineCommand({
  usage: 'policy [lab]',
  describe: 'show what policies let in and out',
  options: y =>
    y
      .positional('lab', LAB)
      .option('pod', {
        ...TARGETS,
        describe: 'only this pod, * for any letters; may be given several times',
        suggest: 'pod',
      })
      .option('policy', {
        ...TARGETS,
        describe: 'only this policy, * for any letters; may be given several times',
        suggest: 'policy',
      })
      .option('format', {
        choices: FORMATS,
        requiresArg: true,
        coerce: once<Format | undefined>('--format'),
        describe: 'a table, or a picture; what --output ends with, else text',
      })
      .option('json', JSON_FLAG)
      .option('output', OUTPUT),
  run: async ({ lab, pod = [], policy = [], format, json, output }, { backend, io }) => {
    const kind = json ? 'json' : (format ?? (output === undefined || output === '-' ? 'text' : formatOfFile(output)));
    const any = await readAnyLab(lab, backend, io);
    const text = await show(any, narrow(any.lab, pod, policy), kind, io.paint.out);
    if (output === undefined || output === '-') io.out(text);
    else writeFile(output, text, io);
    if (policiesOf(any.lab).length === 0)
      say(`note: lab ${any.lab.name} has no networkPolicies: everything passes`, io);
    return EXIT.done;
  },
});

async function show({ lab, lineOf }: AnyLab, chosen: Narrow, format: Format, paint: Paint): Promise<string> {
  switch (format) {
    case 'text':
      return policyText(tabulate(lab, chosen), lineOf, paint);
    case 'json':
      return policyJson(tabulate(lab, chosen), lineOf);
    default:
      return draw(drawPolicies(lab, findFlows(lab, chosen)), format);
  }
}

/** Throws `UsageError` for a name that nothing has. */
function narrow(lab: Lab, pods: readonly string[], policies: readonly string[]): Narrow {
  const hasPod = picker(pods, lab.pods, 'pod');
  return { hasPod, hasPolicy: picker(policies, policiesOf(lab), 'policy') };
}

/** All where none is named. */
function picker<T extends { readonly key: string }>(patterns: readonly string[], all: readonly T[], what: string) {
  if (patterns.length === 0) return () => true;
  const plain = patterns.map(pattern => pattern.replace(/^default\//, ''));
  const picked = new Set(
    pickNames(
      plain,
      all.map(({ key }) => key),
      what,
    ),
  );
  return ({ key }: T) => picked.has(key);
}
