import { describe, expect, it } from 'vitest';
import { id, ROOT, type FakePlan } from '../support/fake-plan.ts';
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

describe('choosing anew', () => {
  const decided = (plan: FakePlan): void => {
    const options = ['full', 'short'].map((id) => ({ id, description: null }));
    plan.created('demo', ['T1', 'style', 'T2']).runs().begins('T1').ends('T1');
    plan.waits('style', 'How long?', options, 'full').checkpointed('manual').begins('T2');
  };

  it('Given O on a step that was decided, then the command is begun, and Enter shows what goes back', async () => {
    await using open = await opened(decided);
    expect(await open.type('/style\rgjO')).toContain(':correct style --choose');
    const text = await open.type('short\r');
    expect(text).toContain('Take short at style instead?');
    expect(text).toContain('▌ Esc  cancel: nothing changes');
    expect(text).toContain('y    go back to before it, and choose anew');
    expect(open.plan.asked).toEqual(['preview correct style short plan_and_files']);
    expect(await open.type('y')).toContain('style is short now: rolled back to event 3');
    expect(open.plan.asked.at(-1)).toBe('correct style short plan_and_files stop');
  });

  it('Given O elsewhere, then why nothing happens is said', async () => {
    await using open = await opened(decided);
    expect(await open.type('gO')).toContain('O: the selected step was not decided by anybody');
    expect(await open.type('/T1\rgjO')).toContain('O: the selected step was not decided by anybody');
  });

  it('Given a step of a subplan, then the decision is named by its own id; a line of answers has none', async () => {
    await using open = await opened((plan) => {
      const child = id('01CH');
      const spawned = { subplan_id: id('SB'), plan_id: child, step_id: 'P', name: 'kid', max_retries: 0 };
      plan.created('demo', ['P']).runs().begins('P').add('subplan.spawned', spawned);
      plan.created('kid', ['style'], { id: child, parent: ROOT, subplan: id('SB') });
      const options = [{ id: 'full', description: null }];
      plan.waits('style', 'How long?', options, 'full');
      const made = plan.events.findLast((event) => event.type === 'decision.made');
      if (made?.type === 'decision.made') plan.add('decision.made', made.payload, child);
    });
    open.commandLine.words = ['full', 'short'];
    expect(await open.type('/style\rGO')).toContain(`:correct ${id('Dstyle')} --choose`);
  });
});

describe('accepting the result', () => {
  const complete = (plan: FakePlan): void => {
    story(plan);
    plan.ends('T2').add('plan.completed', { outputs: {} });
  };

  it('Given a plan that worked in its own folder, then only the plan changes', async () => {
    await using open = await opened(complete);
    expect(await open.settle()).toContain('A accept');
    const text = await open.type('A');
    expect(text).toContain('Accept the result for good?');
    expect(text).toContain('its result is accepted: rollback is closed');
    expect(text).toContain('none changes');
    expect(text).toContain('There is no way back from this.');
    expect(text).toContain('Esc close  Enter choose  y accept');
    expect(await open.type('\r')).not.toContain('Accept the result');
    await open.type('A');
    expect(await open.type('y')).toContain('applied: the result is accepted');
    expect(open.plan.asked).toEqual(['preview apply keep', 'preview apply keep', 'apply keep']);
  });

  it('Given a sandbox, then the paths that go to its folder are told; many want a word', async () => {
    await using open = await opened(complete);
    const to = open.plan.files.state('x');
    const actions = Array.from({ length: 60 }, (_, index) => ({ path: `f${index}`, from: null, to }));
    open.plan.rollbacks.applies = { actions, workspace: '/home/ann/project' };
    expect(await open.type('A')).toMatch(/60 paths change[^]*Safety checkpoint 3 is taken first/);
    expect(await open.type('y')).toContain('many paths change: type "apply"');
    expect(await open.type('apply\r')).toContain('applied: 60 paths changed in /home/ann/project');
  });
});
