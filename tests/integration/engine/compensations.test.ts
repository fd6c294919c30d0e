import { describe, expect, it } from 'vitest';
import type { PlanEvent } from '../../../src/domain/plan-event.ts';
import { runStateOf } from '../../../src/domain/plan-state.ts';
import { StorageError } from '../../../src/domain/errors.ts';
import { createRedactor } from '../../../src/tools/redaction.ts';
import { Engine } from '../../support/engine.ts';

const recordedIn = ({ events }: Engine) =>
  events.flatMap((event) => (event.type === 'compensation.recorded' ? [event] : []));
const payloadsIn = (engine: Engine) => recordedIn(engine).map(({ payload }) => payload);

const MAKE = `
name: p
inputs: { where: { default: there }, token: { secret: true } }
env: { ALL: plan }
steps:
  - id: way
    decide: { question: q, options: [a, b], by: rule, choose: "'b'" }
  - id: make
    run: printf made
    env: { OWN: step }
    compensate:
      run: rm "$IT"
      env:
        IT: "\${{ steps.make.outputs.stdout }}-\${{ inputs.where }}-\${{ decisions.way.chosen }}-\${{ env.OWN }}"
        TOKEN: "\${{ inputs.token }}"
        OWN: over`;
const SECRET = { env: { TOKEN: 'abcd-efgh' } };

describe('Given a step with compensate, when its call completes', () => {
  it('it is recorded with what the step gave and could see; a secret only as a reference', async () => {
    await using engine = await Engine.create(MAKE, SECRET);
    await engine.run();
    const call = {
      tool: 'shell.run',
      input: { command: 'rm "$IT"', effect: 'write' },
      env: { ALL: 'plan', OWN: 'over', IT: 'made-there-b-step', TOKEN: '[secret:token]' },
      effect: 'write',
    };
    const done = engine.events.find(({ type }) => type === 'tool.completed') as PlanEvent & {
      type: 'tool.completed';
    };
    const { call_id } = done.payload;
    expect(payloadsIn(engine)).toEqual([{ call_id, step_id: 'make', call, error: null }]);
    const types = engine.events.map(({ type }) => type);
    expect(types[types.indexOf('compensation.recorded') + 1]).toBe('step.completed');
  });

  it('a tool keeps the types of its arguments, and what is long stands in the blob store', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - id: long
    run: seq 1 3000
    compensate: { uses: plan.set, with: { key: k, value: { code: "\${{ steps.long.outputs.exit_code }}" } } }
  - id: copy
    uses: plan.set
    with: { key: long, value: "\${{ steps.long.outputs.stdout }}" }
    compensate: { uses: plan.set, with: { key: "\${{ steps.long.outputs.stdout }}", value: 1 } }`);
    await engine.run();
    expect(payloadsIn(engine)).toMatchObject([
      { call: { tool: 'plan.set', input: { key: 'k', value: { code: 0 } }, env: {}, effect: null } },
      { call: { input: { key: { media: 'text', bytes: 13_892 }, value: 1 } }, error: null },
    ]);
  });

  it('a subplan records its own', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - id: both
    run: printf "$N"
    env: { N: "\${{ matrix.n }}" }
    strategy: { matrix: { n: [1, 2] }, max_parallel: 1 }
    compensate: { run: x, env: { WAS: "\${{ steps.both.outputs.stdout }}" } }`);
    await engine.run();
    expect(payloadsIn(engine).map(({ call }) => call?.env)).toEqual([
      { N: '1', WAS: '1' },
      { N: '2', WAS: '2' },
    ]);
    expect(recordedIn(engine).every(({ plan_id }) => plan_id !== engine.planId)).toBe(true);
  });

  it('one that cannot be filled is said, and the step keeps its result', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - id: make
    run: printf nothing
    compensate: { run: x, env: { ID: "\${{ fromJSON(steps.make.outputs.stdout).id }}" } }
outputs: { gave: "\${{ steps.make.outputs.stdout }}" }`);
    const { state } = await engine.run();
    expect(runStateOf(state)).toBe('complete');
    expect(payloadsIn(engine)).toMatchObject([
      { step_id: 'make', call: null, error: { hint: 'column 4 of the expression' } },
    ]);
  });

  it('one that would hold a secret is not stored', async () => {
    const redactor = createRedactor({ values: ['hush-hush'], patterns: [] });
    await using engine = await Engine.create(
      `
name: p
steps:
  - { id: make, run: 'true', compensate: { run: 'x --token hush-hush' } }`,
      { redactor },
    );
    await engine.run();
    expect(payloadsIn(engine)).toMatchObject([{ call: null, error: { code: 'secret_in_compensation' } }]);
    expect(JSON.stringify(engine.events)).not.toContain('token hush-hush');
  });

  it.each([
    ['fails', 'false'],
    ['has none', ''],
  ])('a step that %s records nothing', async (_, run) => {
    const step = run === '' ? `{ id: m, run: 'true' }` : `{ id: m, run: 'false', compensate: { run: x } }`;
    await using engine = await Engine.create(`name: p\nsteps:\n  - ${step}`);
    await engine.run();
    expect(payloadsIn(engine)).toEqual([]);
  });

  it('outputs that the store cannot read end the run before the step has ended: it is recorded when it goes on', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - id: long
    run: seq 1 3000
    compensate: { run: x, env: { ID: "\${{ steps.long.outputs.stdout }}" } }`);
    const { blobs } = engine.storage;
    const get = blobs.get.bind(blobs);
    blobs.get = async () => {
      throw new StorageError('blob_missing', 'the blob is gone');
    };
    await expect(engine.run()).rejects.toMatchObject({ code: 'blob_missing' });
    expect(payloadsIn(engine)).toEqual([]);
    blobs.get = get;
    await engine.journal.commit([{ type: 'plan.resumed', plan_id: engine.planId, payload: { by: null } }]);
    expect(runStateOf((await engine.run()).state)).toBe('complete');
    expect(payloadsIn(engine)).toHaveLength(1);
    expect(engine.events.filter(({ type }) => type === 'tool.started')).toHaveLength(1);
  });
});
