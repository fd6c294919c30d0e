import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEvent } from '../../../src/domain/apply-event.ts';
import { EMPTY_TREE, type TreeState } from '../../../src/domain/plan-state.ts';
import { snapshotOf } from '../../../src/domain/state-snapshot.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { openStorage, type Storage } from '../../../src/storage/open-storage.ts';
import { Engine } from '../../support/engine.ts';

const step = fc.constantFrom(
  "{ run: 'true', effect: read }",
  "{ run: 'exit 1', effect: read, continue_on_error: true }",
  "{ run: 'exit 1', effect: read }",
  '{ uses: fs.write, with: { path: f.txt, content: x } }',
  `{ uses: plan.set, with: { key: long, value: ${'y'.repeat(400)} } }`,
  "{ if: failure(), run: 'true', effect: read }",
  '{ decide: { question: q, options: [a, b], by: rule, choose: "${{ \'a\' }}" } }',
  '{ uses: plan.note, with: { text: hi } }',
);
const subplans = fc
  .tuple(
    fc.constantFrom('sequential', 'parallel'),
    fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
    fc.boolean(),
  )
  .map(
    ([mode, plans, retry]) =>
      `{ subplans: { mode: ${mode}, retries: { max: ${retry ? 1 : 0}, backoff: 1ms }, plans: [${plans
        .map((steps, index) => `{ name: c${index}, steps: [${steps.join(', ')}] }`)
        .join(', ')}] } }`,
  );
const plan = fc
  .array(fc.oneof({ weight: 3, arbitrary: step }, { weight: 1, arbitrary: subplans }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((steps) => `name: random\nsteps:\n${steps.map((text) => `  - ${text}`).join('\n')}`);

const plain = (tree: TreeState): unknown =>
  Object.fromEntries([...tree.plans].map(([id, state]) => [id, snapshotOf(state)]));

async function onDisk<T>(work: (storage: Storage) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'agents-fold-'));
  const storage = await openStorage({ home, durability: 'normal', processes: new SystemProcessTable() });
  try {
    return await work(storage);
  } finally {
    await storage.close();
    await rm(home, { recursive: true, force: true });
  }
}

const STORAGES = {
  'in memory': <T>(work: (storage: Storage | null) => Promise<T>): Promise<T> => work(null),
  'in SQLite': onDisk,
};

describe.each(Object.entries(STORAGES))('state %s', (name, withStorage) => {
  it('Given random plans, then the fold of the journal = what was live = what the parts say, at every seq', async () => {
    await withStorage(async (storage) => {
      await fc.assert(
        fc.asyncProperty(plan, async (yaml) => {
          await using engine = await Engine.create(yaml, storage ? { storage } : {});
          const live = new Map<number, unknown>();
          engine.bus.subscribe({
            onEvent: ({ seq }) => {
              if (engine.journal.tree.seq === seq) live.set(seq, plain(engine.journal.tree));
            },
          });
          await engine.run();
          const events = await engine.storage.plans.events(engine.planId, 0, 100_000);
          expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
          let folded = EMPTY_TREE;
          for (const event of events) {
            folded = applyEvent(folded, event).state;
            const stored = await engine.storage.plans.stateAt(engine.planId, event.seq);
            expect(plain(stored)).toEqual(plain(folded));
            if (live.has(event.seq)) expect(live.get(event.seq)).toEqual(plain(folded));
          }
          expect(plain(engine.journal.tree)).toEqual(plain(folded));
        }),
        { numRuns: name === 'in memory' ? 40 : 15, seed: 20261121, endOnFailure: true },
      );
    });
  });
});
