import type { DocumentFault } from '../domain/errors.ts';
import type { PlanSummary } from '../domain/plan.ts';
import type { Command } from './command.ts';
import { withAskedInputs } from './ask-inputs.ts';
import { withApprovedServers } from './mcp-approval.ts';
import { sayWarnings, withWarnings } from './document-warnings.ts';
import { isOn, text, texts } from './global-options.ts';
import { parseKeyValues } from './option-values.ts';

type Parser = Parameters<Command['describe']>[0];
type Arguments = Parameters<Command['run']>[0];
type CommandSession = Parameters<Command['run']>[1];

/** The arguments of the commands that make a plan of a document. */
export function describeNewPlan(parser: Parser): Parser {
  return parser
    .positional('file', { type: 'string', demandOption: true, describe: 'the plan document (YAML)' })
    .option('input', {
      alias: 'i',
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'an input of the document: NAME=VALUE',
    })
    .option('sandbox', {
      type: 'boolean',
      describe: 'work in a copy of the folder; "agents plan apply" brings its files back',
    });
}

/**
 * Stores the plan that the arguments ask for; a person at the terminal is asked for inputs that are missing.
 * @throws what `withAskedInputs`, `App.createPlan` and `App.workspace` throw
 */
export async function createNewPlan(
  args: Arguments,
  session: CommandSession,
): Promise<{ readonly plan: PlanSummary; readonly inputs: Readonly<Record<string, string>> }> {
  const app = await session.app();
  const given = parseKeyValues(texts(args, 'input'), '--input');
  const file = text(args, 'file');
  const workspace = await app.workspace(session.options.workspace);
  const { output } = session;
  const onWarnings = (warnings: readonly DocumentFault[]): void => sayWarnings(output, warnings);
  return await withWarnings(output, () =>
    withApprovedServers(session, workspace, async () => {
      const inputs = await withAskedInputs(session, { file, workspace, given });
      const plan = await app.createPlan({
        file,
        workspace,
        inputs,
        sandbox: isOn(args, 'sandbox'),
        onWarnings,
      });
      return { plan, inputs };
    }),
  );
}
