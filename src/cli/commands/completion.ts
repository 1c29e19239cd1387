/** `netlab completion`: a script that makes a shell complete netlab's command line. */
import { completionScript, SHELLS } from '../../completion/scripts.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

export const command = defineCommand({
  usage: 'completion <shell>',
  describe: 'print a script that completes commands',
  options: y => y.positional('shell', { choices: SHELLS, demandOption: true, describe: 'the shell it is for' }),
  run: ({ shell }, { io }) => {
    io.out(completionScript(shell));
    return EXIT.done;
  },
});
