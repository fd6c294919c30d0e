import { PlanError } from '../domain/errors.ts';
import type { CallId, PlanId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { Effect } from '../domain/plan.ts';
import { resolveSecrets, secretsIn } from '../domain/secret-reference.ts';
import type { Tool, ToolRegistry } from '../ports/tool.ts';

/** One call, as a step asks for it. */
export interface ToolRequest {
  readonly planId: PlanId;
  readonly stepId: string;
  /** Attempt of the step, from 1. */
  readonly attempt: number;
  readonly tool: string;
  /** What the program itself does and records like a call: then the registry is not asked for `tool`. */
  readonly own?: Tool;
  /** How the model that asks for it calls this call. */
  readonly askedAs?: string;
  /** Filled arguments; secrets are not allowed in them. */
  readonly input: Json;
  /** Filled variables of plan and step; secrets as references. */
  readonly env: Readonly<Record<string, string>>;
  /** The step's declared effect; null: as the tool says. */
  readonly effect: Effect | null;
}

/** A call that passed all checks that need no time. */
export interface ToolCall {
  readonly request: ToolRequest;
  readonly id: CallId;
  readonly tool: Tool;
  readonly effect: Effect;
  /** Why, where the tool's author doesn't say so. */
  readonly effectReason: string | null;
  readonly input: unknown;
  readonly env: Readonly<Record<string, string>>;
}

/** What every call of a run shares. */
export interface CallSettings {
  readonly registry: ToolRegistry;
  /** The environment that every tool inherits. */
  readonly baseEnv: Readonly<Record<string, string>>;
  /** Values of secrets by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Effects that the configuration gives tools, by name. */
  readonly effectOverrides: Readonly<Record<string, Effect>>;
}

/** Checks a request and puts everything together that its body needs. @throws PlanError */
export function prepareCall(request: ToolRequest, id: CallId, settings: CallSettings): ToolCall {
  const tool = request.own ?? settings.registry.get(request.tool);
  if (!tool) {
    throw new PlanError('unknown_tool', `there is no tool ${request.tool}`, {
      nextSteps: ['agents tool list'],
    });
  }
  const leaked = secretsIn(request.input)[0];
  if (leaked !== undefined) {
    throw new PlanError('secret_in_input', `the secret ${leaked} stands in the arguments of ${tool.name}`, {
      hint: `step ${request.stepId}: secrets reach a tool only through env`,
    });
  }
  const parsed = tool.input.safeParse(request.input);
  if (!parsed.success) throw badInput(request, tool, parsed.error.issues);
  const [effect, effectReason] = effectOf(request, tool, parsed.data, settings);
  const env = environmentOf(request, id, settings);
  return { request, id, tool, effect, effectReason, input: parsed.data, env };
}

/** A step can make a call stricter, never weaker than the tool or the configuration say. */
function effectOf(
  request: ToolRequest,
  tool: Tool,
  input: unknown,
  settings: CallSettings,
): readonly [Effect, string | null] {
  if (request.effect === 'write') return ['write', null];
  const override = settings.effectOverrides[tool.name];
  if (override !== undefined) return [override, 'tools.overrides says so'];
  return [tool.effectOf?.(input) ?? tool.effect, tool.effectReason ?? null];
}

function environmentOf(
  request: ToolRequest,
  callId: CallId,
  settings: CallSettings,
): Readonly<Record<string, string>> {
  const valueOf = (name: string): string => {
    const value = settings.secrets[name];
    if (value === undefined)
      throw new PlanError('secret_missing', `the secret ${name} has no value in this run`);
    return value;
  };
  const own = Object.entries(request.env).map(([key, text]) => [key, resolveSecrets(text, valueOf)]);
  return { ...settings.baseEnv, ...Object.fromEntries(own), AGENTS_CALL_ID: callId };
}

function badInput(
  request: ToolRequest,
  tool: Tool,
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): PlanError {
  const list = issues.map(({ path, message }) => `${path.map(String).join('.') || 'with'}: ${message}`);
  return new PlanError('bad_input', `${tool.name} can't be called like this: ${list.join('; ')}`, {
    hint: `step ${request.stepId}`,
    nextSteps: [`agents tool show ${tool.name}`],
  });
}
