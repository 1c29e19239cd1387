/** The control groups that a process is in: its id and a controller of the first version come in, folders go out. */
import { readRegularFile } from './regular-file.ts';

/** Outermost first. Of the second version there is one tree for all controllers, which some hosts have beside the others. */
export function groupsAround(pid: number | 'self', controller: string, proc = '/proc'): string[] {
  return (readRegularFile(`${proc}/${pid}/cgroup`) ?? '').split('\n').flatMap(line => {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) return [];
    if (controllers === '') return ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].flatMap(root => pathsUp(root, path));
    return controllers.split(',').includes(controller) ? pathsUp(`/sys/fs/cgroup/${controller}`, path) : [];
  });
}

/** A group and all around it. */
function pathsUp(root: string, path: string): string[] {
  const parts = path.split('/').filter(part => part !== '' && part !== '..');
  return [...parts.keys(), parts.length].map(length => [root, ...parts.slice(0, length)].join('/'));
}
