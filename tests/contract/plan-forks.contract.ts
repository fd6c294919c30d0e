import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEvent } from '../../src/domain/apply-event.ts';
import type { Checkpoint } from '../../src/domain/checkpoint.ts';
import type { PlanId } from '../../src/domain/ids.ts';
import { FIRST_SEQ, EVENT_VERSION, type PlanEvent } from '../../src/domain/plan-event.ts';
import {
  runStateOf,
  SECTIONS,
  subplansOf,
  type PlanState,
  type TreeState,
} from '../../src/domain/plan-state.ts';
import { rollBackParts } from '../../src/domain/roll-back-state.ts';
import { hashState } from '../../src/domain/state-hash.ts';
import { CHAIN_START, chainHash, toStoredPayload } from '../../src/domain/stored-event.ts';
import { createFork } from '../../src/execution/create-fork.ts';
import { sha256 } from '../../src/storage/sha256.ts';
import { failureOf } from '../support/storage-failure.ts';
import { clock, History, ids, rolledBack } from '../support/storage-history.ts';
import { plainTree } from '../support/storage-trees.ts';
import type { Place } from '../support/storage-places.ts';

const LONG = 'x'.repeat(5000);
const WORKSPACE = '/elsewhere';

async function fork(place: Place, checkpoint: Checkpoint): Promise<History> {
  const planId = ids.next();
  const created_at = new Date(clock.now()).toISOString();
  await createFork(place.storage.plans, ids, { planId, checkpoint, workspace: WORKSPACE, created_at });
  return History.open(place.storage, planId);
}

async function rollBack(history: History, checkpoint: Checkpoint): Promise<void> {
  const target = await history.storage.plans.stateAt(history.rootId, checkpoint.seq);
  const parts = rollBackParts(history.journal.tree, target);
  await history.journal.commit([rolledBack(history.rootId, checkpoint.id, parts)]);
}

/** A tree without what it is called: plans by the way that leads to them, ids by their place in it. */
function shapeOf(tree: TreeState): unknown {
  const filled = [...tree.plans.values()].filter((plan) =>
    SECTIONS.some((name) => plan.parts[name].size > 0),
  );
  const names = new Map(filled.map(({ planId }) => [planId, wayTo(tree, planId)]));
  const plans = filled.map(
    ({ planId, parts }) =>
      [
        names.get(planId) ?? '',
        SECTIONS.map((name) => [...parts[name]].sort(([one], [other]) => (one < other ? -1 : 1))),
      ] as const,
  );
  const text = JSON.stringify(plans.sort(([one], [other]) => (one < other ? -1 : 1)));
  return JSON.parse([...names].reduce((all, [id, name]) => all.replaceAll(id, name), text));
}

function wayTo(tree: TreeState, planId: PlanId): string {
  const plan = tree.plans.get(planId) as PlanState;
  if (plan.parentId === null) return 'root';
  const subplan = subplansOf(tree.plans.get(plan.parentId) as PlanState).find(
    (one) => one.plan_id === planId,
  );
  return `${wayTo(tree, plan.parentId)}/${subplan?.id}`;
}

async function foldOf({ storage: { plans }, rootId }: History): Promise<TreeState> {
  const events = await plans.events(rootId, 0, 10_000);
  return events.reduce(
    (tree: TreeState, event) => applyEvent(tree, event).state,
    await plans.stateAt(rootId, FIRST_SEQ),
  );
}

function chainOf(events: readonly PlanEvent[]): string {
  return events.reduce(
    (hash, event) => chainHash(sha256, hash, { ...event, v: EVENT_VERSION }, toStoredPayload(event, sha256)),
    CHAIN_START,
  );
}

/** What is live, what is stored, what the journal tells and the hashes all say the same. */
async function proveWhole(history: History): Promise<void> {
  const { plans } = history.storage;
  const { tree } = history.journal;
  const stored = await plans.stateAt(history.rootId);
  const head = await plans.head(history.rootId);
  const sorted = (state: TreeState): unknown =>
    plainTree({ ...state, plans: state.plans.sortBy((plan) => plan.planId) });
  expect(sorted(stored)).toEqual(sorted(tree));
  expect(sorted(await foldOf(history))).toEqual(sorted(tree));
  expect(chainOf(await plans.events(history.rootId, 0, 10_000))).toBe(head.hash);
  for (const plan of tree.plans.values()) {
    expect(head.plans.get(plan.planId)?.stateHash).toBe(hashState(sha256, plan));
  }
}

