import { z } from 'zod';
import {
  anyValue,
  duration,
  effect,
  environment,
  id,
  line,
  retries,
  text,
  timeout,
  type RawEnvironment,
  type RawRetries,
} from './schema-parts.ts';

const needs = z.union([id, z.array(id)], { error: 'must be a step id or a list of step ids' });

const common = {
  id: id.optional().describe('Unique in the plan; `step-3` (its position) when not given.'),
  name: line.optional().describe('What people are shown instead of the step itself. No expressions.'),
  needs: needs.optional().describe('Steps that must have ended. Default: the step before; [] for none.'),
  if: z
    .union([z.string(), z.boolean()], { error: 'must be an expression, true or false' })
    .optional()
    .describe('Runs only if this holds. Default success(); failure() and always() run after failures too.'),
  env: environment
    .optional()
    .describe('Environment variables of the step; the only place for secret inputs.'),
  continue_on_error: z
    .boolean()
    .optional()
    .describe('A failure of this step does not fail the plan. Default false.'),
  timeout: timeout.optional().describe('The longest that one attempt may take, such as 60s.'),
  retries: retries.optional().describe('Further attempts when the step fails.'),
};

const runStep = z.strictObject({
  ...common,
  run: text.describe('Shell text. It holds no expressions: values reach it through env.'),
  effect: effect.optional().describe('read: it changes no file. Default write.'),
});

const usesStep = z.strictObject({
  ...common,
  uses: text.describe('A tool, such as fs.write. `agents tool list` shows them.'),
  with: z
    .record(z.string(), anyValue)
    .optional()
    .describe('The arguments of the tool. Expressions keep their type.'),
  effect: effect.optional().describe('write: treat this call as a write. Default: as the tool says.'),
});

const option = z.union(
  [
    id,
    z.strictObject({
      id: id.describe('What decisions.<step>.chosen is then.'),
      description: text.optional().describe('What it means, for the person who chooses.'),
    }),
  ],
  { error: 'must be an id or {id, description}' },
);

const decideStep = z.strictObject({
  ...common,
  decide: z
    .strictObject({
      question: text.describe('What is to be decided.'),
      options: z
        .array(option)
        .min(1, { error: 'must have at least one option' })
        .describe('What can be chosen.'),
      by: z.enum(['human', 'rule', 'model']).optional().describe('Who chooses. Default human.'),
      choose: text.optional().describe('For by: rule: an expression that gives the id of an option.'),
      default: z.string().optional().describe('For by: human: taken when nobody can be asked.'),
      rationale: text.optional().describe('Why, for the record.'),
    })
    .describe('A decision that is recorded.'),
});

const askStep = z.strictObject({
  ...common,
  ask: z
    .strictObject({
      question: text.describe('What the person is asked.'),
      type: z
        .enum(['string', 'number', 'boolean'])
        .optional()
        .describe('What the answer must be. Default string.'),
      default: z
        .union([z.string(), z.number(), z.boolean()], { error: 'must be a text, a number, true or false' })
        .optional()
        .describe('Taken when nobody can be asked.'),
    })
    .describe('A question to a person; the answer is steps.<id>.outputs.answer.'),
});

const sleepStep = z.strictObject({ ...common, sleep: duration.describe('How long to wait, such as 5s.') });

/** A subplan as written: inline (`steps`) or another document (`uses`). */
export interface RawSubplan {
  readonly name: string;
  readonly needs?: string | string[] | undefined;
  readonly retries?: RawRetries | undefined;
  readonly steps?: RawStep[] | undefined;
  readonly env?: RawEnvironment | undefined;
  readonly outputs?: Record<string, z.infer<typeof anyValue>> | undefined;
  readonly uses?: string | undefined;
  readonly with?: Record<string, z.infer<typeof anyValue>> | undefined;
}

const subplanCommon = {
  name: line.describe('Unique among its siblings. No expressions.'),
  needs: needs.optional().describe('Siblings that must be complete first; only in dependency_ordered.'),
  retries: retries
    .optional()
    .describe('Further attempts of this subplan. Default: those of the subplans step.'),
};

const inlineSubplan = z.strictObject({
  ...subplanCommon,
  steps: z
    .lazy((): z.ZodType<RawStep[]> => stepsSchema)
    .describe(
      'Its steps. They see the inputs and env of the plan around them, and only each other as steps.',
    ),
  env: environment.optional().describe('Environment variables of all its steps.'),
  outputs: z.record(z.string(), anyValue).optional().describe('What it hands to the plan around it.'),
});

const includedSubplan = z.strictObject({
  ...subplanCommon,
  uses: z
    .string()
    .regex(/^\.\.?\/.+\.ya?ml$/, {
      error: 'must be a file such as ./tests.plan.yaml, relative to this document',
    })
    .describe('Another document, relative to this one.'),
  with: z.record(z.string(), anyValue).optional().describe('The inputs of that document.'),
});

const subplan: z.ZodType<RawSubplan> = z.union([inlineSubplan, includedSubplan]);

const subplansStep = z.strictObject({
  ...common,
  subplans: z
    .strictObject({
      mode: z
        .enum(['sequential', 'parallel', 'dependency_ordered'])
        .optional()
        .describe('How they follow each other. Default sequential.'),
      max_parallel: z
        .int({ error: 'must be a whole number' })
        .min(1, { error: 'must be at least 1' })
        .optional()
        .describe('How many may run at once. Default: the configuration.'),
      fail_fast: z.boolean().optional().describe('When one fails, the others are cancelled. Default true.'),
      retries: retries.optional().describe('Further attempts of each subplan that gives none of its own.'),
      plans: z.array(subplan).min(1, { error: 'must have at least one plan' }).describe('The subplans.'),
    })
    .describe('Plans inside this plan, each with a state of its own.'),
});

/** One branch for each verb, in the order of STEP_KINDS: faults are told from the branch that the verb names. */
const stepSchema = z.union([runStep, usesStep, decideStep, subplansStep, askStep, sleepStep]);

/** A step as written; it has one of the verbs. */
export type RawStep = z.infer<typeof stepSchema>;

export const stepsSchema: z.ZodType<RawStep[]> = z
  .array(stepSchema)
  .min(1, { error: 'must have at least one step' });
