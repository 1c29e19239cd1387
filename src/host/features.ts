/**
 * Every feature of the host that netlab can try: what the kinds need, in their order, and the features of labs; then
 * what no lab needs by itself, but the labs of the course have in their containers and lessons. Pure: it says what to
 * run.
 */
import { FEATURES } from '../features/registry.ts';
import type { HostFeature } from '../state/host-feature.ts';
import { type KernelObject, KINDS, specOf } from '../state/kinds.ts';

function program(id: string, use: string, words: readonly string[], debian: string): HostFeature {
  return { id, title: id, use, argv: [id, ...words], package: debian };
}

const LESSONS: readonly HostFeature[] = [
  {
    id: 'connections',
    title: 'table of connections',
    use: '"conntrack" in checks',
    argv: ['cat', '/proc/net/nf_conntrack'],
    package: 'coreutils',
    module: 'nf_conntrack',
  },
  program('busybox', 'containers of the labs from 15 on', ['true'], 'busybox'),
  program('ping', 'lessons', ['-V'], 'iputils-ping'),
  program('dig', 'lesson of 35-dns', ['-v'], 'bind9-dnsutils'),
  program('conntrack', 'lesson of 40-way-back', ['--version'], 'conntrack'),
];

export const HOST_FEATURES: readonly HostFeature[] = [
  ...new Set([
    ...KINDS.flatMap(({ needsOfHost }) => needsOfHost.all),
    ...FEATURES.flatMap(({ needsOfHost }) => needsOfHost?.all ?? []),
  ]),
  ...LESSONS,
];

/** The features that one object needs. */
export function needsOf(object: KernelObject): readonly HostFeature[] {
  return [
    ...specOf(object).needsOfHost.of(object),
    ...FEATURES.flatMap(feature => feature.needsOfHost?.of(object) ?? []),
  ];
}
