import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-node';
import { describe, expect, it } from 'vitest';
import { applyEvent } from '../../../src/domain/apply-event.ts';
import type { Checkpoint } from '../../../src/domain/checkpoint.ts';
import type { ErrorValue } from '../../../src/domain/errors.ts';
import type { EventPayloads, EventType, NewEvent, PlanEvent } from '../../../src/domain/plan-event.ts';
import { EMPTY_TREE, type TreeState } from '../../../src/domain/plan-state.ts';
import { PlanSpans } from '../../../src/telemetry/plan-spans.ts';

const ROOT = 'root';
const ERROR: ErrorValue = { code: 'command_failed', message: 'it said: s3cret', hint: null };
const STEPS = [
  { id: 'a', kind: 'run', name: '$ echo s3cret', effect: 'read' },
  { id: 'b', kind: 'agent', name: 'agent: s3cret', effect: null },
  { id: 's', kind: 'subplans', name: 'parallel: x', effect: null },
];

/** A plan that has begun; what happens to it is folded, and told to its spans. */
class Story {
  readonly exporter = new InMemorySpanExporter();
  #tree: TreeState = EMPTY_TREE;
  #seconds = 0;
  readonly spans: PlanSpans;

  constructor(content = false) {
    this.#fold('plan.created', {
      name: 'p',
      goal: null,
      workspace: '/w',
      parent: null,
      steps: STEPS,
    } as never);
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.exporter)] });
    const tree = (): TreeState => this.#tree;
    this.spans = new PlanSpans({
      tracer: provider.getTracer('test'),
      plan: { id: ROOT, name: 'p' },
      journal: {
        get tree() {
          return tree();
        },
      },
      content,
      startedAt: this.now,
      under: null,
      links: [],
    });
  }

  get now(): string {
    return new Date(this.#seconds * 1000).toISOString();
  }

  #fold(type: EventType, payload: unknown, plan_id = ROOT): PlanEvent {
    const seq = this.#tree.seq + 1;
    const event = { type, payload, plan_id, root_plan_id: ROOT, seq, at: this.now } as unknown as PlanEvent;
    this.#tree = applyEvent(this.#tree, event as NewEvent & PlanEvent).state;
    return event;
  }

  /** A second later. */
  say<T extends EventType>(type: T, payload: Partial<EventPayloads[T]>, plan_id = ROOT): this {
    this.#seconds += 1;
    this.spans.onEvent(this.#fold(type, payload, plan_id));
    return this;
  }

  step(step_id: string, plan_id = ROOT, attempt = 1): this {
    return this.say('step.started', { step_id, attempt }, plan_id);
  }

  done(step_id: string, call_id: string | null = null): this {
    return this.say('step.completed', { step_id, call_id, output: { said: 's3cret' } });
  }

  call(
    call_id: string,
    step_id: string,
    tool = 'shell.run',
    input: EventPayloads['tool.started']['input'] = { command: 's3cret' },
  ): this {
    return this.say('tool.started', {
      call_id,
      step_id,
      attempt: 1,
      tool,
      effect: 'read',
      input,
      tree_before: null,
    });
  }

  gave(call_id: string, result: EventPayloads['tool.completed']['result'] = { stdout: 's3cret' }): this {
    return this.say('tool.completed', { call_id, result, tree_after: null });
  }

  /** A subplan `x` of the step `s`, with a step `a`. */
  subplan(): this {
    const head = { name: 'x', goal: null, workspace: '/w', parent: { plan_id: ROOT, subplan_id: 'sub' } };
    return this.say('subplan.spawned', {
      subplan_id: 'sub',
      plan_id: 'child',
      step_id: 's',
      name: 'x',
      max_retries: 1,
    })
      .say('plan.created', { ...head, steps: STEPS.slice(0, 1) } as never, 'child')
      .say('subplan.started', { subplan_id: 'sub', attempt: 1 });
  }

  /** The plan is over: its spans by name. Each ended. */
  end(outcome = 'complete', error: ErrorValue | null = null): Map<string, ReadableSpan> {
    this.#seconds += 1;
    this.spans.end(this.now, outcome, error);
    return new Map(this.exporter.getFinishedSpans().map((span) => [span.name, span]));
  }
}

