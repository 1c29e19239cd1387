/** The hidden `netlab __complete`, which the scripts of `netlab completion` ask at every Tab. */

import { type Dirent, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { listTargetKinds } from '../check/frontends.ts';
import type { RecordedCommand, Suggestion } from '../completion/command-line.ts';
import { type Candidate, type Completion, complete } from '../completion/complete.ts';
import { policiesOf } from '../features/network-policies/model.ts';
import type { Lab } from '../language/lab/lab.ts';
import { parse } from '../language/parse/parse.ts';
import { recallRunning } from '../lifecycle/record.ts';
import type { Backend } from '../sandbox/sandbox.ts';
import type { CommandContext } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { readLabSource, readTargetLab } from './lab-argument.ts';

/** Prints what may come next, in the lines that the scripts read. Says nothing where something is amiss. */
export async function completeWords(
  words: readonly string[],
  commands: readonly RecordedCommand[],
  { backend, io }: CommandContext,
): Promise<number> {
  const completion = complete(words, commands);
  const { suggest, before, prefix } = completion;
  const found = suggest === undefined ? [] : await lookUp(suggest, completion, backend, io).catch(() => []);
  const fitting = unique([...completion.candidates, ...found.filter(({ value }) => value.startsWith(prefix))]);
  io.out(
    [modeOf(completion), ...fitting.map(({ value, describe }) => `${before}${value}\t${describe}`), ''].join('\n'),
  );
  return EXIT.done;
}

/** What a shell is given twice it lists twice. */
function unique(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ value }) => !seen.has(value) && seen.add(value));
}

function modeOf({ suggest, skip }: Completion): string {
  if (suggest === 'command') return `:command ${skip}`;
  return suggest === 'file' || suggest === 'lab' ? ':files' : ':plain';
}

async function lookUp(suggest: Suggestion, completion: Completion, backend: Backend, io: Io): Promise<Candidate[]> {
  const { prefix, lab } = completion;
  switch (suggest) {
    case 'file':
      return findFiles(prefix, io.cwd, /./);
    case 'running-lab':
      return findLabs(backend);
    case 'lab':
      return [...(await findLabs(backend)), ...findFiles(prefix, io.cwd, /\.ya?ml$/)];
    case 'target':
      return fromLab(lab, listTargets, backend, io);
    case 'destination':
      return fromLab(lab, running => [...listTargets(running), ...listNames(running)], backend, io);
    case 'pod':
      return fromLab(lab, listPods, backend, io);
    case 'policy':
      return fromLab(lab, listPolicies, backend, io);
    case 'container':
      return fromLab(lab, running => listContainers(running, completion.target), backend, io);
    case 'check':
      return findChecks(completion, backend, io);
    case 'command':
      return [];
  }
}

/** Of the lab that is named, else of the one that is meant without a name; also where its file has mistakes. */
async function findChecks({ lab }: Completion, backend: Backend, io: Io): Promise<Candidate[]> {
  if (lab === '-') return [];
  const source = await readLabSource(lab, backend, io).catch(() => undefined);
  const value = source && parse(source.text).value;
  const written = typeof value === 'object' && value !== null && 'checks' in value ? value.checks : undefined;
  if (typeof written !== 'object' || written === null) return fromLab(lab, listChecks, backend, io);
  return Object.keys(written).map(toCheck);
}

const toCheck = (name: string) => ({ value: name, describe: 'check' });
const listChecks = ({ checks }: Lab): Candidate[] => checks.map(({ name }) => toCheck(name));

async function findLabs(backend: Backend): Promise<Candidate[]> {
  return (await backend.list()).map(({ name }) => ({ value: name, describe: 'running lab' }));
}

/** What a running lab has; nothing where its record is damaged. */
async function fromLab(
  name: string | undefined,
  list: (lab: Lab) => Candidate[],
  backend: Backend,
  io: Io,
): Promise<Candidate[]> {
  const remembered = await recallRunning(await readTargetLab(name, backend, io), backend);
  return remembered ? list(remembered.lab) : [];
}

function listTargets({ nodes, pods, bridges }: Lab): Candidate[] {
  const switches = bridges.filter(({ node }) => node === null);
  return [
    ...listPods({ pods }),
    ...nodes.map(({ key }) => ({ value: key, describe: 'node' })),
    ...switches.map(({ key }) => ({ value: key, describe: 'switch' })),
  ];
}

const listPods = ({ pods }: Pick<Lab, 'pods'>): Candidate[] =>
  pods.map(({ key, node }) => ({ value: key, describe: `pod on ${node}` }));

const listPolicies = (lab: Lab): Candidate[] =>
  policiesOf(lab).map(({ key, namespace }) => ({ value: key, describe: `policy of ${namespace}` }));

/** Names for addresses behind which others answer. */
const listNames = (lab: Lab): Candidate[] =>
  listTargetKinds(lab).flatMap(({ label, prefix, targets }) =>
    targets.map(({ name }) => ({ value: prefix + name, describe: label })),
  );

/** Of one pod where it is named already. */
function listContainers({ pods }: Lab, target: string | undefined): Candidate[] {
  const named = pods.filter(({ key }) => target === undefined || key === target.replace(/^default\//, ''));
  return named.flatMap(({ key, containers, initContainers }) =>
    [...containers, ...initContainers].map(({ name }) => ({ value: name, describe: `container of ${key}` })),
  );
}

/** Files whose name fits, and every folder, as they continue what was typed. */
function findFiles(typed: string, cwd: string, name: RegExp): Candidate[] {
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1);
  const place = resolve(cwd, folder.startsWith('~/') ? `${homedir()}${folder.slice(1)}` : folder);
  const hidden = typed.slice(folder.length).startsWith('.');
  return readdirSync(place, { withFileTypes: true })
    .filter(entry => hidden || !entry.name.startsWith('.'))
    .map(entry => ({ name: entry.name, isFolder: isFolder(entry, place) }))
    .filter(entry => entry.isFolder || name.test(entry.name))
    .map(entry => ({ value: `${folder}${entry.name}${entry.isFolder ? '/' : ''}`, describe: '' }));
}

function isFolder(entry: Dirent, place: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return statSync(`${place}/${entry.name}`, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
