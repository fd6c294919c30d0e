import type { JsonObject } from '../../domain/json.ts';
import type { Command } from '../command.ts';

function schemaCommand(name: string, about: string, read: () => Promise<JsonObject>): Command {
  return {
    describe: (parser) => parser.example(`$0 schema ${name} > ${name}.schema.json`, about),
    run: async (_args, session) => {
      const schema = await read();
      return { data: { schema }, show: () => session.output.print(JSON.stringify(schema, null, 2)) };
    },
  };
}

export const schemaPlan = schemaCommand('plan', 'for an editor that checks plan documents', async () =>
  (await import('../../app/plan-schema.ts')).planSchema(),
);

export const schemaConfig = schemaCommand('config', 'for an editor that checks .agentsrc', async () =>
  (await import('../../config/config-json-schema.ts')).configJsonSchema(),
);
