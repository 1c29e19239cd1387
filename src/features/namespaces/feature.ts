/** Kubernetes' namespaces with their labels, by which policies find them. They are nothing in the kernel. */
import type { Feature } from '../feature.ts';
import { expandNamespaces } from './expand.ts';
import { namespacesOf } from './model.ts';
import { resolveNamespaces } from './resolve/namespaces.ts';

export const namespaces: Feature = {
  name: 'namespaces',
  resolve: ({ file, problems }) => ({ namespaces: resolveNamespaces(file, problems) }),
  expand: lab => expandNamespaces(namespacesOf(lab)),
};
