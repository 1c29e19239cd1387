/** Nodes that are containers with a Docker of their own, and pods whose containers have images. */
import { DEFAULT_NODE_IMAGE } from '../../state/docker.ts';
import './model.ts';
import type { Feature } from '../feature.ts';
import { compileDocker, isContained } from './compile/docker.ts';

export const docker: Feature = {
  name: 'docker',
  resolve: ({ file, backend }) =>
    backend === 'docker' ? { nodeImage: file.cluster?.nodeImage ?? DEFAULT_NODE_IMAGE } : {},
  contribute: lab => ({ isContained: machine => isContained(lab, machine) }),
  compile: (lab, options) => compileDocker(lab, options.docker),
  expand: ({ nodeImage }) => (nodeImage === undefined ? {} : { cluster: { nodeImage } }),
};