const parentOf = (spans: Map<string, ReadableSpan>, name: string): string | undefined =>
  [...spans.values()].find((span) => span.spanContext().spanId === spans.get(name)?.parentSpanContext?.spanId)
    ?.name;
const secondsOf = (span: ReadableSpan | undefined): number => Number(span?.duration[0]);
const eventsOf = (span: ReadableSpan | undefined): unknown =>
  span?.events.map(({ name, attributes }) => [name, attributes]);

describe('spans of what happened', () => {
  it('Given a step with a call, then each is a span below the other, as long as it took', () => {
    const spans = new Story().step('a').call('c', 'a').gave('c').done('a', 'c').end();
    expect([...spans.keys()].toReversed()).toEqual(['invoke_workflow p', 'step a', 'execute_tool shell.run']);
    expect(parentOf(spans, 'execute_tool shell.run')).toBe('step a');
    expect(parentOf(spans, 'step a')).toBe('invoke_workflow p');
    expect([...spans.values()].map(secondsOf)).toEqual([1, 3, 5]);
    expect(spans.get('invoke_workflow p')?.attributes).toEqual({
      'gen_ai.operation.name': 'invoke_workflow',
      'gen_ai.workflow.name': 'p',
      'agents.plan.id': ROOT,
      'agents.plan.outcome': 'complete',
    });
    expect(spans.get('step a')?.attributes).toEqual({
      'agents.step.id': 'a',
      'agents.step.kind': 'run',
      'agents.step.attempt': 1,
      'agents.step.outcome': 'complete',
    });
    expect(spans.get('execute_tool shell.run')?.attributes).toEqual({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'shell.run',
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.call.id': 'c',
      'agents.call.id': 'c',
      'agents.tool.effect': 'read',
    });
  });

  it('Given an agent that asks a model and calls a tool of a server, then all three have the words of the conventions', () => {
    const usage = { input_tokens: 5, output_tokens: 2, cached_tokens: null };
    const asked = {
      call_id: 't',
      step_id: 'b',
      attempt: 1,
      tool: 'mcp.files.read',
      effect: 'read',
      input: {},
      asked_as: 'toolu_1',
    };
    const spans = new Story()
      .step('b')
      .call('m', 'b', 'model.reply', { model: 'openai/gpt' })
      .gave('m', { model: 'openai/gpt', text: 's3cret', finish: 'stop', usage, cost: null })
      .say('tool.started', { ...asked, tree_before: null } as never)
      .gave('t')
      .done('b')
      .end();
    expect(spans.get('invoke_agent b')?.attributes).toMatchObject({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'b',
    });
    expect(parentOf(spans, 'chat gpt')).toBe('invoke_agent b');
    expect(spans.get('chat gpt')?.kind).toBe(2);
    expect(spans.get('chat gpt')?.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt',
      'gen_ai.usage.input_tokens': 5,
      'gen_ai.usage.output_tokens': 2,
      'gen_ai.response.finish_reasons': ['stop'],
      'agents.call.id': 'm',
    });
    expect(spans.get('execute_tool mcp.files.read')?.attributes).toMatchObject({
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.call.id': 'toolu_1',
      'agents.call.id': 't',
    });
  });

  it('Given a question that names no model, then it is a chat all the same', () => {
    const spans = new Story().step('b').call('m', 'b', 'model.reply', {}).gave('m').end();
    expect(spans.has('chat')).toBe(true);
  });

  it('Given a call that fails and a step that is tried again, then each attempt is a span, with the code of what went wrong', () => {
    const story = new Story().step('a').call('c', 'a');
    story.say('tool.failed', { call_id: 'c', error: ERROR, result: null, tree_after: null });
    story.say('step.retried', { step_id: 'a', error: ERROR, delay_ms: 0 });
    story.step('a', ROOT, 2).say('step.failed', { step_id: 'a', error: ERROR, continued: false });
    story.say('plan.failed', { error: ERROR }).end('errored');
    const ended = story.exporter
      .getFinishedSpans()
      .map(({ name, status, attributes }) => [
        name,
        status,
        attributes['error.type'],
        attributes['agents.step.outcome'],
        attributes['agents.step.attempt'],
      ]);
    const failed = { code: 2 };
    expect(ended).toEqual([
      ['execute_tool shell.run', failed, 'command_failed', undefined, undefined],
      ['step a', failed, 'command_failed', 'retried', 1],
      ['step a', failed, 'command_failed', 'failed', 2],
      ['invoke_workflow p', failed, 'command_failed', undefined, undefined],
    ]);
  });

  it('Given a subplan, then it is a workflow below its step, and what it leaves open ends with it', () => {
    const story = new Story().step('s').subplan().step('a', 'child');
    story.say('plan.cancelled', { reason: 'another subplan failed', by: null }, 'child');
    story.say('subplan.cancelled', { subplan_id: 'sub', reason: 'another subplan failed' }).done('s');
    const spans = story.end();
    expect(parentOf(spans, 'step a')).toBe('invoke_workflow x');
    expect(parentOf(spans, 'invoke_workflow x')).toBe('step s');
    expect(secondsOf(spans.get('step a'))).toBe(2);
    expect(spans.get('invoke_workflow x')?.attributes).toMatchObject({
      'agents.plan.id': 'child',
      'agents.subplan.attempt': 1,
      'agents.plan.outcome': 'cancelled',
    });
  });

  it.each([
    ['completed', {}, 'complete', 0],
    ['failed', { error: ERROR }, 'errored', 2],
    ['retried', { error: ERROR, plan_id: 'child' }, 'errored', 2],
  ] as const)('Given a subplan that has %s, then its span says so', (what, more, outcome, code) => {
    const story = new Story().step('s').subplan();
    const span = story
      .say(`subplan.${what}`, { subplan_id: 'sub', ...more })
      .end()
      .get('invoke_workflow x');
    expect([span?.attributes['agents.plan.outcome'], span?.status.code]).toEqual([outcome, code]);
  });

  it('Given a pause and a rollback, then the plan says so, and what rested is a span of its own afterwards', () => {
    const story = new Story().step('a').say('plan.paused', { reason: 'person', by: 'x' });
    story.say('plan.rolled_back', { checkpoint_id: 'k', number: 3, scope: 'plan_only', parts: [] });
    story.say('plan.rolled_back', { checkpoint_id: null, number: null, scope: 'plan_only', parts: [] });
    const spans = story.say('plan.resumed', { by: null }).step('a').done('a').end();
    expect(eventsOf(spans.get('invoke_workflow p'))).toEqual([
      ['agents.plan.paused', { 'agents.reason': 'person' }],
      [
        'agents.plan.rolled_back',
        { 'agents.checkpoint.id': 'k', 'agents.checkpoint.number': 3, 'agents.rollback.scope': 'plan_only' },
      ],
      ['agents.plan.rolled_back', { 'agents.rollback.scope': 'plan_only' }],
      ['agents.plan.resumed', {}],
    ]);
    const steps = story.exporter.getFinishedSpans().filter(({ name }) => name === 'step a');
    expect(steps.map(secondsOf)).toEqual([1, 1]);
  });

  it('Given checkpoints, then each is told where it was taken', () => {
    const made = (number: number, more: Partial<Checkpoint> = {}): { checkpoint: Checkpoint } => ({
      checkpoint: {
        id: `k${number}`,
        number,
        trigger: 'manual',
        step_id: null,
        tool_call_id: null,
        ...more,
      } as Checkpoint,
    });
    const story = new Story().say('checkpoint.created', made(1)).step('a');
    story.say('checkpoint.created', made(2, { step_id: 'a', tool_call_id: 'c', trigger: 'on_tool_write' }));
    story.call('c', 'a').say('checkpoint.created', made(3, { step_id: 'a', tool_call_id: 'c' }));
    const failed = { trigger: 'on_error', step_id: 'a', error: ERROR } as const;
    const spans = story.gave('c').say('checkpoint.failed', failed).done('a').end();
    const told = (number: number, trigger = 'manual'): unknown => [
      'agents.checkpoint',
      {
        'agents.checkpoint.id': `k${number}`,
        'agents.checkpoint.number': number,
        'agents.checkpoint.trigger': trigger,
      },
    ];
    expect(eventsOf(spans.get('invoke_workflow p'))).toEqual([told(1)]);
    expect(eventsOf(spans.get('execute_tool shell.run'))).toEqual([told(3)]);
    expect(eventsOf(spans.get('step a'))).toEqual([
      told(2, 'on_tool_write'),
      [
        'agents.checkpoint.failed',
        { 'agents.checkpoint.trigger': 'on_error', 'error.type': 'command_failed' },
      ],
    ]);
  });

  it('Given a step that is skipped, then there is no span of it, but a word', () => {
    const spans = new Story().say('step.skipped', { step_id: 'a', reason: 's3cret' }).end();
    expect(eventsOf(spans.get('invoke_workflow p'))).toEqual([
      ['agents.step.skipped', { 'agents.step.id': 'a' }],
    ]);
    expect(spans.size).toBe(1);
  });

  it('Given ends of what began before this run, or is not known, then nothing breaks', () => {
    const story = new Story().step('a');
    story.say('subplan.spawned', {
      subplan_id: 'sub',
      plan_id: 'child',
      step_id: 's',
      name: 'x',
      max_retries: 0,
    });
    story.say('subplan.completed', { subplan_id: 'sub' }).call('c', 'a');
    const lone = { plan_id: ROOT, at: story.now, payload: { subplan_id: 'gone', attempt: 1 } };
    for (const type of ['subplan.started', 'subplan.completed']) {
      story.spans.onEvent({ ...lone, type } as unknown as PlanEvent);
    }
    story.say('note.added', { text: 'hello', step_id: null });
    expect([...story.end().keys()]).toEqual(['execute_tool shell.run', 'step a', 'invoke_workflow p']);
  });

  it('Given a run that breaks, then its span says by what', () => {
    const root = new Story().end('interrupted', { ...ERROR, code: 'lease_lost' }).get('invoke_workflow p');
    expect(root?.attributes).toMatchObject({
      'error.type': 'lease_lost',
      'agents.plan.outcome': 'interrupted',
    });
  });
});

