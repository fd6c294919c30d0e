import { UsageError, type DocumentFault } from '../domain/errors.ts';
import type { PlanSummary } from '../domain/plan.ts';
import type { Command } from './command.ts';
import { withAskedInputs } from './ask-inputs.ts';
import { withApprovedServers } from './mcp-approval.ts';
import { sayWarnings, withWarnings } from './document-warnings.ts';
import { isOn, optionalText, texts } from './global-options.ts';
import type { PlannedJson } from './proposal-text.ts';
import { parseKeyValues } from './option-values.ts';

type Parser = Parameters<Command['describe']>[0];
type Arguments = Parameters<Command['run']>[0];
type CommandSession = Parameters<Command['run']>[1];

/** The arguments of the commands that make a plan of a document. */
export function describeNewPlan(parser: Parser): Parser {
  return parser
    .positional('file', { type: 'string', describe: 'the plan document (YAML); none with --goal' })
    .option('goal', {
      type: 'string',
      requiresArg: true,
      describe: 'what is to be reached: a model writes the plan, which runs once a person agrees',
    })
    .option('model', {
      type: 'string',
      requiresArg: true,
      describe: 'with --goal: the model, as provider/name (default: models.default)',
    })
    .option('save', {
      type: 'string',
      requiresArg: true,
      describe: 'with --goal: the file that the document is written to',
    })
    .option('yes', { alias: 'y', type: 'boolean', describe: 'with --goal: agree to the plan unseen' })
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

/** A plan that was made, with what it was made of. */
export interface NewPlan {
  readonly plan: PlanSummary;
  readonly inputs: Readonly<Record<string, string>>;
  /** What a model said of it; null: it stood in a file. */
  readonly planned: PlannedJson | null;
}

/**
 * Stores the plan that the arguments ask for; a person at the terminal is asked for inputs that are missing, or whether they want
 * what a model wrote.
 * @throws UsageError, and what `withAskedInputs`, `planForGoal`, `App.createPlan` and `App.workspace` throw
 */
export async function createNewPlan(args: Arguments, session: CommandSession): Promise<NewPlan> {
  const given = parseKeyValues(texts(args, 'input'), '--input');
  const file = fileOf(args);
  const app = await session.app();
  const workspace = await app.workspace(session.options.workspace);
  const { output } = session;
  const onWarnings = (warnings: readonly DocumentFault[]): void => sayWarnings(output, warnings);
  const common = { workspace, sandbox: isOn(args, 'sandbox'), onWarnings };
  if (file === null) {
    const { planForGoal } = await import('./plan-for-goal.ts');
    return await planForGoal(session, args, { ...common, inputs: given });
  }
  return await withWarnings(output, () =>
    withApprovedServers(session, workspace, async () => {
      const inputs = await withAskedInputs(session, { file, workspace, given });
      return { plan: await app.createPlan({ file, inputs, ...common }), inputs, planned: null };
    }),
  );
}

const ONLY_WITH_GOAL = ['model', 'save', 'yes'] as const;

/** The document; null: one is to be written. @throws UsageError */
function fileOf(args: Arguments): string | null {
  const file = optionalText(args, 'file') ?? null;
  const goal = optionalText(args, 'goal');
  if (file === null && goal === undefined) {
    throw new UsageError('missing_argument', 'FILE is missing', {
      hint: 'a plan is made of a document, or for a goal: --goal "..."',
      nextSteps: ['agents plan create --help'],
    });
  }
  if (goal === undefined) {
    const stray = ONLY_WITH_GOAL.find((name) => args[name] !== undefined);
    if (stray !== undefined) throw new UsageError('invalid_option', `--${stray} says nothing without --goal`);
  } else if (file !== null) {
    throw new UsageError('extra_argument', `with --goal the document is written: ${file} is one too many`);
  } else if (goal.trim() === '') {
    throw new UsageError('invalid_option', '--goal says nothing');
  }
  return file;
}
