import { describe, expect, it } from 'vitest';
import { decisionText } from '../../../src/cli/decision-text.ts';
import { troublesOf, type TroubleSources } from '../../../src/cli/plan-troubles.ts';
import { plansWithin } from '../../../src/cli/plans-within.ts';
import { applyEvent } from '../../../src/domain/apply-event.ts';
import type { PlanEvent } from '../../../src/domain/plan-event.ts';
import { EMPTY_TREE, type TreeState } from '../../../src/domain/plan-state.ts';
import { glyphsFor } from '../../../src/tui/words/glyphs.ts';
import { checkpoint, decision, error, ROOT, storyEvents } from '../../support/event-story.ts';

const glyphs = glyphsFor('ascii', {});
const paint = (_tone: string, text: string): string => text;

const upTo = (count: number): TreeState =>
  storyEvents()
    .slice(0, count)
    .reduce((tree, event) => applyEvent(tree, event).state, EMPTY_TREE);

const CREATED = upTo(3);
const failedCheckpoint = (step_id: string | null): TroubleSources['failedCheckpoints'][number] => ({
  type: 'checkpoint.failed',
  payload: { trigger: 'on_tool_write', step_id, error },
  plan_id: ROOT,
  root_plan_id: ROOT,
  seq: 4,
  at: '2026-11-21T02:00:04.000Z',
});
const then = (tree: TreeState, ...events: readonly Pick<PlanEvent, 'type' | 'payload'>[]): TreeState =>
  events.reduce(
    (state, event) =>
      applyEvent(state, {
        ...event,
        plan_id: ROOT,
        seq: state.seq + 1,
        at: '2026-11-21T02:01:00.000Z',
      } as PlanEvent).state,
    tree,
  );
const sources = (tree: TreeState, change: Partial<TroubleSources> = {}): TroubleSources => ({
  tree,
  planId: ROOT,
  rootId: ROOT,
  checkpoints: [checkpoint],
  failedCheckpoints: [],
  ...change,
});

describe('a checkpoint that could not be taken', () => {
  it.each([
    [
      'paused',
      then(CREATED, { type: 'plan.paused', payload: { reason: 'checkpoint_failed', by: null } }),
      true,
    ],
    ['running', CREATED, false],
    ['failed', then(CREATED, { type: 'plan.failed', payload: { error } }), false],
  ])('Given the plan is %s, then it stands with its moment and the commands that fit', (_, tree, goesOn) => {
    const found = troublesOf(sources(tree, { failedCheckpoints: [failedCheckpoint('go')] })).at(-1);
    expect(found).toMatchObject({
      kind: 'checkpoint',
      what: 'checkpoint on_tool_write of step go',
      at: '2026-11-21T02:00:04.000Z',
      error,
    });
    expect(found?.next_steps).toEqual([
      ...(goesOn ? ['agents plan execute 00000001'] : []),
      'agents plan checkpoint create 00000001',
      'agents config explain core.checkpoints.on_failure',
    ]);
  });

  it('Given it belongs to no step, then only its trigger; of a plan that is not asked for, nothing', () => {
    const [own] = troublesOf(sources(CREATED, { failedCheckpoints: [failedCheckpoint(null)] }));
    expect(own?.what).toBe('checkpoint on_tool_write');
    const elsewhere = { ...failedCheckpoint(null), plan_id: 'other' };
    expect(troublesOf(sources(CREATED, { failedCheckpoints: [elsewhere] }))).toEqual([]);
  });

  it('Given a plan that is not in the tree, then there is nothing in it', () => {
    expect(plansWithin(CREATED, 'other')).toEqual([]);
  });
});

describe('a decision in words', () => {
  const show = (change: Parameters<typeof decision>[0]): string =>
    decisionText(
      CREATED,
      { planId: ROOT, decision: { ...decision(change), sequence: 1 } },
      { glyphs, paint, now: Date.parse('2026-11-21T02:03:39.000Z') },
    );

  it('Given all that can be said of one, then all of it', () => {
    const options = [
      { id: 'a', description: 'the first' },
      { id: 'b', description: null },
    ];
    const made = { options, chosen: 'a', default: 'b', rationale: 'it\u001B[2J fits', confidence: 0.875 };
    expect(show({ ...made, by: 'pid 7', superseded_by: 'OTHER' })).toMatchInlineSnapshot(`
      "Which?
        + a  the first
          b
        decision    choice of ask
        by          you
        default     b
        because     it\\x1b[2J fits
        confidence  88 %
        superseded  by OTHER
        made        02:03:39  01JD7K3V000000000000000040"
    `);
  });

  it('Given a free question that waits, then that there is no answer yet', () => {
    expect(show({ type: 'answer', step_id: null })).toMatchInlineSnapshot(`
      "? Which?
        decision    answer
        chosen      not yet
        by          waits for you
        made        02:03:39  01JD7K3V000000000000000040"
    `);
  });
});
