/** `netlab schema`: the JSON Schema of lab files, for editors. */
import schema from '../../../schemas/lab.schema.json' with { type: 'json' };
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';

export function runSchema(io: Io): number {
  io.out(`${JSON.stringify(schema, null, 2)}\n`);
  return EXIT.done;
}
