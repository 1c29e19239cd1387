/** Containers as the lab file writes them, with every default. */
import type { ContainerEntry, InitContainerEntry, ReadinessEntry } from '../../language/lab/generated/lab-file.ts';
import type { Container, ContainerProbe, Pod, ProbeAction } from '../../language/lab/lab.ts';

export function expandContainers({ initContainers, containers }: Pod) {
  return {
    ...section('initContainers', initContainers, expandInitContainer),
    ...section('containers', containers, expandContainer),
  };
}

function section<K extends string, T>(key: K, items: readonly Container[], expand: (item: Container) => T) {
  const entries = Object.fromEntries(items.map(item => [item.name, expand(item)]));
  return (items.length === 0 ? {} : { [key]: entries }) as { [P in K]?: Record<string, T> };
}

function expandInitContainer(container: Container): InitContainerEntry {
  return { ...expandProcess(container), restart: container.restart === 'never' ? 'never' : 'on-failure' };
}

function expandContainer(container: Container): ContainerEntry {
  const { restart, readiness, liveness } = container;
  return {
    ...expandProcess(container),
    restart,
    ...(readiness && { readiness: expandProbe(readiness) }),
    ...(liveness && { liveness: expandProbe(liveness) }),
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

function expandProbe({ action, ...times }: ContainerProbe): ReadinessEntry {
  return { ...expandAction(action), ...times };
}

function expandAction(action: ProbeAction): ReadinessEntry {
  switch (action.kind) {
    case 'tcp': {
      const { kind: _, ...tcp } = action;
      return { tcp };
    }
    case 'http': {
      const { kind: _, httpHeaders, ...http } = action;
      return { http: { ...http, ...(httpHeaders.length === 0 ? {} : { httpHeaders }) } };
    }
    case 'exec':
      return { exec: { command: action.command } };
  }
}
