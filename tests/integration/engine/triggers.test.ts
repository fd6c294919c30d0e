import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AUTO_TRIGGERS, type AutoTrigger } from '../../../src/domain/checkpoint.ts';
import { callOf, errorOf, runStateOf, subplansOf } from '../../../src/domain/plan-state.ts';
import { Engine, type EngineOptions } from '../../support/engine.ts';
import { FixedSettings } from '../../support/fixed-settings.ts';

/** A plan for each trigger, and what it leaves when only that trigger is on. */
const PLANS: Readonly<Record<AutoTrigger, { readonly yaml: string; readonly fires: readonly string[] }>> = {
  on_tool_write: {
    yaml: `
name: one write
steps:
  - { id: w1, uses: fs.write, with: { path: a.txt, content: a } }`,
    fires: ['on_tool_write w1'],
  },
  on_tool_write_complete: {
    yaml: `
name: one write
steps:
  - { id: w1, uses: fs.write, with: { path: a.txt, content: a } }`,
    fires: ['on_tool_write_complete w1'],
  },
  on_subplan_spawn: {
    yaml: `
name: one subplan
steps:
  - id: s
    subplans: { plans: [{ name: child, steps: [{ id: r, run: 'true', effect: read }] }] }`,
    fires: ['on_subplan_spawn s'],
  },
  on_error: {
    yaml: `
name: a failing step
steps:
  - { id: bad, run: exit 3, effect: read }`,
    fires: ['on_error'],
  },
};

async function fired(yaml: string, options: EngineOptions = {}): Promise<readonly string[]> {
  await using engine = await Engine.create(yaml, options);
  await engine.run();
  return await engine.fired();
}

describe.each(AUTO_TRIGGERS)('%s', (trigger) => {
  const { yaml, fires } = PLANS[trigger];

  it('Given it is enabled, when its moment comes, then it fires', async () => {
    expect(await fired(yaml, { settings: new FixedSettings({ autoCreateOn: [trigger] }) })).toEqual(fires);
  });

  it('Given it is disabled, when its moment comes, then it is skipped and the others are not', async () => {
    const others = AUTO_TRIGGERS.filter((other) => other !== trigger);
    const left = await fired(yaml, { settings: new FixedSettings({ autoCreateOn: others }) });
    expect(left.some((line) => line.split(' ')[0] === trigger)).toBe(false);
  });

  it('Given there is no checkpoint service, when its moment comes, then nothing fires and the plan runs on', async () => {
    await using engine = await Engine.create(yaml, { withoutCheckpoints: true });
    const end = await engine.run();
    expect(await engine.fired()).toEqual([]);
    expect(runStateOf(end.state)).toBe(trigger === 'on_error' ? 'errored' : 'complete');
  });
});

/** The sequence of the design: write, read, subplan with a write, failing write. */
const SEQUENCE = `
name: sequence
steps:
  - { id: w1, uses: fs.write, with: { path: a.txt, content: a } }
  - { id: r, uses: fs.read, with: { path: a.txt } }
  - id: s
    subplans: { plans: [{ name: child, steps: [{ id: w2, uses: fs.write, with: { path: b.txt, content: b } }] }] }
  - { id: w3, run: echo half > c.txt; exit 1 }`;

const ALL = [
  'on_tool_write w1',
  'on_tool_write_complete w1',
  'on_subplan_spawn s',
  'on_tool_write w2',
  'on_tool_write_complete w2',
  'on_tool_write w3',
  'on_tool_write_complete w3',
  'on_error',
];

const SUBSETS = Array.from({ length: 16 }, (_, bits) =>
  AUTO_TRIGGERS.filter((_trigger, index) => bits & (1 << index)),
);

