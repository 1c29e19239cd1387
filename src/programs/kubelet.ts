/** The kubelet's program: the kubelet with a Docker that runs containers from images. */
import { makeDockerCli } from '../backends/docker/kubelet/docker-cli.ts';
import { makeDockerRuntime } from '../backends/docker/kubelet/docker-runtime.ts';
import { runKubelet } from '../kubelet/kubelet.ts';

runKubelet(children => makeDockerRuntime(makeDockerCli(children)));
