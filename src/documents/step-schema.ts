import * as z from 'zod';
import {
  about,
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
import { stepStrategy, subplansStrategy } from './strategy-schema.ts';

const toolPattern = z.string().regex(/^[A-Za-z*][A-Za-z0-9_.*-]*$/, {
  error: 'must be the name of a tool, in which * stands for any text',
});

const needs = z.union([id, z.array(id)], { error: 'must be a step id or a list of step ids' });

const common = {
  id: about(id.optional(), 'Unique in the plan; `step-3` (its position) when not given.', 'build'),
  name: about(
    line.optional(),
    'What people are shown instead of the step itself. No expressions.',
    'Build it',
  ),
  needs: about(
    needs.optional(),
    'Steps that must have ended. Default: the step before; [] for none.',
    'build',
    ['lint', 'test'],
    [],
  ),
  if: about(
    z.union([z.string(), z.boolean()], { error: 'must be an expression, true or false' }).optional(),
    'Runs only if this holds. Default success(); failure() and always() run after failures too.',
    "${{ decisions.style.chosen == 'long' }}",
    'failure()',
  ),
  env: about(environment.optional(), 'Environment variables of the step; the only place for secret inputs.', {
    VERSION: '${{ inputs.version }}',
  }),
  continue_on_error: about(
    z.boolean().optional(),
    'A failure of this step does not fail the plan. Default false.',
    true,
  ),
  timeout: about(timeout.optional(), 'The longest that one attempt may take, such as 60s.', '60s', '5m'),
  retries: about(retries.optional(), 'Further attempts when the step fails.', {
    max: 2,
    backoff: '500ms',
  }),
};

const strategy = about(
  stepStrategy.optional(),
  'Repeats the step, as one subplan for each combination of values; expressions name them matrix.<name>.',
  { matrix: { node: [20, 24] }, max_parallel: 2 },
);

const compensation = z.union(
  [
    z.strictObject({
      run: about(text, 'Shell text. It holds no expressions: values reach it through env.', 'rm -f "$FILE"'),
      env: about(environment.optional(), 'Variables beside those of the step.', {
        FILE: '${{ steps.create.outputs.stdout }}',
      }),
    }),
    z.strictObject({
      uses: about(text, 'A tool.', 'http.request'),
      with: about(z.record(z.string(), anyValue).optional(), 'The arguments of the tool.', {
        method: 'DELETE',
        url: 'https://example.com/releases/${{ steps.create.outputs.json.id }}',
      }),
      env: about(environment.optional(), 'Variables beside those of the step.', { CI: '1' }),
    }),
  ],
  { error: 'must have run: a command, or uses: a tool and with: its arguments' },
);

const compensate = about(
  compensation.optional(),
  'Takes back what the step did outside of the folder. Recorded when the step completes; a rollback offers to run it.',
  { run: 'rm -f "$FILE"', env: { FILE: '${{ steps.create.outputs.stdout }}' } },
);

const runStep = z.strictObject({
  ...common,
  run: about(
    text,
    'Shell text. It holds no expressions: values reach it through env.',
    'npm test',
    'echo "$VERSION"',
  ),
  effect: about(effect.optional(), 'read: it changes no file. Default write.', 'read'),
  compensate,
  strategy,
});

const usesStep = z.strictObject({
  ...common,
  uses: about(text, 'A tool, such as fs.write. `agents tool list` shows them.', 'fs.write', 'fs.read'),
  with: about(
    z.record(z.string(), anyValue).optional(),
    'The arguments of the tool. Expressions keep their type.',
    { path: 'NOTES.md', content: '${{ steps.log.outputs.stdout }}' },
  ),
  effect: about(effect.optional(), 'write: treat this call as a write. Default: as the tool says.', 'write'),
  compensate,
  strategy,
});

const option = z.union(
  [
    id,
    z.strictObject({
      id: about(id, 'What decisions.<step>.chosen is then.', 'long'),
      description: about(text.optional(), 'What it means, for the person who chooses.', 'with all details'),
    }),
  ],
  { error: 'must be an id or {id, description}' },
);

const decision = z.strictObject({
  question: about(text, 'What is to be decided.', 'Which style?'),
  options: about(z.array(option).min(1, { error: 'must have at least one option' }), 'What can be chosen.', [
    'short',
    { id: 'long', description: 'with all details' },
  ]),
  by: about(z.enum(['human', 'rule', 'model']).optional(), 'Who chooses. Default human.', 'human', 'rule'),
  choose: about(
    text.optional(),
    'For by: rule: an expression that gives the id of an option.',
    "${{ inputs.level > 1 && 'long' || 'short' }}",
  ),
  model: about(
    text.optional(),
    'For by: model: which one, as provider/name. Default: models.default of the settings.',
    'ollama/qwen3',
  ),
  default: about(z.string().optional(), 'For by: human: taken when nobody can be asked.', 'short'),
  rationale: about(text.optional(), 'Why, for the record.', 'readers asked for it'),
});

const decideStep = z.strictObject({
  ...common,
  decide: about(decision, 'A decision that is recorded.', {
    question: 'Which style?',
    options: ['short', 'long'],
    default: 'short',
  }),
});

const question = z.strictObject({
  question: about(text, 'What the person is asked.', 'Which version?'),
  type: about(
    z.enum(['string', 'number', 'boolean']).optional(),
    'What the answer must be. Default string.',
    'string',
    'number',
  ),
  default: about(
    z
      .union([z.string(), z.number(), z.boolean()], { error: 'must be a text, a number, true or false' })
      .optional(),
    'Taken when nobody can be asked.',
    '1.0.0',
  ),
});

const askStep = z.strictObject({
  ...common,
  ask: about(question, 'A question to a person; the answer is steps.<id>.outputs.answer.', {
    question: 'Which version?',
    default: '1.0.0',
  }),
});

const sleepStep = z.strictObject({
  ...common,
  sleep: about(duration, 'How long to wait, such as 5s.', '5s', '500ms'),
});

const agent = z.strictObject({
  model: about(
    text.optional(),
    'The model, as provider/name. Default: models.default of the settings.',
    'anthropic/claude-opus-4-5',
    'ollama/qwen3',
  ),
  prompt: about(text, 'What it is to do.', 'Make the tests pass.'),
  system: about(
    text.optional(),
    'Instructions that stand above the conversation.',
    'You write plain English.',
  ),
  tools: about(
    z.array(toolPattern).optional(),
    'Tools that it may call, where * stands for any text. Default: none.',
    ['fs.*', 'mcp.files.read_*'],
  ),
  max_steps: about(
    z
      .int({ error: 'must be a whole number' })
      .min(1, { error: 'must be at least 1' })
      .max(1000, { error: 'must be at most 1000' })
      .optional(),
    'Replies of the model at most; with more the step fails. Default 20.',
    20,
  ),
});

const agentStep = z.strictObject({
  ...common,
  agent: about(
    agent,
    'A conversation with a model that calls tools; its last words are steps.<id>.outputs.text.',
    {
      model: 'ollama/qwen3',
      prompt: 'Write NOTES.md from the last twenty commits.',
      tools: ['fs.*', 'shell.run'],
    },
  ),
});

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
  name: about(line, 'Unique among its siblings. No expressions.', 'lint'),
  needs: about(
    needs.optional(),
    'Siblings that must be complete first; only in dependency_ordered.',
    'lint',
    ['lint', 'tests'],
  ),
  retries: about(
    retries.optional(),
    'Further attempts of this subplan. Default: those of the subplans step.',
    { max: 1 },
  ),
};

