/** The yardstick of the benchmark: N pods over K nodes by hand, with one `ip -batch` per namespace. */

export function batchScript(pods: number, nodes: number): string {
  const all = Array.from({ length: pods }, (_, pod) => ({ pod, node: pod % nodes, port: Math.floor(pod / nodes) }));
  const each = Array.from({ length: nodes }, (_, node) => node);
  const names = [...each.map(node => `n${node}`), ...all.map(({ pod }) => `p${pod}`)];
  return [
    batch(
      '',
      names.map(name => `netns add ${name}`),
    ),
    ...each.map(node => batch(`n${node}`, nodeLines(node))),
    ...all.map(({ pod, node, port }) => batch(`p${pod}`, podLines(node, port))),
    ...each.map(node =>
      batch(
        `n${node}`,
        all.filter(one => one.node === node).map(({ port }) => `link set veth${port} master cbr0 up`),
      ),
    ),
  ].join('');
}

function batch(ns: string, lines: readonly string[]): string {
  return `ip ${ns === '' ? '' : `-n ${ns} `}-batch - <<'END'\n${lines.join('\n')}\nEND\n`;
}

function nodeLines(node: number): string[] {
  return ['link add cbr0 type bridge', `addr add 10.244.${node}.1/24 dev cbr0`, 'link set lo up', 'link set cbr0 up'];
}

function podLines(node: number, port: number): string[] {
  return [
    `link add eth0 type veth peer name veth${port} netns n${node}`,
    ...['link set lo up', 'link set eth0 up'],
    `addr add 10.244.${node}.${port + 2}/24 dev eth0`,
    `route add default via 10.244.${node}.1`,
  ];
}
