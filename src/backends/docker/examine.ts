/** What this host's Docker can do for labs, tried for real, as `netlab doctor` tells it. */
import { HostError } from '../../sandbox/host-error.ts';
import { askDocker } from './client.ts';
import { describeDockerHost, requireDocker } from './docker-host.ts';

export interface DockerVerdict {
  readonly id: string;
  readonly feature: string;
  readonly works: boolean;
  /** Empty where it works. */
  readonly reason: string;
  readonly fix: string;
}

/** `image` is what nodes are made of where a lab does not say. */
export async function examineDocker(image: string): Promise<DockerVerdict[]> {
  try {
    const socket = await requireDocker();
    const { nodeFlags } = describeDockerHost();
    const feature = `Docker, nodes ${nodeFlags[0] === '--privileged' ? 'privileged' : `without ${withheld(nodeFlags)}`}`;
    const found = await askDocker(['image', 'inspect', '--format', '{{.Id}}', image], socket);
    const reason = found.code === 0 ? '' : 'this host does not have it yet';
    return [
      { id: 'docker', feature, works: true, reason: '', fix: '' },
      {
        id: 'node-image',
        feature: `image ${image}`,
        works: reason === '',
        reason,
        fix: reason && `docker pull ${image}`,
      },
    ];
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return [{ id: 'docker', feature: 'Docker', works: false, reason: error.message, fix: error.fixes.join('; ') }];
  }
}

/** The capabilities that the host itself lacks. */
const withheld = (flags: readonly string[]) => flags.filter((_, index) => flags[index - 1] === '--cap-drop').join(', ');
