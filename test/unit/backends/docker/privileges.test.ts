import { describe, expect, it } from 'vitest';
import { nodeFlags } from '../../../../src/backends/docker/privileges.ts';

const ALL = (1n << 41n) - 1n;
const SYS_RESOURCE = 1n << 24n;
const LAST = 40;

describe('what a node gets of privileges', () => {
  it('is all, where the host has all', () => expect(nodeFlags(ALL, LAST)).toEqual(['--privileged']));

  it('is all that this kernel knows', () => expect(nodeFlags((1n << 38n) - 1n, 37)).toEqual(['--privileged']));

  it('is all but what the host itself lacks', () => {
    const flags = nodeFlags(ALL & ~SYS_RESOURCE, LAST).join(' ');
    expect(flags).toMatch(/^--cap-add ALL --cap-drop SYS_RESOURCE --security-opt seccomp=unconfined /);
    expect(flags).not.toContain('--privileged');
  });
});
