import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  callsOf,
  decisionsOf,
  errorOf,
  runStateOf,
  stepOf,
  subplansOf,
} from '../../../src/domain/plan-state.ts';
import { outputOf } from '../../../src/domain/state-snapshot.ts';
import type { Checkpoint } from '../../../src/domain/checkpoint.ts';
import { rollBackParts } from '../../../src/domain/roll-back-state.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { ChangedFiles } from '../../../src/domain/plan-event.ts';
import { externalize } from '../../../src/tools/externalize.ts';
import { Engine } from '../../support/engine.ts';
import { ScriptedModels, type ScriptedReply } from '../../support/scripted-models.ts';

const plan = (agent: string, more = ''): string => `
name: p
steps:
  - id: work
    agent: { model: scripted/one, prompt: Do it, ${agent} }
${more}`;

const write = (path: string, content: string): NonNullable<ScriptedReply['calls']>[number] => ({
  tool: 'fs.write',
  with: { path, content },
});

const callsMade = (engine: Engine): readonly string[] =>
  callsOf(engine.journal.plan(engine.planId)).map(
    ({ tool, status, asked_as }) => `${tool} ${status}${asked_as === undefined ? '' : ` ${asked_as}`}`,
  );

/** What the model was told last, in request `index`. */
const told = (models: ScriptedModels, index: number): string =>
  JSON.stringify(models.requests[index]?.messages.at(-1)?.content);

