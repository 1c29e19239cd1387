/** Containers as the lab file writes them, with every default. */
import type { ContainerEntry, LivenessEntry } from '../../language/lab/generated/lab-file.ts';
import type { Container, ContainerProbe, Pod, ProbeAction } from '../../language/lab/lab.ts';

export function expandContainers({ initContainers, containers, terminationGracePeriodSeconds }: Pod) {
  return {
    ...(terminationGracePeriodSeconds === null ? {} : { terminationGracePeriodSeconds }),
    ...section('initContainers', initContainers),
    ...section('containers', containers),
  };
}

function section<K extends string>(key: K, items: readonly Container[]) {
  const entries = Object.fromEntries(items.map(item => [item.name, expandContainer(item)]));
  return (items.length === 0 ? {} : { [key]: entries }) as { [P in K]?: Record<string, ContainerEntry> };
}

function expandContainer(container: Container): ContainerEntry {
  const { restart, readiness, liveness, startup } = container;
  return {
    ...expandProcess(container),
    restart,
    ...(readiness && { readiness: expandProbe(readiness) }),
    ...(liveness && { liveness: expandProbe(liveness) }),
    ...(startup && { startup: expandProbe(startup) }),
  };
}

function expandProcess({ image, imagePullPolicy, command, args, env, workingDir, ports }: Container) {
  return {
    ...(image === undefined ? {} : { image }),
    ...(imagePullPolicy === undefined ? {} : { imagePullPolicy }),
    ...(command.length === 0 ? {} : { command }),
    ...(args.length === 0 ? {} : { args }),
    ...(Object.keys(env).length === 0 ? {} : { env }),
    ...(workingDir === '' ? {} : { workingDir }),
    ...(ports.length === 0 ? {} : { ports }),
  };
}

function expandProbe({ action, ...times }: ContainerProbe): LivenessEntry {
  return { ...expandAction(action), ...times };
}

function expandAction(action: ProbeAction): LivenessEntry {
  switch (action.kind) {
    case 'tcp': {
      const { kind: _, ...tcp } = action;
      return { tcp };
    }
    case 'http': {
      const { kind: _, httpHeaders, ...http } = action;
      return { http: { ...http, ...(httpHeaders.length === 0 ? {} : { httpHeaders }) } };
    }
    case 'grpc':
      return { grpc: { port: action.port, ...(action.service === '' ? {} : { service: action.service }) } };
    case 'exec':
      return { exec: { command: action.command } };
  }
}
