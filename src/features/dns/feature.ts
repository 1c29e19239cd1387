/** The names of the cluster: a DNS server that is a pod of the lab, and what each pod knows of names. */
import type { Feature } from '../feature.ts';
import { addClusterDns } from './resolve/add.ts';

export const dns: Feature = {
  name: 'dns',
  addEntries: addClusterDns,
};
