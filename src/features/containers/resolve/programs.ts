/**
 * What containers run: images on the `docker` backend, programs of this host on `netns`. The entry of a container comes
 * in, its program goes out with every default.
 */
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { ContainerEntry, InitContainerEntry } from '../../../language/lab/generated/lab-file.ts';
import type { BackendName, Container } from '../../../language/lab/lab.ts';
import type { LabDraft } from '../../../resolve/model.ts';
import type { Problems } from '../../../resolve/problems.ts';

/** Its programs are those that labs for `netns` use too. */
const DEFAULT_IMAGE = 'busybox:stable';

export interface Programs {
  readonly backend: BackendName;
  readonly image: string;
}

export function resolvePrograms({ file, options, backend }: LabDraft): Programs {
  return { backend, image: options.image ?? file.cluster?.image ?? DEFAULT_IMAGE };
}

type Program = Pick<Container, 'image' | 'imagePullPolicy' | 'command' | 'args' | 'workingDir'>;
export type AnyContainerEntry = ContainerEntry | InitContainerEntry;

/** On `netns` a command is one vector, whichever key its words come from. */
export function toProgram(
  { image, imagePullPolicy, command = [], args = [], workingDir }: AnyContainerEntry,
  to: Programs,
): Program {
  if (to.backend === 'netns' || (image === undefined && isOwn(command)))
    return { command: [...command, ...args], args: [], workingDir: workingDir ?? '/' };
  return {
    image: image ?? to.image,
    imagePullPolicy: imagePullPolicy ?? 'IfNotPresent',
    ...{ command, args, workingDir: workingDir ?? '' },
  };
}

/** netlab's own programs, `netlab-dns` and `netlab-ingress`, are run by this host on every backend. */
const isOwn = ([program = '']: readonly string[]) => program.startsWith('netlab-');

export function checkProgram(
  name: string,
  entry: AnyContainerEntry,
  source: Path,
  { backend }: Programs,
  problems: Problems,
): void {
  if (backend === 'netns' && entry.image !== undefined) {
    refuseImage(name, entry, [...source, 'image'], problems);
    return;
  }
  if (backend === 'netns' && entry.imagePullPolicy !== undefined) {
    const message = `"imagePullPolicy" of container "${name}" does not go with "backend: netns", which has no images`;
    problems.errorAtKey([...source, 'imagePullPolicy'], 'conflict', message, 'delete it, or write "backend: docker"');
  }
  if (entry.command === undefined && entry.image === undefined) {
    const hint = 'say what it runs: "command: [busybox, httpd, -f]"';
    problems.errorAtKey(source, 'missing-key', `container "${name}" has no "command"`, hint);
  } else if (entry.command?.[0] === '') {
    const hint = 'the first item is the program, the others are its arguments';
    problems.error([...source, 'command', 0], 'not-allowed', `container "${name}" has no program to run`, hint);
  }
}

function refuseImage(name: string, { command }: AnyContainerEntry, path: Path, problems: Problems): void {
  const message = `"image" of container "${name}" does not go with "backend: netns", which runs the host's own programs`;
  const wayOut = command ? 'delete it' : 'write "command: [busybox, httpd, -f]" in its place';
  problems.errorAtKey(path, 'conflict', message, `${wayOut}, or run the lab with images: netlab up --backend docker`);
}
