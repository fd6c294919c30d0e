import { expect, it, vi } from 'vitest';
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
import { createRecorder } from '../../../src/app/run-recorder.ts';
import { InlineWorkspaceFiles } from '../../../src/workspace/inline-workspace-files.ts';
import { WorkspaceEngine } from '../../../src/workspace/workspace-engine.ts';
import { CapturedWorkspace } from '../../support/captured-workspace.ts';
import { Engine } from '../../support/engine.ts';
import { CAN_WATCH } from '../../support/watched-workspace.ts';

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
        outputRoom: () => null,
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

it.runIf(CAN_WATCH)(
  'Given a folder that cannot be watched, when it is looked at twice, then its history says so once',
  async () => {
    await using engine = await Engine.create('name: p\nsteps: [{ id: s, run: echo }]');
    using ws = new CapturedWorkspace();
    const watch = (): never => {
      throw Object.assign(new Error('none left'), { code: 'ENOSPC' });
    };
    const { store, home } = ws;
    const files = new InlineWorkspaceFiles(
      new WorkspaceEngine({ store, home, freeBytes: () => 1e15, watching: { watch } }),
    );
    const { journal, settings, storage } = engine;
    const { blobs } = storage;
    const recorder = createRecorder({ journal, files, blobs, settings, workspace: ws.root, lastTree: null });
    await recorder.record();
    const { tree, error } = await recorder.record();
    expect([tree, error]).toEqual([ws.capture().tree, null]);
    const notes = (): readonly string[] =>
      engine.events.flatMap((event) => (event.type === 'note.added' ? [event.payload.text] : []));
    await vi.waitFor(() => {
      expect(notes()).toEqual([
        'every checkpoint looks at all files: no watch is left for this user (fs.inotify.max_user_watches)',
      ]);
    });
  },
);
