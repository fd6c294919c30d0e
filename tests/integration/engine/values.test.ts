import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StorageError } from '../../../src/domain/errors.ts';
import { decisionsOf, runStateOf, stepOf } from '../../../src/domain/plan-state.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { createMemoryStorage } from '../../../src/memory/create-memory-storage.ts';
import { Engine } from '../../support/engine.ts';

describe('what expressions see', () => {
  it('Given a step that failed and was let pass, then later ones see its outcome and no outputs', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - { id: bad, run: exit 1, effect: read, continue_on_error: true }
  - { id: was, uses: plan.set, with: { key: was, value: "\${{ steps.bad.outcome }} \${{ steps.bad.status }}" } }
  - { id: out, uses: plan.set, with: { key: out, value: "\${{ steps.bad.outputs }}" } }`);
    const { state } = await engine.run();
    expect(state.parts.context.get('was')?.value).toBe('error failed');
    expect(state.parts.context.get('out')?.value).toEqual({});
  });

  it('Given variables that are no texts, then tools see them as JSON', async () => {
    await using engine = await Engine.create(`
name: p
inputs: { n: { type: number, default: 2 }, list: { type: array, default: [a, 1] } }
env: { N: "\${{ inputs.n }}" }
steps: [{ id: w, run: 'echo "$N $LIST" > seen', env: { LIST: "\${{ inputs.list }}" } }]`);
    await engine.run();
    expect(await readFile(join(engine.workspace, 'seen'), 'utf8')).toBe('2 ["a",1]\n');
  });

  it('Given outputs that the store cannot read, then the run ends by that, and the step has not failed', async () => {
    const storage = createMemoryStorage({ processes: new SystemProcessTable() });
    await using engine = await Engine.create(
      `
name: p
steps:
  - { id: long, run: 'seq 1 3000', effect: read }
  - { id: copy, uses: plan.set, with: { key: k, value: "\${{ steps.long.outputs.stdout }}" } }`,
      { storage },
    );
    storage.blobs.get = async () => {
      throw new StorageError('blob_missing', 'the blob is gone');
    };
    await expect(engine.run()).rejects.toMatchObject({ code: 'blob_missing', exitCode: 7 });
    const state = engine.journal.plan(engine.planId);
    expect([runStateOf(state), stepOf(state, 'copy')?.status]).toEqual(['processing', 'pending']);
  });
});

describe('small verbs', () => {
  it('Given a sleep, then it ends by itself', async () => {
    await using engine = await Engine.create('name: p\nsteps: [{ id: s, sleep: 1ms }]');
    expect(stepOf((await engine.run()).state, 's')?.status).toBe('complete');
  });

  it('Given a question with a default of another type and nobody to ask, then the default is the answer', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - { id: q, ask: { question: "How many?", type: number, default: 3 } }
  - { id: set, uses: plan.set, with: { key: n, value: "\${{ steps.q.outputs.answer }}" } }`);
    const { state } = await engine.run();
    expect(state.parts.context.get('n')?.value).toBe(3);
    expect(decisionsOf(state).at(-1)).toMatchObject({ chosen: '3', by: 'default' });
  });

  it('Given reasons for decisions, then they are filled and recorded; a rule without one is its own reason', async () => {
    await using engine = await Engine.create(`
name: p
inputs: { n: { type: number, default: 2 } }
steps:
  - { id: h, decide: { question: q, options: [a, b], by: human, default: a, rationale: "there are \${{ inputs.n }}" } }
  - { id: r, decide: { question: q, options: [a, b], by: rule, choose: "\${{ 'b' }}" } }`);
    const { state } = await engine.run();
    const reasons = Object.fromEntries(
      decisionsOf(state).map(({ step_id, rationale }) => [step_id, rationale]),
    );
    expect(reasons).toMatchObject({ h: 'there are 2', r: "rule: ${{ 'b' }}" });
  });
});
