import { describe, expect, it } from 'vitest';
import { countTree } from '../../../src/checkpoints/tree-counts.ts';
import { FakePlan, id } from '../../support/fake-plan.ts';
import { FakeTime } from '../../support/fake-time.ts';

const YES = [{ id: 'yes', description: null }];

describe('how far a tree of plans has come', () => {
  it('Given steps that ended, run and wait, then the ended ones count, in subplans too', async () => {
    const plan = new FakePlan(new FakeTime());
    plan
      .created('demo', ['T1', 'T2', 'P3', 'T4'])
      .runs()
      .begins('T1')
      .ends('T1')
      .begins('T2')
      .fails('T2', 'no');
    const child = id('01CH');
    plan.add('subplan.spawned', {
      subplan_id: id('SB'),
      plan_id: child,
      step_id: 'P3',
      name: 'kid',
      max_retries: 0,
    });
    plan.created('kid', ['K1', 'K2'], { id: child, parent: id('01RA'), subplan: id('SB') });
    plan.begins('K1', { planId: child }).ends('K1', { planId: child }).begins('K2', { planId: child });
    const tree = await plan.snapshots.treeAt(plan.events.length);
    expect(countTree(tree)).toEqual({ steps: 3, decisions: 0, child_plans: 1 });
  });

  it("Given choices, then those of people count once they are made, and the document's never", async () => {
    const plan = new FakePlan(new FakeTime());
    plan.created('demo', ['a', 'b', 'c']).runs();
    plan.waits('a', 'sure?', YES).waits('b', 'sure?', YES, 'yes').waits('c', 'sure?', YES, 'yes');
    const made = plan.events.findLast((event) => event.type === 'decision.made');
    if (made?.type === 'decision.made')
      for (const by of ['document', 'default', 'pid 7'])
        plan.add('decision.made', { decision: { ...made.payload.decision, id: id(`D${by}`), by } });
    const tree = await plan.snapshots.treeAt(plan.events.length);
    expect(countTree(tree).decisions).toBe(3);
    plan.add('decision.superseded', { decision_id: id('Db'), by: id('Dc') });
    expect(countTree(await plan.snapshots.treeAt(plan.events.length)).decisions).toBe(2);
  });
});
