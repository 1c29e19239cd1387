/** `netlab schema`: the JSON Schema of lab files, for editors. */
import schema from '../../../schemas/lab.schema.json' with { type: 'json' };
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

export const command = defineCommand({
  usage: 'schema',
  describe: 'print the JSON Schema of lab files',
  options: y => y,
  run: (_, { io }) => {
    io.out(`${JSON.stringify(schema, null, 2)}\n`);
    return EXIT.done;
  },
});
