/** What of Ingresses follows readiness: the endpoints that the controller leads requests to. */
import type { Lab } from '../../language/lab/lab.ts';
import type { UnreadyPods } from '../../language/lab/readiness.ts';
import type { Follow, FollowEffect } from '../feature.ts';
import { compileIngressFiles, ingressControllers, isIngressFile } from './compile/nginx.ts';

export const followEndpoints: Follow = {
  isIn: lab => ingressControllers(lab).size > 0,
  objects: {
    isFollowing: () => isIngressFile,
    compile: (lab, unready) => compileIngressFiles(lab, unready),
  },
  prepare: lab => ({ effects: now => configure(lab, now) }),
};

/** nginx that has just become ready may have read the file before it could take a signal: it is told once more. */
function configure(lab: Lab, unready: UnreadyPods): FollowEffect[] {
  const ready = new Set(lab.pods.filter(({ key }) => !unready.has(key)).map(({ ns }) => ns));
  return compileIngressFiles(lab, unready).flatMap(({ object }): FollowEffect[] => {
    if (object.kind !== 'file') return [];
    const { ns, text } = object;
    return [
      { kind: 'file', file: object },
      { kind: 'reload', ns, config: `${ready.has(ns) ? 'ready' : 'not ready'}\n${text}` },
    ];
  });
}
