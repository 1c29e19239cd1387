/** `netlab status`: what a running lab has, and where the kernel differs from the lab. */
import { status } from '../../lifecycle/status.ts';
import { JSON_FLAG, LAB } from '../arguments.ts';
import { asCalled } from '../called.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readRunningLab } from '../lab-argument.ts';
import { statusJson, statusText } from '../views/status.ts';

export const command = defineCommand({
  usage: 'status [lab]',
  describe: 'show a lab, and what has drifted from it',
  options: y => y.positional('lab', LAB).option('json', JSON_FLAG),
  run: async ({ lab, json }, { backend, io }) => {
    const found = await status(backend, await readRunningLab(lab, backend, io));
    io.out(json ? statusJson(found) : asCalled(statusText(found)));
    return found.drift.length === 0 && found.remembered ? EXIT.done : EXIT.failed;
  },
});