/** What every store of plans does with forks and rollbacks. */
export function planForksContract(open: () => Promise<Place>): void {
  describe('a fork', () => {
    it('Given a plan with subplans and long values, When it is forked, Then it begins as the plan was there, queued', async () => {
      await using place = await open();
      const { plans } = place.storage;
      const history = await History.create(place.storage);
      const child = await history.spawn('child');
      const below = await history.spawn('below', child);
      await history.set('long', LONG, below);
      await history.call({ text: LONG }, child);
      await history.journal.commit([
        {
          type: 'plan.phase_changed',
          plan_id: history.rootId,
          payload: { phase: 'execute', state: 'processing' },
        },
        {
          type: 'step.completed',
          plan_id: history.rootId,
          payload: {
            step_id: 'two',
            call_id: null,
            output: [{ plan_id: child, said: `not ${child}` }, null, 1],
          },
        },
      ]);
      const checkpoint = await history.checkpoint();
      await history.set('later', 1);
      await history.spawn('later');
      const other = await fork(place, checkpoint);

      const tree = await plans.tree(other.rootId);
      expect(tree.map(({ name, parent_id, workspace }) => [name, parent_id, workspace])).toEqual([
        ['a plan', null, WORKSPACE],
        ['child', other.rootId, WORKSPACE],
        ['below', tree[1]?.plan_id, WORKSPACE],
      ]);
      const from = { plan_id: history.rootId, checkpoint_id: checkpoint.id };
      expect(tree.map((plan) => plan.forked_from)).toEqual([from, null, null]);
      expect(tree[0]).toMatchObject({
        phase: 'execute',
        state: 'queued',
        checkpoints: 0,
        inputs: { level: 3 },
      });
      const [forkedChild] = tree.slice(1).map(({ plan_id }) => plan_id);
      const root = other.journal.plan(other.rootId);
      expect(root.parts.outputs.get('two')?.value).toEqual({
        value: [{ plan_id: forkedChild, said: `not ${child}` }, null, 1],
      });
      expect(subplansOf(root).map(({ plan_id }) => plan_id)).toEqual([forkedChild]);
      const events = await plans.events(other.rootId, 0, 10);
      expect(events.map(({ type, payload }) => ({ type, payload }))).toEqual([
        {
          type: 'plan.forked',
          payload: {
            name: 'a plan',
            goal: null,
            workspace: WORKSPACE,
            phase: 'execute',
            source_plan_id: history.rootId,
            checkpoint_id: checkpoint.id,
            seq: checkpoint.seq,
            state_hash: hashState(sha256, root),
            tree_hash: null,
          },
        },
      ]);
      expect(await plans.footprint(other.rootId)).toMatchObject({ plans: 3, events: 1, checkpoints: 0 });
      await proveWhole(other);
    });

    it('Given a fork goes on, Then its numbers begin anew, and neither sees the other', async () => {
      await using place = await open();
      const history = await History.create(place.storage);
      await history.set('a', 1);
      const checkpoint = await history.checkpoint();
      const other = await fork(place, checkpoint);
      const before = plainTree(history.journal.tree);
      await other.set('a', 2);
      expect(await other.checkpoint()).toMatchObject({ number: 1, parent_id: null });
      expect(plainTree(await place.storage.plans.stateAt(history.rootId))).toEqual(before);
      await history.set('a', 3);
      const reopened = await History.open(place.storage, other.rootId);
      expect(reopened.journal.plan(other.rootId).parts.context.get('a')?.value).toBe(2);
      await place.storage.plans.delete(history.rootId, 0);
      await proveWhole(reopened);
    });

    it('Given the plan has gone, When it is forked, Then it is not found and nothing is made', async () => {
      await using place = await open();
      const history = await History.create(place.storage);
      const checkpoint = await history.checkpoint();
      await place.storage.plans.delete(history.rootId, 0);
      expect(await failureOf(fork(place, checkpoint))).toMatchObject({ code: 'plan_not_found' });
      expect((await place.storage.plans.list({ includeSubplans: true })).items).toEqual([]);
    });
  });

  const step = fc.record({
    act: fc.constantFrom(
      'set',
      'long',
      'spawn',
      'call',
      'checkpoint',
      'checkpoint',
      'back',
      'back',
      'fork',
      'fork',
    ),
    branch: fc.nat(),
    pick: fc.nat(),
  });

  it('Given random trees of forks and rollbacks, Then on every branch live = stored = told, and others stay as they are', async () => {
    await using place = await open();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const branches = [await History.create(place.storage)];
        const points: (readonly [History, Checkpoint, unknown])[] = [];
        for (const { act, branch, pick } of steps) {
          const history = branches[branch % branches.length] as History;
          const plan = [...history.journal.tree.plans.keys()][
            pick % history.journal.tree.plans.size
          ] as PlanId;
          const hasSteps = history.journal.plan(plan).parts.steps.size > 0;
          const own = points.filter(([of]) => of === history);
          const point = own[pick % own.length];
          if (act === 'set') await history.set(`k${pick % 3}`, pick, plan);
          else if (act === 'long') await history.set(`k${pick % 3}`, `${LONG}${pick}`, plan);
          else if (act === 'spawn') await history.spawn(`s${pick}`, plan);
          else if (act === 'call' && hasSteps) await history.call({ pick, text: LONG }, plan);
          else if (act === 'checkpoint') {
            const checkpoint = await history.checkpoint();
            points.push([history, checkpoint, shapeOf(history.journal.tree)]);
          } else if (act === 'back' && point) {
            const [, checkpoint, shape] = point;
            await rollBack(history, checkpoint);
            expect(shapeOf(history.journal.tree)).toEqual(shape);
            expect(runStateOf(history.journal.plan(history.rootId))).toBe('queued');
          } else if (act === 'fork' && point) {
            const [, checkpoint, shape] = point;
            const other = await fork(place, checkpoint);
            expect(shapeOf(other.journal.tree)).toEqual(shape);
            branches.push(other);
          }
        }
        for (const history of branches) await proveWhole(history);
      }),
      { numRuns: 25, seed: 20261121, endOnFailure: true },
    );
  });
}
