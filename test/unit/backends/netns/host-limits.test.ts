import { describe, expect, it } from 'vitest';
import { explainFailure, requireCommands } from '../../../../src/backends/netns/host-limits.ts';
import { HostError } from '../../../../src/sandbox/host-error.ts';

const SAID = 'unshare: unshare failed: Operation not permitted\n';

describe('why a sandbox cannot be made', () => {
  it.each([
    ['kernel.unprivileged_userns_clone', 0, 1],
    ['user.max_user_namespaces', 0, 15000],
    ['kernel.apparmor_restrict_unprivileged_userns', 1, 0],
  ])('names %s = %i and how to set it to %i', (sysctl, value, open) => {
    const error = explainFailure(SAID, false, name => (name === sysctl ? value : undefined));
    expect(error).toBeInstanceOf(HostError);
    expect(error.message).toContain(`${sysctl} = ${value}`);
    expect(error.fixes).toContain(`sudo sysctl -w ${sysctl}=${open}`);
  });

  it('names no setting that is not in the way', () => {
    const open: Readonly<Record<string, number>> = {
      'kernel.unprivileged_userns_clone': 1,
      'user.max_user_namespaces': 1000,
      'kernel.apparmor_restrict_unprivileged_userns': 0,
    };
    const error = explainFailure(SAID, false, name => open[name]);
    expect(error.message).toContain('Operation not permitted');
    expect(error.fixes.join()).not.toContain('sysctl');
  });

  it('does not speak of user namespaces to who needs none', () => {
    expect(explainFailure(SAID, true, () => 0).fixes.join()).not.toContain('sysctl');
  });

  it('names every missing command and its package', () => {
    const attempt = (): void => requireCommands('/nonexistent');
    expect(attempt).toThrow('unshare, nsenter, mount, ip');
    try {
      attempt();
    } catch (error) {
      expect(error).toMatchObject({ fixes: ['sudo apt install util-linux mount iproute2'] });
    }
  });
});