const inlineSubplan = z.strictObject({
  ...subplanCommon,
  steps: about(
    z.lazy((): z.ZodType<RawStep[]> => stepsSchema),
    'Its steps. They see the inputs and env of the plan around them, and only each other as steps.',
    [{ run: 'npm run lint', effect: 'read' }],
  ),
  env: about(environment.optional(), 'Environment variables of all its steps.', { CI: '1' }),
  outputs: about(z.record(z.string(), anyValue).optional(), 'What it hands to the plan around it.', {
    report: '${{ steps.check.outputs.stdout }}',
  }),
});

const otherDocument = z.string().regex(/^\.\.?\/.+\.ya?ml$/, {
  error: 'must be a file such as ./tests.plan.yaml, relative to this document',
});

const includedSubplan = z.strictObject({
  ...subplanCommon,
  uses: about(otherDocument, 'Another document, relative to this one.', './tests.plan.yaml'),
  with: about(z.record(z.string(), anyValue).optional(), 'The inputs of that document.', { level: 2 }),
});

const subplan: z.ZodType<RawSubplan> = z.union([inlineSubplan, includedSubplan]);

const subplans = z.strictObject({
  mode: about(
    z.enum(['sequential', 'parallel', 'dependency_ordered']).optional(),
    'How they follow each other. Default sequential.',
    'parallel',
  ),
  max_parallel: about(
    z.int({ error: 'must be a whole number' }).min(1, { error: 'must be at least 1' }).optional(),
    'How many may run at once. Default: the configuration.',
    2,
  ),
  fail_fast: about(z.boolean().optional(), 'When one fails, the others are cancelled. Default true.', false),
  retries: about(retries.optional(), 'Further attempts of each subplan that gives none of its own.', {
    max: 1,
  }),
  plans: about(z.array(subplan).min(1, { error: 'must have at least one plan' }), 'The subplans.', [
    { name: 'lint', steps: [{ run: 'npm run lint', effect: 'read' }] },
    { name: 'tests', uses: './tests.plan.yaml' },
  ]),
});

const subplansStep = z.strictObject({
  ...common,
  subplans: about(subplans, 'Plans inside this plan, each with a state of its own.', {
    mode: 'parallel',
    plans: [{ name: 'tests', uses: './tests.plan.yaml' }],
  }),
  strategy: about(
    subplansStrategy.optional(),
    'Repeats each of the plans for each combination of values; expressions in them name them matrix.<name>.',
    { matrix: { node: [20, 24] } },
  ),
});

/** One branch for each verb, in the order of STEP_KINDS: faults are told from the branch that the verb names. */
const stepSchema = z.union([runStep, usesStep, decideStep, subplansStep, askStep, sleepStep, agentStep]);

/** A step as written; it has one of the verbs. */
export type RawStep = z.infer<typeof stepSchema>;

export const stepsSchema: z.ZodType<RawStep[]> = z
  .array(stepSchema)
  .min(1, { error: 'must have at least one step' });
