import { expect, it } from 'vitest';
import { systemClock } from '../../../src/host/system-clock.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { UlidSource } from '../../../src/host/ulid-source.ts';
import type { CheckpointFiles } from '../../../src/domain/checkpoint.ts';
import type { ChangedFiles } from '../../../src/domain/plan-event.ts';
import type { Effect } from '../../../src/domain/plan.ts';
import { CheckpointService } from '../../../src/checkpoints/checkpoint-service.ts';
import type { Look } from '../../../src/ports/workspace-recorder.ts';
import { createBuiltinTools } from '../../../src/tools/builtin/builtin-tools.ts';
import { NO_REDACTION } from '../../../src/tools/redaction.ts';
import { createToolRegistry } from '../../../src/tools/tool-registry.ts';
import { ToolRunner } from '../../../src/tools/tool-runner.ts';
import { Engine } from '../../support/engine.ts';

const processes = new SystemProcessTable();

it.each<[Effect, readonly (string | ChangedFiles | null)[]]>([
  ['write', ['tree 1', 'tree 2', { count: 1, list: [{ path: 'tree 1 to tree 2' }] }]],
  ['read', [null, null, null]],
])(
  'Given a recorder, when a %s tool is called, then the trees before and after stand in its events',
  async (effect, trees) => {
    await using engine = await Engine.create('name: p\nsteps: [{ id: s, run: echo }]');
    const { journal, storage, window } = engine;
    let count = 0;
    const record = async (): Promise<CheckpointFiles> => {
      count += 1;
      const capture = { status: 'complete', reason: null, paths: [] } as const;
      return { tree: `tree ${count}`, capture, bytes: 0, error: null, previous: null };
    };
    const changes = async (before: string | null, after: string | null): Promise<ChangedFiles> => ({
      count: 1,
      list: [{ path: `${before} to ${after}` }],
    });
    const runner = new ToolRunner(
      {
        journal,
        registry: createToolRegistry(createBuiltinTools({ processes })),
        window,
        blobs: storage.blobs,
        ids: new UlidSource(systemClock),
        redactor: NO_REDACTION,
        baseEnv: { PATH: process.env['PATH'] ?? '' },
        secrets: {},
        effectOverrides: {},
        onOutput: () => undefined,
      },
      undefined,
      { record, changes },
    );
    const request = { planId: engine.planId, stepId: 's', attempt: 1, tool: 'shell.run', env: {}, effect };
    await runner.run({ ...request, input: { command: 'true', effect } }, new AbortController().signal);
    await journal.flush();
    const seen = engine.events.flatMap((event) => {
      if (event.type === 'tool.started') return [event.payload.tree_before];
      return event.type === 'tool.completed' ? [event.payload.tree_after, event.payload.changes] : [];
    });
    expect(seen).toEqual(trees);
  },
);

it('Given a recorder, when checkpoints are taken, then all files are looked at where a person counts on them', async () => {
  await using engine = await Engine.create('name: p\nsteps: [{ id: s, run: echo }]');
  const { journal, settings, window, planId } = engine;
  const looks: unknown[] = [];
  const record = async (look?: Look): Promise<CheckpointFiles> => {
    looks.push(look);
    const capture = { status: 'complete', reason: null, paths: [] } as const;
    return { tree: 'tree', capture, bytes: 0, error: null, previous: null };
  };
  const service = new CheckpointService(journal, settings, systemClock, window, {
    record,
    changes: async () => null,
  });
  await service.fire('on_subplan_spawn', { planId });
  await service.fire('on_error', { planId });
  await service.create({ planId });
  expect(looks).toEqual(['changes', 'all', 'all']);
});
