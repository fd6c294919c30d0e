import { describe, expect, it } from 'vitest';
import type { FakePlan } from '../support/fake-plan.ts';
import { OpenPlan } from '../support/open-plan.ts';

/** Two checkpoints of a plan that runs. */
function story(plan: FakePlan): void {
  plan.created('demo', ['T1', 'T2']).runs().begins('T1');
  plan.checkpointed('on_tool_write').ends('T1').begins('T2').checkpointed('on_tool_write_complete');
}

async function opened(history = story): Promise<OpenPlan> {
  const open = new OpenPlan({ history });
  await open.settle();
  return open;
}

describe('keys that act', () => {
  it('Given P, then the selected checkpoint is pinned; again, and it is let go', async () => {
    await using open = await opened();
    expect(await open.type('2jP')).toContain('checkpoint 1 is pinned: nobody deletes it');
    expect(open.plan.asked).toEqual(['mark 1 {"pinned":true}']);
    await open.pass(100);
    expect(await open.type('P')).toContain('checkpoint 1 is no longer pinned');
    expect(open.plan.asked.at(-1)).toBe('mark 1 {"pinned":false}');
  });

  it('Given R and a label, then the list shows it at once; an empty one takes it away', async () => {
    await using open = await opened();
    expect(await open.type('2jR')).toContain('label of this checkpoint');
    expect(await open.type('good one\r')).toContain('checkpoint 1 is labelled "good one"');
    expect(await open.pass(100)).toContain('before write');
    expect(await open.pass(6000)).toContain('"good one"');
    await open.type('R');
    expect(await open.type('\u0015\r')).toContain('checkpoint 1 has no label now');
  });

  it('Given somebody else labels one, then an open screen shows it', async () => {
    await using open = await opened();
    const [made] = open.plan.events.filter((event) => event.type === 'checkpoint.created');
    const { id, number } = made?.payload.checkpoint ?? { id: '', number: 0 };
    open.plan.add('checkpoint.marked', { checkpoint_id: id, number, label: 'from elsewhere' });
    expect(await open.pass(100)).toContain('"from elsewhere"');
  });

  it('Given a failed plan, then the hint line has r, and r runs it again', async () => {
    await using open = await opened((plan) => {
      story(plan);
      plan.add('plan.failed', { error: { code: 'tool_failed', message: 'it broke', hint: null } });
    });
    expect(await open.settle()).toContain('r retry');
    await open.type('r');
    expect(open.plan.asked).toEqual(['resume']);
  });

  it.each(['X', ':cancel\r'])(
    'Given %j, then cancelling is asked about, and Enter leaves all',
    async (keys) => {
      await using open = await opened();
      const text = await open.type(keys);
      expect(text).toContain('Cancel the plan?');
      expect(text).toContain('▌ Esc  no: the plan stays as it is');
      expect(text).toContain('Its checkpoints stay: a fork goes on from any of them.');
      expect(await open.type('\r')).not.toContain('Cancel the plan?');
      expect(open.plan.asked).toEqual([]);
      await open.type(keys);
      await open.type('y');
      expect(open.plan.asked).toEqual(['cancel']);
    },
  );
});