describe('content', () => {
  const told = (content: boolean): readonly ReadableSpan[] => {
    const story = new Story(content).step('a').call('c', 'a').gave('c').done('a');
    story.step('b').call('m', 'b', 'model.reply', { model: 'x/y' });
    story.gave('m', { text: 's3cret', finish: 'stop', before: '[{"role":"user","content":"s3cret"}]' });
    story.say('tool.started', {
      call_id: 'f',
      step_id: 'b',
      attempt: 1,
      tool: 'fs.read',
      effect: 'read',
      input: {},
      tree_before: null,
    });
    story.say('tool.failed', { call_id: 'f', error: ERROR, result: null, tree_after: null });
    story.say('plan.completed', { outputs: { said: 's3cret' } }).end();
    return story.exporter.getFinishedSpans();
  };
  const plain = ({ name, attributes, events, status }: ReadableSpan): string =>
    JSON.stringify({ name, attributes, events, status });

  it('Given that nobody asks for it, then none of it is in any span', () => {
    expect(
      told(false)
        .map(plain)
        .filter((text) => text.includes('s3cret')),
    ).toEqual([]);
  });

  it('Given that somebody asks for it, then inputs, outputs, messages and names are in theirs', () => {
    const holding = told(true).flatMap(({ name, attributes, status }) => [
      ...Object.keys(attributes)
        .filter((key) => String(attributes[key]).includes('s3cret'))
        .map((key) => `${name}: ${key}`),
      ...(status.message?.includes('s3cret') ? [`${name}: status`] : []),
    ]);
    expect(holding.toSorted()).toEqual([
      'chat y: gen_ai.input.messages',
      'chat y: gen_ai.output.messages',
      'execute_tool fs.read: status',
      'execute_tool shell.run: gen_ai.tool.call.arguments',
      'execute_tool shell.run: gen_ai.tool.call.result',
      'invoke_agent b: agents.step.name',
      'invoke_workflow p: agents.plan.outputs',
      'step a: agents.step.name',
      'step a: agents.step.output',
    ]);
  });
});
