import { lineWidth } from '../../../../src/tui/lines/cut-line.ts';
import type { Line } from '../../../../src/tui/lines/line.ts';
import type { PlanView } from '../../../../src/tui/store/plan-view.ts';
import { FakePlan, id, ROOT } from '../../../support/fake-plan.ts';
import { FakeTime } from '../../../support/fake-time.ts';
import { HandFeed, openStore } from '../store/hand-feed.ts';

export const CHILD = id('CHD');
export const SUBPLAN = id('SP');

export const read = (line: Line): string => line.map(({ text }) => text).join('');
export { lineWidth };

/** What somebody sees who looks at a plan as it stands now. */
export function viewOf(plan: FakePlan): PlanView {
  const feed = new HandFeed();
  const { store } = openStore(ROOT, feed);
  feed.told.onEvents(plan.events);
  feed.told.onCaughtUp();
  return store.getView();
}

export function newPlan(): FakePlan {
  return new FakePlan(new FakeTime('2026-11-21T02:00:00.000Z'));
}

/** A plan of the root with a subplan in `kids`, all begun. */
export function withSubplan(steps: readonly string[] = ['k1', 'k2']): FakePlan {
  const plan = newPlan()
    .created('demo', ['a', { id: 'kids', kind: 'subplans' }, 'z'])
    .runs();
  plan.add('step.started', { step_id: 'kids', attempt: 1 });
  plan.add('subplan.spawned', {
    subplan_id: SUBPLAN,
    plan_id: CHILD,
    step_id: 'kids',
    name: 'per-package notes',
    max_retries: 3,
  });
  plan.created('kid', steps, { id: CHILD, parent: ROOT, subplan: SUBPLAN });
  return plan.add('subplan.started', { subplan_id: SUBPLAN, attempt: 1 }).runs(CHILD);
}

/** The plan of the pictures in the design, as far as it goes. */
export function releaseNotes(): FakePlan {
  const plan = newPlan();
  const wait = (ms: number): void => plan.time.advance(ms);
  plan.created('release-notes', [
    { id: 'D1', kind: 'decide', name: 'choose changelog format' },
    { id: 'T1', name: 'git.log' },
    { id: 'T2', name: 'docs/CHANGES.md' },
    { id: 'P2', kind: 'subplans', name: 'per-package notes' },
    { id: 'P3', kind: 'subplans', name: 'publish' },
    { id: 'T9', kind: 'ask', name: 'git.tag' },
  ]);
  plan.add('plan.phase_changed', { phase: 'strategize', state: 'processing' });
  wait(12_400);
  plan.runs();
  plan.add('step.started', { step_id: 'D1', attempt: 1 });
  wait(1200);
  plan.waits('D1', 'Which format?', [{ id: 'keep', description: null }], 'keep');
  plan.add('step.completed', { step_id: 'D1', call_id: null, output: 'keep' });
  plan.begins('T1', { tool: 'git.log' });
  wait(400);
  plan.ends('T1').begins('T2', { tool: 'fs.write' });
  plan.checkpointed('on_tool_write', { step_id: 'T2', tool: 'fs.write' });
  wait(900);
  plan.ends('T2').checkpointed('on_tool_write_complete', { step_id: 'T2', tool: 'fs.write', outcome: 'ok' });
  plan.add('step.started', { step_id: 'P2', attempt: 1 });
  plan.checkpointed('on_subplan_spawn', { step_id: 'P2', metadata: { subplan: 'packages/core' } });
  plan.add('subplan.spawned', {
    subplan_id: SUBPLAN,
    plan_id: CHILD,
    step_id: 'P2',
    name: 'packages/db',
    max_retries: 3,
  });
  plan.created('notes', ['n1', 'n2'], { id: CHILD, parent: ROOT, subplan: SUBPLAN });
  plan.add('subplan.started', { subplan_id: SUBPLAN, attempt: 2 }).runs(CHILD);
  plan.add('step.started', { step_id: 'n1', attempt: 1 }, CHILD);
  wait(3300);
  plan.fails('n1', 'ENOENT: no such file\nmore', CHILD);
  plan.checkpointed('on_error', {
    plan_id: CHILD,
    step_id: 'n1',
    metadata: { error: { message: 'ENOENT' } },
  });
  plan.add('step.started', { step_id: 'n2', attempt: 2 }, CHILD);
  plan.add('step.started', { step_id: 'T9', attempt: 1 });
  plan.waits('T9', 'Tag it?', []);
  wait(2100);
  return plan;
}