describe('a step that a model does', () => {
  it('Given two writes in one reply, then each has its own two checkpoints, and their results go back to the model', async () => {
    const models = new ScriptedModels([
      { say: 'I write.', calls: [write('a.txt', 'a'), write('b.txt', 'b')] },
      { say: 'Done.' },
    ]);
    await using engine = await Engine.create(plan('tools: [fs.*]'), { models });
    const end = await engine.run();
    expect(runStateOf(end.state)).toBe('complete');
    expect(await engine.fired()).toEqual([
      'on_tool_write work',
      'on_tool_write_complete work',
      'on_tool_write work',
      'on_tool_write_complete work',
    ]);
    expect(callsMade(engine)).toEqual([
      'model.reply complete',
      'fs.write complete call-1-1',
      'fs.write complete call-1-2',
      'model.reply complete',
    ]);
    expect(readFileSync(join(engine.workspace, 'b.txt'), 'utf8')).toBe('b');
    expect(told(models, 1)).toContain('a.txt');
    expect(outputOf(end.state, 'work')).toEqual({
      text: 'Done.',
      model: 'scripted/one',
      replies: 2,
      calls: 2,
      input_tokens: 20,
      output_tokens: 10,
      cost: null,
    });
  });

  it('Given the state at a write, then it holds the reply that asks for it', async () => {
    const models = new ScriptedModels([{ calls: [write('a.txt', 'a')] }, { say: 'Done.' }]);
    await using engine = await Engine.create(plan('tools: [fs.write]'), { models });
    await engine.run();
    const [before] = await engine.checkpoints();
    const state = await engine.storage.plans.stateAt(engine.planId, before?.seq);
    const calls = callsOf(state.plans.get(engine.planId) as never);
    expect(calls).toMatchObject([
      { tool: 'model.reply', status: 'complete', result: { finish: 'tool-calls' } },
    ]);
  });

  it('Given reads and a write in one reply, then the answers come in the order of the calls', async () => {
    const read = { tool: 'fs.read', with: { path: 'a.txt' } };
    const models = new ScriptedModels([
      { calls: [read, write('a.txt', 'new'), { ...read, id: 'after' }] },
      { say: 'Done.' },
    ]);
    await using engine = await Engine.create(plan('tools: [fs.*]'), { models, files: { 'a.txt': 'old' } });
    await engine.run();
    const answers = models.requests[1]?.messages.at(-1)?.content as readonly JsonObject[];
    const texts = answers.map(({ output }) => JSON.stringify(output));
    expect(texts[0]).toContain('old');
    expect(texts[2]).toContain('new');
  });

  it.each([
    ['a tool that fails', { tool: 'fs.read', with: { path: 'none.txt' } }, 'none.txt'],
    ['arguments that do not fit', { tool: 'fs.read', with: { file: 'x' } }, "can't be called like this"],
    ['arguments that are no JSON', { tool: 'fs.read', fault: 'Unexpected end' }, 'Unexpected end'],
    ['a tool that is not there', { tool: 'fs.raed', with: {} }, 'there is no tool fs.raed'],
    ['a tool that it is not offered', write('a.txt', 'a'), 'there is no tool fs.write'],
    ['a path that leads out', { tool: 'fs.read', with: { path: '../x' } }, 'leads out of the workspace'],
  ])('Given %s, then the model is told and goes on', async (_, call, text) => {
    const models = new ScriptedModels([{ calls: [call] }, { say: 'I see.' }]);
    await using engine = await Engine.create(plan('tools: [fs.read]'), { models });
    expect(runStateOf((await engine.run()).state)).toBe('complete');
    expect(told(models, 1)).toContain(text);
    expect(existsSync(join(engine.workspace, 'a.txt'))).toBe(false);
  });

  it('Given a write that fails, then its checkpoint says so and the plan does not fail by it', async () => {
    const models = new ScriptedModels([
      { calls: [{ tool: 'shell.run', with: { command: 'echo x > half; exit 3' } }] },
      { say: 'It failed.' },
    ]);
    await using engine = await Engine.create(plan('tools: [shell.run]'), { models });
    expect(runStateOf((await engine.run()).state)).toBe('complete');
    expect((await engine.checkpoints()).map(({ outcome }) => outcome)).toEqual([null, 'error']);
  });

  it('Given a model that is never done, then the step fails at its limit', async () => {
    const models = new ScriptedModels(Array.from({ length: 9 }, () => ({ calls: [write('a.txt', 'a')] })));
    await using engine = await Engine.create(plan('tools: [fs.*], max_steps: 3'), { models });
    const end = await engine.run();
    expect(end.error?.code).toBe('agent_step_limit');
    expect(models.paid).toBe(3);
    expect((await engine.fired()).at(-1)).toBe('on_error');
  });

  it('Given a retry, then it goes on with what was said', async () => {
    const models = new ScriptedModels([
      { calls: [write('a.txt', 'a')] },
      { say: 'Done.', fail: { status: 500, message: 'overloaded', times: 1 } },
    ]);
    await using engine = await Engine.create(plan('tools: [fs.*]', '    retries: { max: 1 }\n'), { models });
    const end = await engine.run();
    expect(stepOf(end.state, 'work')).toMatchObject({ status: 'complete', attempt: 2 });
    expect(models.paid).toBe(2);
    expect((await engine.fired()).filter((text) => text.startsWith('on_tool_write '))).toHaveLength(1);
  });

  it('Given a request that fails, then the step fails with what the provider said', async () => {
    const models = new ScriptedModels([{ fail: { status: 401, message: 'no such key' } }]);
    await using engine = await Engine.create(plan('tools: []'), { models });
    const end = await engine.run();
    expect(errorOf(end.state)).toMatchObject({ code: 'model_failed', hint: 'no such key' });
  });

  it.each(['length', 'content-filter'])(
    'Given last words that end by %s, then the step fails',
    async (finish) => {
      const models = new ScriptedModels([{ say: 'Once upon', finish }]);
      await using engine = await Engine.create(plan('tools: []'), { models });
      expect((await engine.run()).error?.code).toBe('reply_cut_off');
    },
  );

  it('Given a time limit in the middle of a call, then the step fails by it and the call has ended', async () => {
    const models = new ScriptedModels([{ calls: [{ tool: 'shell.run', with: { command: 'sleep 60' } }] }]);
    const yaml = plan('tools: [shell.run]', '    timeout: 300ms\n');
    await using engine = await Engine.create(yaml, { models });
    expect((await engine.run()).error?.code).toBe('timed_out');
    expect(models.paid).toBe(1);
  });

  it('Given what the model says, then it is heard as it comes', async () => {
    const models = new ScriptedModels([{ say: 'one\ntwo\n' }]);
    await using engine = await Engine.create(plan('tools: []'), { models });
    const heard: string[] = [];
    engine.bus.subscribe({ onOutput: ({ text }) => heard.push(text) });
    await engine.run();
    expect(heard.join('')).toContain('one');
  });

  it('Given a prompt with expressions and a system text, then the model gets them filled', async () => {
    const models = new ScriptedModels([{ say: 'Done.' }]);
    const yaml = `
name: p
inputs: { who: { type: string, default: Ann } }
steps:
  - { id: first, run: 'echo 7', effect: read }
  - { id: work, agent: { prompt: "For \${{ inputs.who }}: \${{ steps.first.outputs.stdout }}", system: "Be \${{ inputs.who }}." } }
outputs: { words: "\${{ steps.work.outputs.text }}" }`;
    await using engine = await Engine.create(yaml, { models });
    await engine.run();
    expect(models.requests[0]?.messages).toEqual([{ role: 'user', content: 'For Ann: 7' }]);
    expect(models.requests[0]?.system).toMatch(/plan "p".*\n\nBe Ann\.$/s);
  });

  it('Given long results, then they are cut in the middle for the model, and whole in the state', async () => {
    const models = new ScriptedModels([
      { calls: [{ tool: 'fs.read', with: { path: 'long.txt' } }] },
      { say: 'Long.' },
    ]);
    const files = { 'long.txt': `begin${'x'.repeat(50_000)}end` };
    await using engine = await Engine.create(plan('tools: [fs.read]'), { models, files });
    await engine.run();
    expect(told(models, 1).length).toBeLessThan(20_000);
    expect(told(models, 1)).toMatch(/begin.*characters left out.*end/s);
  });
});

