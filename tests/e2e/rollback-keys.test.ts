import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Sandbox } from '../support/agents-process.ts';

const WRITES = `
name: writes
steps:
  - { id: first, run: 'printf one > note.txt' }
  - { id: second, run: 'printf two > note.txt' }
  - { id: third, run: 'printf three > more.txt' }
`;

const events = (sandbox: Sandbox, type: string): number =>
  sandbox.sql('select 1 from plan_events where type = ?', type).length;

describe('going back by keys, in a real terminal', () => {
  it('Given a plan that has ended, then a checkpoint is pinned, plan and files go back to it by b and y, and come back by u and y, and one path alone by f', async () => {
    using sandbox = new Sandbox();
    sandbox.write('writes.plan.yaml', WRITES);
    await using terminal = sandbox.terminal(['plan', 'run', 'writes.plan.yaml']);
    await terminal.shows(/complete; look around/);
    const files = () => [sandbox.read('note.txt'), existsSync(join(sandbox.workspace, 'more.txt'))];
    expect(files()).toEqual(['two', true]);

    // The newest comes first: the one before the second write.
    terminal.press('2gjjj');
    await terminal.shows(/as it was at checkpoint 3/);
    terminal.press('P');
    await terminal.shows(/checkpoint 3 is pinned/);
    expect(sandbox.sql('select number from checkpoints where pinned = 1')).toEqual([{ number: 3 }]);
    expect(events(sandbox, 'checkpoint.marked')).toBe(1);

    terminal.press('b');
    await terminal.shows(/Roll back to checkpoint 3\?/);
    await terminal.shows(/3 steps done, then 1/);
    await terminal.shows(/Safety checkpoint 7 is taken first/);
    terminal.press('y');
    await terminal.shows(/rolled back to checkpoint 3: 2 paths changed/);
    expect(files()).toEqual(['one', false]);

    terminal.press('u');
    await terminal.shows(/Undo the last rollback/);
    await terminal.shows(/y +undo it/);
    terminal.press('y');
    await terminal.shows(/as before the rollback, checkpoint 7: 2 paths changed/);
    expect(files()).toEqual(['two', true]);
    expect(events(sandbox, 'plan.rolled_back')).toBe(2);

    // Once more, without one of two files: the plan stays where it is.
    terminal.press('2G');
    await terminal.shows(/─ checkpoint 1 ─/);
    terminal.press('b');
    await terminal.shows(/look at the paths \(2\), or leave some out/);
    terminal.press('l/more\r ');
    await terminal.shows(/1 of 2 paths go back, and the state of the plan stays/);
    terminal.press('\u001B');
    await terminal.shows(/Esc goes back/);
    terminal.press('\u001B');
    await terminal.shows(/Roll back 1 of 2 paths to checkpoint 1\?/);
    terminal.press('f');
    await terminal.shows(/rolled back to checkpoint 1: 1 path changed, the state of the plan stays/);
    const exists = (name: string) => existsSync(join(sandbox.workspace, name));
    expect([exists('note.txt'), exists('more.txt')]).toEqual([false, true]);
    expect(sandbox.sql('select state from plans')).toEqual([{ state: 'complete' }]);
    terminal.press('q');
    expect(await terminal.exits()).toBe(0);
  });
});
