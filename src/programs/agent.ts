/** The agent's program: the agent with what Docker adds to it. */
import { runAgent } from '../agent/agent.ts';
import { makeDockerExtension } from '../backends/docker/agent/extension.ts';

runAgent(makeDockerExtension());