describe('a conversation that was cut off', () => {
  it('Given a pause between two calls, then the plan rests, and goes on with the second without asking again', async () => {
    const models: ScriptedModels = new ScriptedModels([
      { calls: [write('a.txt', 'a'), write('b.txt', 'b')] },
      { say: 'Done.' },
    ]);
    await using engine = await Engine.create(plan('tools: [fs.*]'), { models });
    engine.bus.subscribe({
      onEvent: ({ type }) => {
        if (type === 'tool.completed' && existsSync(join(engine.workspace, 'a.txt')))
          engine.runner.ask({ kind: 'pause', by: 'SIGINT' });
      },
    });
    const end = await engine.run();
    expect(end.pausedBecause).toBe('signal');
    expect(existsSync(join(engine.workspace, 'b.txt'))).toBe(false);
    expect(models.paid).toBe(1);
    expect(runStateOf((await engine.again()).state)).toBe('complete');
    expect(models.paid).toBe(2);
    expect(callsMade(engine).filter((call) => call.startsWith('fs.write'))).toHaveLength(2);
  });

  it('Given a run that ended behind a reply, then the reply is not paid for again, and its calls are made', async () => {
    const models = new ScriptedModels([{ calls: [write('a.txt', 'a')] }, { say: 'Done.' }]);
    await using engine = await Engine.create(plan('tools: [fs.*]'), { models });
    const off = engine.bus.subscribe({
      onEvent: ({ type }) => {
        if (type === 'tool.completed') engine.runner.ask({ kind: 'stop', by: 'SIGTERM' });
      },
    });
    await engine.run();
    off();
    expect(existsSync(join(engine.workspace, 'a.txt'))).toBe(false);
    expect(runStateOf((await engine.again()).state)).toBe('complete');
    expect(models.paid).toBe(2);
    expect(existsSync(join(engine.workspace, 'a.txt'))).toBe(true);
  });

  it('Given a write that was cut off, then the model is told that it was interrupted', async () => {
    const models = new ScriptedModels([
      { calls: [{ tool: 'shell.run', with: { command: 'echo x > half; sleep 60' } }] },
      { say: 'I see.' },
    ]);
    await using engine = await Engine.create(plan('tools: [shell.run]'), { models });
    const off = engine.bus.subscribe({
      onEvent: ({ type }) => {
        if (type === 'tool.spawned') engine.runner.ask({ kind: 'stop', by: 'SIGTERM' });
      },
    });
    await engine.run();
    off();
    expect(runStateOf((await engine.again()).state)).toBe('complete');
    expect(told(models, 1)).toContain('interrupted');
    expect(models.paid).toBe(2);
  });
});

