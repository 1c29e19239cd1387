/** The path of a rule: what no request could have is refused, and what its author may have meant otherwise is said. */
import type { Path } from '../../../language/diagnostic/diagnostic.ts';
import type { Problems } from '../../../resolve/problems.ts';
import type { PathType } from '../model.ts';
import { looksLikePattern, readPath } from '../path.ts';

/** As it is written, so that the long form says it again; empty is the root. */
export function readRulePath(written: string, pathType: PathType, at: Path, problems: Problems): string {
  const read = readPath(written);
  if ('fault' in read) problems.error(at, 'not-allowed', `the path ${written} ${read.fault}`, read.hint);
  else if (looksLikePattern(written)) {
    const message = `the path ${written} is no pattern: each of its letters stands for itself`;
    problems.warn(at, 'not-allowed', message, hintFor(pathType));
  }
  return written === '' ? '/' : written;
}

const hintFor = (pathType: PathType) =>
  pathType === 'Exact'
    ? 'for a path and all below it write "pathType: Prefix"'
    : 'a prefix is for all below it by itself; ingress-nginx takes patterns only by an annotation, which labs do not have';
