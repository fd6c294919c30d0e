import { describe, expect, it } from 'vitest';
import { Sandbox } from '../support/agents-process.ts';

const GREET = `
name: greet
steps:
  - { id: look, run: 'test -f fixed', effect: read }
`;

describe('the command line of the shell, in a real terminal', () => {
  it('Given home and a plan, then : completes, runs, shows, opens, remembers and leaves', async () => {
    using sandbox = new Sandbox();
    sandbox.write('greet.plan.yaml', GREET);
    await using terminal = sandbox.terminal([]);
    await terminal.shows(/▸ greet/);
    terminal.press(':crea\t');
    await terminal.shows(/:create █/);
    terminal.press('gr\t');
    await terminal.shows(/:create greet\.plan\.yaml █/);
    terminal.press('\r');
    await terminal.shows(/created greet[^]*next: agents plan execute/);
    terminal.press(':execute last\r');
    await terminal.shows(/EXECUTE failed/);
    terminal.press(':errors\r');
    await terminal.shows(/┏━ errors ━[^]*next: agents plan retry/);
    terminal.press('q');
    await terminal.shows((screen) => !screen.text.includes('┏━ errors'));
    terminal.press(':checkpoint create before tea\r');
    await terminal.shows(/"before tea"/);
    sandbox.write('fixed', '');
    terminal.press(':retry\r');
    await terminal.shows(/EXECUTE complete/);
    terminal.press(':\u001B[A\u001B[A\u001B[A');
    await terminal.shows(/:errors█/);
    terminal.press('\u0003:q\r');
    await terminal.shows(/Plans/);
    terminal.press(':\u001B[A\u001B[A');
    await terminal.shows(/:checkpoint create before tea█/);
    terminal.press('\u0003:q\r');
    expect(await terminal.exits()).toBe(0);
    expect(terminal.isAlternate).toBe(false);
    expect(sandbox.processes()).toEqual([]);
  });
});
