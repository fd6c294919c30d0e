import type { z, ZodType } from 'zod';
import type { JsonObject } from '../domain/json.ts';
import type { Effect } from '../domain/plan.ts';
import type { Tool, ToolContext } from '../ports/tool.ts';
import { ConfigError } from '../domain/errors.ts';

/** What the author of a tool says; the rest is filled in. */
export interface ToolSpec<I extends ZodType, O extends ZodType> {
  readonly name: string;
  /** One line for lists and models. */
  readonly summary: string;
  /** Default `write`: what nobody has thought about is taken for dangerous. */
  readonly effect?: Effect;
  /** Default false. */
  readonly openWorld?: boolean;
  /** See Tool. Default false. */
  readonly onlyAgents?: boolean;
  /** See Tool. Default none. */
  readonly code?: readonly string[];
  readonly input: I;
  readonly output: O;
  effectOf?: (input: z.output<I>) => Effect;
  /** The paths that a call may write. A write tool without it may write anywhere in the workspace. */
  writes?: (input: z.output<I>) => readonly string[];
  check?: (input: z.output<I>, context: Pick<ToolContext, 'workspace'>) => Promise<void>;
  preview?: (input: z.output<I>, context: Pick<ToolContext, 'workspace'>) => Promise<string | null>;
  run: (input: z.output<I>, context: ToolContext) => Promise<z.input<O> & JsonObject>;
}

/**
 * Makes a tool from what its author says.
 * @throws ConfigError `read_tool_writes` if it claims to read only and declares what it writes
 */
export function defineTool<I extends ZodType, O extends ZodType>(spec: ToolSpec<I, O>): Tool<z.output<I>> {
  const {
    name,
    summary,
    effect = 'write',
    openWorld = false,
    input,
    output,
    writes,
    effectOf,
    check,
    code,
    onlyAgents,
    preview,
    run,
  } = spec;
  if (effect === 'read' && writes) {
    throw new ConfigError(
      'read_tool_writes',
      `the tool ${name} declares effect "read" and paths that it writes`,
      {
        hint: 'read tools run beside a writing one and are never followed by a checkpoint',
        nextSteps: ['declare effect "write", or take the written paths away'],
      },
    );
  }
  const unknownPaths = effect === 'write' ? null : [];
  const paths = (given: z.output<I>): readonly string[] | null => (writes ? writes(given) : unknownPaths);
  const optional = {
    ...(code && { code }),
    ...(onlyAgents && { onlyAgents }),
    ...(effectOf && { effectOf }),
    ...(check && { check }),
    ...(preview && { preview }),
  };
  return {
    name,
    summary,
    effect,
    openWorld,
    input: input as Tool<z.output<I>>['input'],
    output,
    paths,
    ...optional,
    run,
  };
}
