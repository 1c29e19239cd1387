/** What of the cluster's names follows readiness: the zone that its servers answer from. */
import type { Follow } from '../feature.ts';
import { compileZoneFiles, isZoneFile } from './compile/zone-file.ts';

export const followEndpoints: Follow = {
  isIn: ({ dns }) => Boolean(dns),
  objects: {
    isFollowing: () => isZoneFile,
    compile: (lab, unready) => compileZoneFiles(lab, unready),
  },
  prepare: lab => ({
    effects: now =>
      compileZoneFiles(lab, now).flatMap(({ object }) =>
        object.kind === 'file' ? [{ kind: 'file', file: object }] : [],
      ),
  }),
};
