/**
 * Names by the semantic conventions of OpenTelemetry 1.45 (https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/,
 * package `@opentelemetry/semantic-conventions/incubating`). None of `gen_ai.*` and `mcp.*` is stable, and the package says that they can
 * change with any release: so they stand here.
 */
export const OPERATION = 'gen_ai.operation.name';
export const WORKFLOW_NAME = 'gen_ai.workflow.name';
export const AGENT_NAME = 'gen_ai.agent.name';
export const PROVIDER_NAME = 'gen_ai.provider.name';
export const REQUEST_MODEL = 'gen_ai.request.model';
export const FINISH_REASONS = 'gen_ai.response.finish_reasons';
export const INPUT_TOKENS = 'gen_ai.usage.input_tokens';
export const OUTPUT_TOKENS = 'gen_ai.usage.output_tokens';
export const CACHED_TOKENS = 'gen_ai.usage.cache_read.input_tokens';
export const INPUT_MESSAGES = 'gen_ai.input.messages';
export const OUTPUT_MESSAGES = 'gen_ai.output.messages';
export const TOOL_NAME = 'gen_ai.tool.name';
export const TOOL_TYPE = 'gen_ai.tool.type';
export const TOOL_CALL_ID = 'gen_ai.tool.call.id';
export const TOOL_ARGUMENTS = 'gen_ai.tool.call.arguments';
export const TOOL_RESULT = 'gen_ai.tool.call.result';
export const MCP_METHOD = 'mcp.method.name';
export const ERROR_TYPE = 'error.type';

/** What no convention has a word for; docs/telemetry.md says what each holds. */
export const PLAN_ID = 'agents.plan.id';
export const PLAN_OUTCOME = 'agents.plan.outcome';
export const PLAN_OUTPUTS = 'agents.plan.outputs';
export const SUBPLAN_ATTEMPT = 'agents.subplan.attempt';
export const STEP_ID = 'agents.step.id';
export const STEP_KIND = 'agents.step.kind';
export const STEP_NAME = 'agents.step.name';
export const STEP_ATTEMPT = 'agents.step.attempt';
export const STEP_OUTCOME = 'agents.step.outcome';
export const STEP_OUTPUT = 'agents.step.output';
export const CALL_ID = 'agents.call.id';
export const TOOL_EFFECT = 'agents.tool.effect';
export const MODEL_COST = 'agents.model.cost';
export const REASON = 'agents.reason';
export const CHECKPOINT_ID = 'agents.checkpoint.id';
export const CHECKPOINT_NUMBER = 'agents.checkpoint.number';
export const CHECKPOINT_TRIGGER = 'agents.checkpoint.trigger';
export const ROLLBACK_SCOPE = 'agents.rollback.scope';
