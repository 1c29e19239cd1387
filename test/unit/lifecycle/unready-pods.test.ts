/** Which pods an `up` leaves as unready as they are. */
import { expect, test } from 'vitest';
import type { Lab } from '../../../src/language/lab/lab.ts';
import { findStillUnready, findUnready } from '../../../src/lifecycle/unready-pods.ts';
import { load } from '../../../src/pipeline/load.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';

const PROBE = 'readiness: { http: { port: 80, httpHeaders: [{ name: Host, value: a }] } }';
const FILE = `
nodes: { n1: {} }
pods: { web: { labels: { app: web }, containers: { c: { command: [serve], env: { A: "1" }, ${PROBE} } } } }
services: { web: { selector: { app: web }, ports: [{ port: 80 }] } }
`;

function labOf(text: string): Lab {
  const { lab, diagnostics } = load(text, { name: 'x' });
  if (!lab) throw new Error(JSON.stringify(diagnostics));
  return lab;
}

/** No pod of it is ready. */
const sandbox = { readProcesses: async () => ({ readyPods: [] }) } as unknown as Sandbox;

async function stillUnready(text: string): Promise<boolean> {
  const before: Lab = JSON.parse(JSON.stringify(labOf(FILE)));
  return findStillUnready(before, await findUnready(before, sandbox), labOf(text)).has('web');
}

test('a pod of which nothing changes stays unready', async () => {
  expect(await stillUnready(FILE)).toBe(true);
});

test('a pod with another container will be ready, or up fails', async () => {
  expect(await stillUnready(FILE.replace('A: "1"', 'A: "2"'))).toBe(false);
});
