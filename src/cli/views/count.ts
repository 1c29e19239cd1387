/** `1 pod`, `2 pods` */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** `2 nodes, 1 pod` */
export function sizeOf({
  nodes,
  pods,
}: {
  readonly nodes: readonly unknown[];
  readonly pods: readonly unknown[];
}): string {
  return `${count(nodes.length, 'node')}, ${count(pods.length, 'pod')}`;
}
