import { describe, expect, it } from 'vitest';
import { Sandbox } from '../support/agents-process.ts';

const HELLO = `
name: hello
goal: Says hello
inputs: { who: { type: string, default: world } }
steps:
  - { id: greet, run: 'echo "hello $WHO" > said.txt', env: { WHO: "\${{ inputs.who }}" } }
`;

/** How the plan stands on its own screen, and at home. */
const PLAN = /hello · \w+ +✓ EXECUTE complete/;
const HOME = /✓ EXECUTE complete +hello /;

describe('agents alone, in a real terminal', () => {
  it('Given a document, when it is run from home, then its screen opens, q returns home, and q leaves', async () => {
    using sandbox = new Sandbox();
    sandbox.write('hello.plan.yaml', HELLO);
    await using terminal = sandbox.terminal([]);
    await terminal.shows(/Says hello/);
    expect(terminal.text).toContain('no plan in this folder yet');
    terminal.press('\r');
    await terminal.shows(/if left empty: world/);
    terminal.press('you\r');
    await terminal.shows(/Run hello\?/);
    terminal.press('y');
    await terminal.shows(PLAN);
    terminal.press('q');
    await terminal.shows(HOME);
    // Again from there: the keyboard is still ours, and its screen opens anew.
    terminal.press('\r');
    await terminal.shows(PLAN);
    terminal.press('q');
    await terminal.shows(HOME);
    terminal.press('q');
    expect(await terminal.exits()).toBe(0);
    expect(terminal.isAlternate).toBe(false);
    expect(sandbox.read('said.txt')).toBe('hello you\n');
    expect(sandbox.processes()).toEqual([]);
  });
});
