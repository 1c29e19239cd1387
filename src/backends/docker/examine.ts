/** What this host's Docker can do for labs, tried for real, as `netlab doctor` tells it. */
import type { HostCheck } from '../../sandbox/host.ts';
import { HostError } from '../../sandbox/host-error.ts';
import { DEFAULT_NODE_IMAGE } from '../../state/docker.ts';
import { askDocker } from './client.ts';
import { describeDockerHost, requireDocker } from './docker-host.ts';

const USE = 'backend: docker';

export async function examineDocker(): Promise<HostCheck[]> {
  try {
    const socket = await requireDocker();
    const { nodeFlags: flags } = describeDockerHost();
    const feature = `Docker, nodes ${flags[0] === '--privileged' ? 'privileged' : `without ${withheld(flags)}`}`;
    const found = await askDocker(['image', 'inspect', '--format', '{{.Id}}', DEFAULT_NODE_IMAGE], socket);
    const reason = found.code === 0 ? '' : 'this host does not have it yet';
    return [
      { id: 'docker', feature, use: USE, works: true, reason: '', fix: '' },
      {
        id: 'node-image',
        feature: `image ${DEFAULT_NODE_IMAGE}`,
        use: USE,
        works: reason === '',
        reason,
        fix: reason && `docker pull ${DEFAULT_NODE_IMAGE}`,
      },
    ];
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return [
      { id: 'docker', feature: 'Docker', use: USE, works: false, reason: error.message, fix: error.fixes.join('; ') },
    ];
  }
}

/** The capabilities that the host itself lacks. */
const withheld = (flags: readonly string[]) => flags.filter((_, index) => flags[index - 1] === '--cap-drop').join(', ');
