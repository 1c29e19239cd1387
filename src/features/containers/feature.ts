/** The processes of pods: containers, how they are probed, and the files that they see. */
import { groupLinks } from '../../compile/links.ts';
import type { Feature } from '../feature.ts';
import { compileContainers } from './compile/containers.ts';
import { expandContainers } from './expand.ts';
import { resolveContainers } from './resolve/containers.ts';
import { resolvePrograms } from './resolve/programs.ts';

export const containers: Feature = {
  name: 'containers',
  resolvePod: (pod, draft) => ({
    terminationGracePeriodSeconds: pod.entry.terminationGracePeriodSeconds ?? null,
    ...resolveContainers(pod, resolvePrograms(draft), draft.problems),
  }),
  compile: (lab, context) => {
    const linksOf = groupLinks(lab.links);
    return lab.pods.flatMap(pod => compileContainers(pod, lab, linksOf.get(pod.key) ?? [], context));
  },
  expandPod: expandContainers,
};
