/** Rules that only iptables itself can refuse: each is named with its line, and nothing of it reaches a shell. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { labFile, leftovers, netlab, WHO } from './harness.ts';

const WITNESS = '/tmp/netlab-refused-rules-witness';

const RULES = [
  '-A FORWARD -j ACCEPT',
  '-t nat -A PREROUTING -j MASQUERADE',
  '-A FORWARD -p tcp --dprt 80 -j DROP',
  '-A FORWARD -j NOSUCH',
  // It is no mistake to iptables, which passes over it.
  '-A FORWARD -v6 -j DROP',
  '-A FORWARD "line 1"',
  `-A INPUT -s $(touch ${WITNESS}) -j DROP`,
  `-A INPUT -j DROP; touch ${WITNESS}`,
  `-A INPUT -m comment --comment "\`touch ${WITNESS}\` '; touch ${WITNESS}" -j DROP`,
];

/** Line of each rule in the file, and whether iptables refuses it. */
const REFUSED = [false, true, true, true, true, true, true, true, false].flatMap((refused, index) =>
  refused ? [index + 4] : [],
);

const text = `nodes:\n  a:\n    iptables:\n${RULES.map(rule => `      - ${JSON.stringify(rule)}\n`).join('')}`;

describe.each(WHO)('as %s', who => {
  const file = labFile(text, `refused-${who}`);

  it.each(['validate', 'up'])('%s names every rule that is refused, and runs none of their words', async command => {
    const { code, stdout } = await netlab(who, [command, '--json', file]);
    const { diagnostics } = JSON.parse(stdout);
    expect(code).toBe(2);
    expect(diagnostics.map((one: { line: number }) => one.line)).toEqual(REFUSED);
    expect(diagnostics.every((one: { code: string }) => one.code === 'refused-rule')).toBe(true);
    expect(existsSync(WITNESS)).toBe(false);
    expect(await leftovers(`refused-${who}`)).toEqual([]);
  });
});