describe('auto_create_on', () => {
  it.each(SUBSETS.map((subset) => [subset.join(', ') || '[]', subset] as const))(
    'Given %s, when a plan writes, spawns and fails, then exactly those fire',
    async (_, subset) => {
      const expected = ALL.filter((line) => subset.includes(line.split(' ')[0] as AutoTrigger));
      expect(await fired(SEQUENCE, { settings: new FixedSettings({ autoCreateOn: subset }) })).toEqual(
        expected,
      );
    },
  );

  it('Given it is edited while the plan runs, then it holds from the next trigger on and the history says so', async () => {
    await using engine = await Engine.create(SEQUENCE);
    engine.bus.subscribe({
      onEvent: (event) => {
        if (event.type === 'step.completed' && event.payload.step_id === 'w1')
          engine.settings.edit(['on_error']);
      },
    });
    await engine.run();
    expect(await engine.fired()).toEqual(['on_tool_write w1', 'on_tool_write_complete w1', 'on_error']);
    expect(engine.events.filter(({ type }) => type === 'config.changed')).toHaveLength(1);
  });
});

describe('the sequence of checkpoints', () => {
  it('Given all triggers, then rows have order, numbers, owner and outcome', async () => {
    await using engine = await Engine.create(SEQUENCE);
    await engine.run();
    const rows = await engine.checkpoints();
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const child = subplansOf(engine.journal.plan(engine.planId))[0]?.plan_id;
    const owners = rows.map(({ plan_id }) => (plan_id === child ? 'child' : 'root'));
    expect(owners).toEqual(['root', 'root', 'root', 'child', 'child', 'root', 'root', 'root']);
    expect(rows.map(({ outcome }) => outcome)).toEqual([null, 'ok', null, null, 'ok', null, 'error', null]);
    expect(rows.at(-1)).toMatchObject({ phase: 'execute', state: 'errored' });
  });

  it('Given a write that completed, then its checkpoint before lacks the result and the one after holds it', async () => {
    await using engine = await Engine.create(SEQUENCE);
    await engine.run();
    const [before, after] = await engine.checkpoints();
    const callsIn = async (id: string | undefined): Promise<unknown> =>
      (await engine.storage.checkpoints.snapshot(id ?? ''))['tool_calls'];
    expect(await callsIn(before?.id)).toEqual([]);
    expect(await callsIn(after?.id)).toMatchObject([
      { step_id: 'w1', outcome: 'ok', result: { path: 'a.txt' } },
    ]);
  });

  it('Given a failed plan, then on_error holds execute/errored with the error in the state', async () => {
    await using engine = await Engine.create(SEQUENCE);
    const end = await engine.run();
    const last = (await engine.checkpoints()).at(-1);
    const snapshot = await engine.storage.checkpoints.snapshot(last?.id ?? '');
    expect(snapshot).toMatchObject({ phase: 'execute', state: 'errored', error: { code: 'command_failed' } });
    expect(errorOf(end.state)?.code).toBe('command_failed');
  });

  it('Given a spawn, then its decision and status are in the checkpoint already', async () => {
    await using engine = await Engine.create(SEQUENCE);
    await engine.run();
    const spawn = (await engine.checkpoints()).find(({ trigger }) => trigger === 'on_subplan_spawn');
    const snapshot = await engine.storage.checkpoints.snapshot(spawn?.id ?? '');
    expect(snapshot['subplans']).toMatchObject([{ name: 'child', status: 'queued', attempt: 0 }]);
    const types = (snapshot['decisions'] as { type: string }[]).map(({ type }) => type);
    expect(types).toEqual(['prompt_definition', 'strategy_choice', 'subplan_spawn']);
  });

  it('Given read tools only, then nothing fires', async () => {
    expect(
      await fired(`
name: reads
steps:
  - { id: r, run: echo hi, effect: read }
  - { id: d, decide: { question: q, options: [a, b], by: rule, choose: "\${{ 'a' }}" } }`),
    ).toEqual([]);
  });

  it('Given every checkpoint, then its snapshot equals what was live', async () => {
    await using engine = await Engine.create(SEQUENCE);
    await engine.run();
    for (const { id, state_hash } of await engine.checkpoints()) {
      expect(state_hash).toMatch(/^[0-9a-f]{64}$/);
      expect(await engine.storage.checkpoints.snapshot(id)).toHaveProperty('steps');
    }
    const w1 = (await engine.checkpoints())[1];
    expect(callOf(engine.journal.plan(engine.planId), w1?.tool_call_id ?? '')?.status).toBe('complete');
  });
});