describe('a conversation that a person took back', () => {
  const file = { path: 'a.txt', before: { type: 'file' }, after: null };
  const back = async (
    engine: Engine,
    place: number,
    changes: ChangedFiles = { count: 1, list: [file] },
  ): Promise<void> => {
    const { storage, planId, journal } = engine;
    const { seq, id, number } = (await engine.checkpoints())[place] as Checkpoint;
    const parts = rollBackParts(journal.tree, await storage.plans.stateAt(planId, seq));
    const payload = {
      checkpoint_id: id,
      number,
      to_seq: seq,
      pre_rollback_id: null,
      scope: 'plan_and_files' as const,
      changes,
      parts,
    };
    await journal.commit([{ type: 'plan.rolled_back', plan_id: planId, payload }]);
  };
  const replies: readonly ScriptedReply[] = [
    { calls: [write('a.txt', 'a')] },
    { say: 'Another way.', calls: [write('b.txt', 'b')], when: { contains: 'taken the work back' } },
    { calls: [write('c.txt', 'c')] },
    { say: 'Done.' },
  ];

  it('Given the place before its write, then the call is closed, the model is told what is undone, and answers anew', async () => {
    const models = new ScriptedModels(replies);
    await using engine = await Engine.create(plan('tools: [fs.*]'), { models });
    await engine.run();
    await back(engine, 0);
    expect(callsMade(engine)).toEqual(['model.reply complete']);
    const paid = models.paid;
    expect(runStateOf((await engine.again()).state)).toBe('complete');
    const second = models.requests[paid]?.messages ?? [];
    expect(second.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
    expect(JSON.stringify(second[2]?.content)).toContain('not done: a person took the work back');
    expect(second[3]?.content).toMatch(/checkpoint 1.*fs\.write.*"a\.txt".*Files.*- a\.txt \(taken away\)/s);
    expect(existsSync(join(engine.workspace, 'b.txt'))).toBe(true);
  });

  it('Given the place behind its write, then what it had done stands, and it is told once', async () => {
    const models = new ScriptedModels(replies);
    await using engine = await Engine.create(plan('tools: [fs.*]'), { models });
    await engine.run();
    await back(engine, 1);
    const paid = models.paid;
    await engine.again();
    const asked = models.requests.slice(paid).map(({ messages }) => JSON.stringify(messages));
    expect(asked[0]).toContain('"path":"a.txt"');
    expect(asked.map((text) => text.split('taken the work back').length - 1)).toEqual([1, 1]);
  });

  it('Given many files, kept elsewhere as a list, then the first fifty are named', async () => {
    const models = new ScriptedModels(replies);
    await using engine = await Engine.create(plan('tools: [fs.*]'), { models });
    await engine.run();
    const many = Array.from({ length: 60 }, (_, index) => ({ ...file, path: `f${index}.txt` }));
    const list = (await externalize(many as never, engine.storage.blobs)) as never;
    await back(engine, 1, { count: 60, list });
    const paid = models.paid;
    await engine.again();
    expect(models.requests[paid]?.messages.at(-1)?.content).toContain(
      '- f49.txt (taken away)\n- and 10 more\n',
    );
  });

  it.each([
    ['a rollback of something else', 'plan_only'],
    ['what was cut off being put back', 'files_only'],
    ['files of others that went back before it began', 'workspace'],
  ] as const)('Given %s, then it is told nothing', async (_, scope) => {
    const models = new ScriptedModels([{ say: 'Done.' }]);
    const yaml = `
name: p
steps:
  - { id: first, run: 'true' }
  - { id: work, agent: { model: scripted/one, prompt: Do it } }`;
    await using engine = await Engine.create(yaml, { models });
    await engine.journal.commit([
      {
        type: 'plan.rolled_back',
        plan_id: engine.planId,
        payload: {
          checkpoint_id: null,
          number: null,
          to_seq: 1,
          pre_rollback_id: null,
          scope,
          changes: scope === 'plan_only' ? null : { count: 1, list: [file] },
          parts: [],
        },
      },
    ]);
    await engine.run();
    expect(models.requests[0]?.messages).toHaveLength(1);
  });
});

describe('a subplan that a model spawns', () => {
  const spawn = (
    name: string,
    ...steps: readonly JsonObject[]
  ): NonNullable<ScriptedReply['calls']>[number] => ({
    tool: 'plan.spawn',
    with: { name, goal: 'Part of it', steps },
  });
  const touch = (path: string): JsonObject => ({
    id: 'touch',
    uses: 'fs.write',
    with: { path, content: '' },
  });

  it('Given its steps, then they are a plan of their own, with a checkpoint before it and the decision of who wanted it', async () => {
    const models = new ScriptedModels([{ calls: [spawn('part', touch('a.txt'))] }, { say: 'Done.' }]);
    await using engine = await Engine.create(plan('tools: [plan.spawn]'), { models });
    const end = await engine.run();
    expect(subplansOf(end.state)).toMatchObject([{ name: 'part', status: 'complete', attempt: 1 }]);
    expect(await engine.fired()).toEqual([
      'on_subplan_spawn work',
      'on_tool_write touch',
      'on_tool_write_complete touch',
    ]);
    expect(decisionsOf(end.state).at(-1)).toMatchObject({
      type: 'subplan_spawn',
      chosen: 'part',
      by: 'model',
    });
    expect(told(models, 1)).toContain('"status":"complete"');
  });

  it('Given steps that are none, then the model is told what is wrong with them', async () => {
    const models = new ScriptedModels([{ calls: [spawn('part', { uses: 'fs.wriet' })] }, { say: 'Hm.' }]);
    await using engine = await Engine.create(plan('tools: [plan.spawn]'), { models });
    const end = await engine.run();
    expect(subplansOf(end.state)).toEqual([]);
    expect(told(models, 1)).toContain('there is no tool fs.wriet');
  });

  it('Given one that fails, and another of the same name, then the model is told of both, and the plan goes on', async () => {
    const fails = spawn('part', { run: 'exit 3' });
    const models = new ScriptedModels([{ calls: [fails] }, { calls: [fails] }, { say: 'Hm.' }]);
    await using engine = await Engine.create(plan('tools: [plan.spawn]'), { models });
    expect(runStateOf((await engine.run()).state)).toBe('complete');
    expect(told(models, 1)).toContain('subplan part failed');
    expect(told(models, 2)).toContain('there is a subplan called part already');
  });

  it('Given a pause in the middle of it, then it goes on where it was', async () => {
    const models = new ScriptedModels([
      { calls: [spawn('part', touch('a.txt'), { ...touch('b.txt'), id: 'two', needs: 'touch' })] },
      { say: 'Done.' },
    ]);
    await using engine = await Engine.create(plan('tools: [plan.spawn]'), { models });
    const off = engine.bus.subscribe({
      onEvent: (event) => {
        if (event.type === 'step.completed' && event.payload.step_id === 'touch')
          engine.runner.ask({ kind: 'pause', by: 'SIGINT' });
      },
    });
    expect((await engine.run()).pausedBecause).toBe('signal');
    off();
    const end = await engine.again();
    expect(runStateOf(end.state)).toBe('complete');
    expect(subplansOf(end.state)).toMatchObject([{ name: 'part', status: 'complete', attempt: 1 }]);
    expect(models.paid).toBe(2);
  });
});
