/** Host ports: a port of a node that leads to a pod, as the CNI plugin portmap makes it. */
import './model.ts';
import type { Feature } from '../feature.ts';
import { compileHostPorts, hasHostPorts } from './compile/host-ports.ts';
import { addHostPorts } from './resolve/container-ports.ts';
import { localnetSysctls } from './resolve/localnet.ts';
import { placeHostPorts } from './resolve/placement.ts';

export const hostPorts: Feature = {
  name: 'host-ports',
  place: placeHostPorts,
  needSysctls: localnetSysctls,
  resolvePod: (pod, { problems }, soFar) => addHostPorts(pod, soFar, problems),
  contribute: lab => ({ hairpin: hasHostPorts(lab) }),
  compileRules: compileHostPorts,
};
