import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  callsOf,
  decisionsOf,
  resultOf,
  runStateOf,
  stepOf,
  stepsOf,
} from '../../../src/domain/plan-state.ts';
import { outputOf } from '../../../src/domain/state-snapshot.ts';
import { secretReference } from '../../../src/domain/secret-reference.ts';
import { defineTool } from '../../../src/tools/define-tool.ts';
import { createRedactor } from '../../../src/tools/redaction.ts';
import { Engine } from '../../support/engine.ts';

const statusesOf = (engine: Engine): Record<string, string> =>
  Object.fromEntries(stepsOf(engine.journal.plan(engine.planId)).map(({ id, status }) => [id, status]));

/** A tool that gives whatever a test wants, to see what becomes of it. */
const giving = (value: unknown): ReturnType<typeof defineTool> =>
  defineTool({
    name: 'test.give',
    summary: 'gives a value',
    effect: 'read',
    input: z.object({}),
    output: z.unknown(),
    run: async () => value as never,
  });

describe('steps', () => {
  it('Given a failing step, then what follows is skipped, clean-up runs, and the first error is kept', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - { id: bad, run: exit 7, effect: read }
  - { id: next, run: 'true', effect: read }
  - { id: tidy, if: failure(), run: 'echo tidied > tidied.txt; exit 1' }
  - { id: always, if: always(), run: 'true', effect: read }`);
    const end = await engine.run();
    expect(statusesOf(engine)).toEqual({
      bad: 'failed',
      next: 'skipped',
      tidy: 'failed',
      always: 'complete',
    });
    expect(end.error?.message).toContain('7');
    expect(await readFile(join(engine.workspace, 'tidied.txt'), 'utf8')).toBe('tidied\n');
    const types = engine.events.map(({ type }) => type);
    expect(types.indexOf('plan.failed')).toBeLessThan(types.lastIndexOf('tool.started'));
  });

  it('Given continue_on_error, then the plan completes and later steps see success', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - { id: bad, run: exit 1, effect: read, continue_on_error: true }
  - { id: next, if: success(), run: 'true', effect: read }`);
    const end = await engine.run();
    expect(runStateOf(end.state)).toBe('complete');
    expect(statusesOf(engine)).toEqual({ bad: 'failed', next: 'complete' });
  });

  it('Given conditions, then a false one skips with its reason and a broken one fails', async () => {
    await using engine = await Engine.create(`
name: p
inputs: { n: { type: number, default: 2 } }
steps:
  - { id: no, if: "\${{ inputs.n > 2 }}", run: 'true', effect: read }
  - { id: yes, if: inputs.n == 2, run: 'true', effect: read }
  - { id: broken, if: "\${{ fromJSON('{') }}", run: 'true', effect: read }`);
    const end = await engine.run();
    expect(statusesOf(engine)).toEqual({ no: 'skipped', yes: 'complete', broken: 'failed' });
    expect(stepOf(end.state, 'no')?.reason).toContain('inputs.n > 2');
    expect(end.error?.code).toBe('expression_failed');
  });

  it('Given a time limit, when it is over, then the tool and what it started are ended and the step fails', async () => {
    await using engine = await Engine.create(`
name: p
steps: [{ id: slow, run: 'sleep 60 & sleep 60', effect: read, timeout: 200ms }]`);
    const end = await engine.run();
    expect(end.error).toMatchObject({ code: 'timed_out' });
    expect(callsOf(end.state)[0]).toMatchObject({ status: 'failed', error: { code: 'timed_out' } });
  });

  it('Given a graph, then independent steps run side by side and outputs flow with their types', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - { id: a, run: 'echo 1', effect: read, needs: [] }
  - { id: b, run: 'echo 2', effect: read, needs: [] }
  - { id: sum, uses: plan.set, with: { key: codes, value: ["\${{ steps.a.outputs.exit_code }}", "\${{ steps.b.outputs.stdout }}"] }, needs: [a, b] }
outputs: { last: "\${{ steps.b.outputs.stdout }}" }`);
    const end = await engine.run();
    expect(end.state.parts.context.get('codes')?.value).toEqual([0, '2']);
    expect(resultOf(end.state)).toEqual({ last: '2' });
    const starts = engine.events.filter(({ type }) => type === 'step.started' || type === 'step.completed');
    expect(starts.slice(0, 2).every(({ type }) => type === 'step.started')).toBe(true);
  });

  it('Given outputs of the plan that cannot be evaluated, then the plan fails with the reason', async () => {
    await using engine = await Engine.create(`
name: p
steps: [{ id: a, run: 'echo x', effect: read }]
outputs: { broken: "\${{ fromJSON(steps.a.outputs.stdout) }}" }`);
    const end = await engine.run();
    expect(runStateOf(end.state)).toBe('errored');
    expect(end.error?.code).toBe('expression_failed');
  });

  it('Given decisions by rule, then the choice, its rule and its parent are recorded; a wrong one fails', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - { id: d, decide: { question: "Which?", options: [a, b], by: rule, choose: "\${{ 'b' }}", rationale: because } }
  - { id: e, decide: { question: "Which?", options: [a, b], by: rule, choose: "\${{ 'z' }}" } }`);
    const end = await engine.run();
    const made = decisionsOf(end.state).find(({ step_id }) => step_id === 'd');
    expect(made).toMatchObject({
      chosen: 'b',
      by: 'rule',
      rationale: 'because',
      sequence: 3,
      type: 'choice',
    });
    expect(made?.parent_id).toBe(decisionsOf(end.state)[1]?.id);
    expect(end.error?.code).toBe('unknown_option');
  });

  it('Given a long output, then it stands in a blob, and expressions still see the whole', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - { id: long, run: 'seq 1 3000', effect: read }
  - { id: copy, uses: fs.write, with: { path: copy.txt, content: "\${{ steps.long.outputs.stdout }}" } }`);
    const end = await engine.run();
    expect(outputOf(end.state, 'long')).toMatchObject({ stdout: { ref: expect.stringMatching(/^sha256:/) } });
    expect((await readFile(join(engine.workspace, 'copy.txt'), 'utf8')).split('\n')).toHaveLength(3000);
    expect(engine.events.some(({ type }) => type === 'tool.output')).toBe(true);
  });

  it.each([
    ['a bigint', { rows: [{ id: 1n }] }, 'rows[0].id'],
    ['a date', { when: new Date(0) }, 'when'],
    ['NaN', { n: Number.NaN }, 'n'],
    [
      'a circle',
      (() => {
        const self: Record<string, unknown> = {};
        self['me'] = self;
        return self;
      })(),
      'me',
    ],
  ])('Given %s in an output, then the step fails naming the path', async (_, value, path) => {
    await using engine = await Engine.create('name: p\nsteps: [{ id: g, uses: test.give }]', {
      tools: [giving(value)],
    });
    const end = await engine.run();
    expect(end.error).toMatchObject({
      code: 'output_not_json',
      message: expect.stringContaining(`g.outputs.${path}`),
    });
    expect(stepOf(end.state, 'g')?.status).toBe('failed');
  });

  it('Given a secret input, then only the environment of the tool has it, and nothing that is stored', async () => {
    const secret = 'correct-horse-battery';
    await using engine = await Engine.create(
      `
name: p
inputs: { token: { type: string, secret: true, env: MY_TOKEN } }
steps: [{ id: s, run: 'echo "[$T]"; test \${#T} -eq 21', effect: read, env: { T: "\${{ inputs.token }}" } }]`,
      { env: { MY_TOKEN: secret }, redactor: createRedactor({ values: [secret], patterns: [] }) },
    );
    const lines: string[] = [];
    engine.bus.subscribe({ onOutput: ({ text }) => lines.push(text) });
    const end = await engine.run();
    expect(runStateOf(end.state)).toBe('complete');
    expect(lines).toEqual(['[***]']);
    const record = await engine.storage.plans.get(engine.planId);
    expect(record.inputs).toEqual({ token: secretReference('token') });
    expect(JSON.stringify([engine.events, record])).not.toContain(secret);
  });

  it('Given a command that dies with a secret on its lips, then no error of call, step or plan says it', async () => {
    const secret = 'correct-horse-battery';
    await using engine = await Engine.create(
      `
name: p
inputs: { token: { type: string, secret: true, env: MY_TOKEN } }
steps: [{ id: s, run: 'echo "no $T" >&2; exit 3', env: { T: "\${{ inputs.token }}" } }]`,
      { env: { MY_TOKEN: secret }, redactor: createRedactor({ values: [secret], patterns: [] }) },
    );
    const end = await engine.run();
    expect(end.error).toMatchObject({ code: 'command_failed', hint: 'no ***' });
    const record = await engine.storage.plans.get(engine.planId);
    const { items } = await engine.storage.checkpoints.list({ planId: engine.planId });
    expect(items.map(({ trigger }) => trigger)).toContain('on_error');
    expect(JSON.stringify([engine.events, record, items])).not.toContain(secret);
  });

  it('Given a path that leads out, known only when the step runs, then the call is refused before anything is touched', async () => {
    await using engine = await Engine.create(`
name: p
inputs: { p: { type: string, default: ../out.txt } }
steps: [{ id: s, uses: fs.write, with: { path: "\${{ inputs.p }}", content: b } }]`);
    const end = await engine.run();
    expect(end.error?.code).toBe('outside_workspace');
    expect(await engine.fired()).toEqual(['on_error']);
  });

  it('Given an argument of the wrong type, known only when the step runs, then the call is refused', async () => {
    await using engine = await Engine.create(`
name: p
inputs: { p: { type: number, default: 3 } }
steps: [{ id: s, uses: fs.write, with: { path: "\${{ inputs.p }}", content: b } }]`);
    const end = await engine.run();
    expect(end.error).toMatchObject({ code: 'bad_input', message: expect.stringContaining('path') });
  });
});
