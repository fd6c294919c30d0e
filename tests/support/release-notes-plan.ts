import { id, type FakePlan } from './fake-plan.ts';

export const NOTES = id('01N0TES');
const SUBPLAN = id('S');

/** A plan in the middle: steps that ended, failed, run and wait, a subplan, and a checkpoint of each trigger. */
export function releaseNotes(plan: FakePlan): void {
  plan
    .created('release-notes', [
      { id: 'D1', kind: 'decide', name: 'choose the format' },
      { id: 'T1', name: 'git log', effect: 'read' },
      { id: 'T2', name: 'write docs/CHANGES.md' },
      { id: 'P2', kind: 'subplans', name: 'per-package notes' },
      { id: 'T9', kind: 'decide', name: 'tag the release' },
      'T10',
    ])
    .runs();
  decide(plan);
  plan.begins('T1', { tool: 'shell.run' });
  plan.time.advance(400);
  plan.ends('T1', { result: { stdout: 'one commit\nanother commit\n', stderr: '' } });
  plan.checkpointed('on_tool_write', { step_id: 'T2', tool: 'fs.write' });
  plan.begins('T2', { tool: 'fs.write' });
  plan.time.advance(900);
  plan.ends('T2').checkpointed('on_tool_write_complete', { step_id: 'T2', tool: 'fs.write', outcome: 'ok' });
  plan.add('step.started', { step_id: 'P2', attempt: 1 });
  plan.checkpointed('on_subplan_spawn', { step_id: 'P2', metadata: { subplan: 'notes' } });
  spawn(plan);
  plan.waits('T9', 'Tag it now?', [
    { id: 'yes', description: 'makes the tag and pushes it' },
    { id: 'no', description: 'leaves it to you' },
  ]);
}

function decide(plan: FakePlan): void {
  const options = [
    { id: 'keep', description: 'keep a changelog' },
    { id: 'plain', description: null },
  ];
  plan.add('step.started', { step_id: 'D1', attempt: 1 });
  plan.waits('D1', 'Which format?', options, 'keep');
  plan.time.advance(1200);
  plan.add('step.completed', { step_id: 'D1', call_id: null, output: 'keep' });
}

function spawn(plan: FakePlan): void {
  plan.add('subplan.spawned', {
    subplan_id: SUBPLAN,
    plan_id: NOTES,
    step_id: 'P2',
    name: 'notes',
    max_retries: 1,
  });
  plan.created('notes', ['core', 'db', 'tui'], { id: NOTES, parent: id('01RA'), subplan: SUBPLAN });
  plan.add('subplan.started', { subplan_id: SUBPLAN, attempt: 1 }).runs(NOTES);
  plan.begins('core', { planId: NOTES }).ends('core', { planId: NOTES });
  plan.begins('db', { planId: NOTES });
  plan.fails('db', 'ENOENT: no such file or directory', NOTES);
  plan.checkpointed('on_error', {
    plan_id: NOTES,
    step_id: 'db',
    outcome: 'error',
    metadata: { error: { code: 'ENOENT', message: 'ENOENT: no such file', hint: null } },
  });
  plan.begins('tui', { planId: NOTES });
  plan.say(id('Ctui'), 'reading src/index.ts', 'writing notes/tui.md');
}