describe('retries', () => {
  it('Given a write tool that fails once, then each attempt has a pair', async () => {
    expect(
      await fired(`
name: retried write
steps:
  - id: w
    run: test -f there || { touch there; exit 1; }
    retries: { max: 1, backoff: 1ms }`),
    ).toEqual(['on_tool_write w', 'on_tool_write_complete w', 'on_tool_write w', 'on_tool_write_complete w']);
  });

  it('Given a subplan that fails twice, then works: one spawn, two on_error of the child, none of the parent', async () => {
    await using engine = await Engine.create(
      `
name: retried subplan
steps:
  - id: s
    subplans:
      retries: { max: 2, backoff: 1ms }
      plans:
        - name: child
          steps: [{ id: r, run: 'echo x >> count; test $(wc -l < count) -ge 3' }]`,
      { settings: new FixedSettings({ autoCreateOn: ['on_subplan_spawn', 'on_error'] }) },
    );
    const end = await engine.run();
    expect(runStateOf(end.state)).toBe('complete');
    const rows = await engine.checkpoints();
    expect(rows.map(({ trigger }) => trigger)).toEqual(['on_subplan_spawn', 'on_error', 'on_error']);
    expect(rows.map(({ plan_id }) => plan_id === engine.planId)).toEqual([true, false, false]);
    expect(subplansOf(end.state)).toMatchObject([{ status: 'complete', attempt: 3 }]);
  });

  it('Given a child that fails alone, then the parent goes on and only the child has an on_error', async () => {
    await using engine = await Engine.create(`
name: lenient
steps:
  - id: s
    continue_on_error: true
    subplans: { plans: [{ name: child, steps: [{ id: r, run: exit 1, effect: read }] }] }
  - { id: after, run: 'true', effect: read }`);
    const end = await engine.run();
    expect(runStateOf(end.state)).toBe('complete');
    const errors = (await engine.checkpoints()).filter(({ trigger }) => trigger === 'on_error');
    expect(errors.map(({ plan_id }) => plan_id === engine.planId)).toEqual([false]);
  });
});

describe('a step that changes the settings', () => {
  it('Given it does so while it writes, then that is not taken, but shown; an edit afterwards is', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - { id: sly, run: 'true' }
  - { id: w, run: 'true' }
  - { id: x, run: 'true' }`);
    engine.bus.subscribe({
      onEvent: (event) => {
        if (event.type === 'tool.started' && event.payload.step_id === 'sly') engine.settings.edit([]);
        if (event.type === 'step.completed' && event.payload.step_id === 'w')
          engine.settings.edit(['on_error']);
      },
    });
    await engine.run();
    expect(await engine.fired()).toEqual([
      'on_tool_write sly',
      'on_tool_write_complete sly',
      'on_tool_write w',
      'on_tool_write_complete w',
    ]);
    const told = engine.events.filter(({ type }) => type === 'config.changed').map(({ payload }) => payload);
    expect(told).toMatchObject([{ error: { code: 'config_changed_by_step' } }, { error: null }]);
  });

  it('Given a read step ends beside a write, then settings are not read while the write may change them', async () => {
    await using engine = await Engine.create(
      `
name: p
steps:
  - { id: sly, needs: [], run: 'while ! test -f go; do sleep 0.01; done' }
  - { id: beside, needs: [], run: 'true', effect: read }
  - { id: w, needs: [sly], run: 'true' }`,
      { settings: new FixedSettings({ intervalSteps: 100 }) },
    );
    engine.bus.subscribe({
      onEvent: (event) => {
        if (event.type === 'tool.started' && event.payload.step_id === 'sly') engine.settings.edit([]);
      },
    });
    const go = new Promise<void>((resolve) => {
      engine.bus.subscribe({
        onEvent: (event) => {
          if (event.type === 'step.completed' && event.payload.step_id === 'beside') resolve();
        },
      });
    });
    const running = engine.run();
    await go;
    await writeFile(join(engine.workspace, 'go'), '');
    await running;
    expect(await engine.fired()).toHaveLength(4);
  });
});
