import { describe, expect, it } from 'vitest';
import { runStateOf } from '../../../src/domain/plan-state.ts';
import { Engine } from '../../support/engine.ts';

/** Fails if it finds the mark of another write: with an overlap the plan fails. */
const WRITE = "run: 'mkdir busy || exit 1; sleep 0.05; rmdir busy'";

describe('at most one write tool runs in a workspace at a time', () => {
  it('Given parallel steps, then their windows never overlap, and reads run beside them', async () => {
    const writes = Array.from({ length: 4 }, (_, n) => `  - { id: w${n}, needs: [], ${WRITE} }`);
    await using engine = await Engine.create(`
name: p
steps:
${writes.join('\n')}
  - { id: r, needs: [], run: 'while ! test -d busy; do sleep 0.01; done', effect: read }`);
    expect(runStateOf((await engine.run()).state)).toBe('complete');
    expect(pairs(await engine.fired())).toBe(true);
  });

  it('Given parallel subplans, then their windows never overlap', async () => {
    const plans = ['a', 'b', 'c'].map(
      (name) => `{ name: ${name}, steps: [{ id: ${name}1, ${WRITE} }, { id: ${name}2, ${WRITE} }] }`,
    );
    await using engine = await Engine.create(
      `name: p\nsteps: [{ id: s, subplans: { mode: parallel, plans: [${plans.join(', ')}] } }]`,
    );
    expect(runStateOf((await engine.run()).state)).toBe('complete');
    const fired = (await engine.fired()).filter((line) => line.startsWith('on_tool'));
    expect(fired).toHaveLength(12);
    expect(pairs(fired)).toBe(true);
  });

  it('Given a wait for another plan, when the run is cancelled, then the write never begins', async () => {
    await using engine = await Engine.create(`name: p\nsteps: [{ id: w, run: 'true' }]`);
    const { storage, workspace } = engine;
    const other = { plan_id: 'P', step_id: 'other', call_id: 'C', tool: 'shell.run', since: 'now' };
    const holder = { ...other, process: engine.processes.self };
    const options = { signal: new AbortController().signal, onWait: () => undefined };
    const held = await storage.workspaceLock.acquire(workspace, holder, options);
    const waiting = new Promise<string>((resolve) => engine.bus.subscribe({ onWaiting: resolve }));
    const running = engine.run();
    expect(await waiting).toMatch(
      /^w waits for the workspace, held by step other \(shell\.run\), pid \d+ since now$/,
    );
    engine.runner.ask({ kind: 'cancel', by: 'test' });
    expect(runStateOf((await running).state)).toBe('cancelled');
    expect(engine.events.some(({ type }) => type === 'tool.started')).toBe(false);
    await held.release();
  });
});

/** True if each before is followed by its own after. */
function pairs(fired: readonly string[]): boolean {
  const windows = fired.filter((line) => line.startsWith('on_tool'));
  return windows.every((line, index) => {
    const [trigger, step] = line.split(' ');
    return trigger === 'on_tool_write' ? windows[index + 1] === `on_tool_write_complete ${step}` : true;
  });
}
