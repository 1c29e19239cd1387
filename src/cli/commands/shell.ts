/** `netlab shell`: open a shell in a node, pod, container or switch of a running lab. */
import { existsSync } from 'node:fs';
import { CONTAINER, IN_LAB, TARGET } from '../arguments.ts';
import { defineCommand } from '../command.ts';
import { runInside } from './exec.ts';

export const command = defineCommand({
  usage: 'shell <target>',
  describe: 'open a shell in a node or pod',
  options: y => y.option('lab', IN_LAB).option('container', CONTAINER).positional('target', TARGET),
  run: ({ lab, target, container }, context) => {
    const shell = process.env['SHELL'] ?? '';
    return runInside({ lab, target, container, argv: [existsSync(shell) ? shell : '/bin/sh'] }, context);
  },
});
