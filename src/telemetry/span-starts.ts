import { type Attributes, SpanKind } from '@opentelemetry/api';
import type { PlanId } from '../domain/ids.ts';
import type { EventPayloads } from '../domain/plan-event.ts';
import type { StepState } from '../domain/plan-state.ts';
import * as names from './attribute-names.ts';
import { askedModel } from './model-call.ts';
import type { SpanStart } from './open-spans.ts';

type Start = Omit<SpanStart, 'at' | 'links'>;
type Call = EventPayloads['tool.started'];

export function planStart(name: string, id: PlanId, more: Attributes = {}): Start {
  return {
    name: `invoke_workflow ${name}`,
    kind: SpanKind.INTERNAL,
    attributes: {
      [names.OPERATION]: 'invoke_workflow',
      [names.WORKFLOW_NAME]: name,
      [names.PLAN_ID]: id,
      ...more,
    },
  };
}

/** @param content its name too: where the document gives none, it is what the step runs or asks */
export function stepStart({ id, kind, name }: StepState, attempt: number, content: boolean): Start {
  // Compared as a text: kinds of steps come and go.
  const isAgent = (kind as string) === 'agent';
  return {
    name: `${isAgent ? 'invoke_agent' : 'step'} ${id}`,
    kind: SpanKind.INTERNAL,
    attributes: {
      [names.STEP_ID]: id,
      [names.STEP_KIND]: kind,
      [names.STEP_ATTEMPT]: attempt,
      ...(content && { [names.STEP_NAME]: name }),
      ...(isAgent && { [names.OPERATION]: 'invoke_agent', [names.AGENT_NAME]: id }),
    },
  };
}

export function toolStart(call: Call, more: Attributes): Start {
  return {
    name: `execute_tool ${call.tool}`,
    kind: SpanKind.INTERNAL,
    attributes: {
      [names.OPERATION]: 'execute_tool',
      [names.TOOL_NAME]: call.tool,
      [names.TOOL_TYPE]: 'function',
      // The model's word for the call, where a model asked for it.
      [names.TOOL_CALL_ID]: (call as { readonly asked_as?: string }).asked_as ?? call.call_id,
      [names.CALL_ID]: call.call_id,
      [names.TOOL_EFFECT]: call.effect,
      ...(call.tool.startsWith('mcp.') && { [names.MCP_METHOD]: 'tools/call' }),
      ...more,
    },
  };
}

export function chatStart({ call_id, input }: Call): Start {
  const { model, attributes } = askedModel(input);
  return {
    name: model === null ? 'chat' : `chat ${model}`,
    kind: SpanKind.CLIENT,
    attributes: { [names.OPERATION]: 'chat', ...attributes, [names.CALL_ID]: call_id },
  };
}
