import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HELP_TEXT } from '../../../src/cli/help-text.ts';
import { CliBench, waitFor, type CliRun } from '../../support/cli-bench.ts';
import { ScreenTerminal } from '../../support/screen-terminal.ts';

const HELLO = `
name: hello
goal: Says hello
inputs:
  who: { type: string, description: Whom to greet, default: world }
  times: { type: number, required: true, options: [1, 2] }
  token: { type: string, secret: true, required: true }
steps:
  - { id: greet, run: 'echo "$WHO"', effect: read, env: { WHO: "\${{ inputs.who }}" } }
`;
const ASKS = `
name: asks
steps:
  - { id: ready, decide: { question: Ready?, options: [yes, no], by: human } }
`;
const FAILS = `
name: fails
steps:
  - { id: look, run: 'test -f fixed', effect: read }
`;

let bench: CliBench;
const screens: ScreenTerminal[] = [];

beforeEach(() => {
  bench = new CliBench();
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  for (const screen of screens.splice(0)) screen[Symbol.dispose]();
});

function openHome(
  args: readonly string[] = [],
  cwd = bench.folder,
): { readonly screen: ScreenTerminal; readonly run: CliRun } {
  const screen = new ScreenTerminal(120, 36);
  screens.push(screen);
  const terminal = { stdin: screen.stdin, stdout: screen.stdout };
  return { screen, run: bench.start(args, { tty: true, terminal, cwd }) };
}

const shows = (screen: ScreenTerminal, words: string): Promise<string> =>
  screen.until((text) => text.includes(words));

async function leave({ screen, run }: ReturnType<typeof openHome>): Promise<number> {
  screen.type('q');
  return await run.code;
}

describe('agents alone', () => {
  it('Given no terminal, then the help', async () => {
    expect(await bench.run()).toEqual({ code: 0, out: HELP_TEXT, err: '' });
  });

  it('Given -C and no terminal, then the help', async () => {
    expect(await bench.run('-C', bench.folder)).toEqual({ code: 0, out: HELP_TEXT, err: '' });
  });

  it('Given -C, then the home screen of that folder', async () => {
    bench.write('hello.plan.yaml', HELLO);
    const home = openHome(['-C', bench.folder], bench.root);
    await shows(home.screen, 'hello');
    expect(await leave(home)).toBe(0);
  });

  it('Given a terminal where no screen is wanted, then the help', async () => {
    bench.env['TERM'] = 'dumb';
    const { run } = openHome();
    expect(await run.code).toBe(0);
    expect(run.out.text).toBe(HELP_TEXT);
  });

  it('Given an empty folder, then what to do first; q leaves without a word', async () => {
    const home = openHome();
    await shows(home.screen, 'no plan in this folder yet');
    expect(await leave(home)).toBe(0);
    expect(home.run.out.text + home.run.err.text).toBe('');
    expect(home.screen.isAlternate).toBe(false);
  });

  it('Given a signal, then its exit code', async () => {
    const { screen, run } = openHome();
    await shows(screen, 'no plan in this folder yet');
    run.send('SIGTERM');
    expect(await run.code).toBe(143);
  });

  it('Given plans and documents, then how they stand; and what is new comes by itself', async () => {
    bench.write('asks.plan.yaml', ASKS);
    bench.write('bad.plan.yaml', 'name: bad\nstepz: []\n');
    bench.write('broken.plan.yaml', '');
    rmSync(join(bench.folder, 'broken.plan.yaml'));
    mkdirSync(join(bench.folder, '.agents/plans'), { recursive: true });
    bench.write('.agents/plans/hello.plan.yaml', HELLO);
    mkdirSync(join(bench.folder, 'examples/folder.plan.yaml'), { recursive: true });
    await bench.run('plan', 'run', 'asks.plan.yaml', '--no-input');
    const home = openHome();
    const { screen } = home;
    const text = await screen.until((now) => now.includes('Says hello') && now.includes('waits for you'));
    expect(text).toMatch(/\? EXECUTE paused +asks {2}waits for you +0\/1/);
    expect(text).toContain('bad.plan.yaml:1:1  steps is missing');
    expect(text).toContain('.agents/plans/hello.plan.yaml');
    expect(text).toContain('examples/folder.plan.yaml');
    bench.write('new.plan.yaml', FAILS);
    await bench.run('plan', 'run', 'new.plan.yaml');
    await screen.until((now) => now.includes('✗ EXECUTE failed') && now.includes('new.plan.yaml'));
    expect(screen.lines().find((line) => line.includes('▌'))).toContain('asks');
    // Asked for again, with all its faults and their places.
    screen.type('/bad\r');
    screen.type('\r');
    await shows(screen, 'That did not work');
    expect(screen.text()).toContain('bad.plan.yaml:2:1');
    screen.type('\r');
    await screen.until((now) => !now.includes('That did not work'));
    expect(await leave(home)).toBe(0);
  });

  it('Given a plan is opened, then q returns home, where it has the focus', async () => {
    bench.write('asks.plan.yaml', ASKS);
    await bench.run('plan', 'create', 'asks.plan.yaml');
    await bench.run('plan', 'run', 'asks.plan.yaml', '--no-input');
    const home = openHome();
    const { screen } = home;
    await shows(screen, 'STRATEGIZE queued');
    screen.type('j');
    screen.type('\r');
    await shows(screen, '1 Plan');
    screen.type('q');
    await shows(screen, 'Documents to run');
    const row = await screen.until((text) => text.includes('STRATEGIZE queued'));
    expect(row.split('\n').find((line) => line.includes('▌'))).toContain('STRATEGIZE queued');
    expect(await leave(home)).toBe(0);
  });

  it('Given a document with inputs, then it is asked for them, runs, and q returns home', async () => {
    bench.write('hello.plan.yaml', HELLO);
    const home = openHome();
    const { screen } = home;
    await shows(screen, 'Says hello');
    screen.type('\r');
    await shows(screen, 'if left empty: world');
    screen.type('you\r');
    await shows(screen, 'one of 1, 2');
    screen.type('three\r');
    await shows(screen, 'must be a number');
    screen.type('\u00153\r');
    await shows(screen, 'must be one of 1, 2');
    screen.type('\u00152\r');
    await shows(screen, 'secret string');
    screen.type('s3cret\r');
    await shows(screen, 'who: you');
    screen.type('y');
    await shows(screen, 'EXECUTE complete');
    screen.type('q');
    await screen.until((text) => /✓ EXECUTE complete +hello +1\/1/.test(text));
    expect(screen.written).not.toContain('s3cret');
    expect(await leave(home)).toBe(0);
    const { data } = await bench.json('plan', 'status', 'last');
    expect(data.state).toBe('complete');
  });

  it('Given a failed plan, then r takes it up at its failed step', async () => {
    bench.write('fails.plan.yaml', FAILS);
    await bench.run('plan', 'run', 'fails.plan.yaml');
    const home = openHome();
    const { screen } = home;
    await shows(screen, '✗ EXECUTE failed');
    bench.write('fixed', '');
    screen.type('r');
    await shows(screen, 'EXECUTE complete');
    screen.type('q');
    await screen.until((text) => text.includes('✓ EXECUTE complete') && text.includes('Documents to run'));
    expect(await leave(home)).toBe(0);
  });

  it('Given a plan that cannot go on, then why is told at home', async () => {
    bench.write('hello.plan.yaml', HELLO);
    await bench.run('plan', 'create', 'hello.plan.yaml', '-i', 'times=1', '-i', 'token=x');
    const home = openHome();
    await shows(home.screen, 'STRATEGIZE queued');
    home.screen.type('r');
    const text = await shows(home.screen, 'That did not work');
    expect(text).toContain('the secret token has no value');
    home.screen.type('\r');
    await home.screen.until((now) => !now.includes('That did not work'));
    expect(await leave(home)).toBe(0);
  });

  it('Given a fork, then it says what it began from, also when that is gone', async () => {
    bench.write('asks.plan.yaml', ASKS);
    await bench.run('plan', 'run', 'asks.plan.yaml', '--no-input');
    const { plan_id: source } = (await bench.json('plan', 'status', 'last')).data;
    await bench.run('plan', 'fork', 'last', '1');
    const home = openHome();
    await home.screen.until((text) => /⑂ asks +waits for you +from \w{8} ckpt 1 /.test(text));
    expect(await leave(home)).toBe(0);
    expect((await bench.run('plan', 'delete', source, '--yes')).code).toBe(0);
    const again = openHome();
    await again.screen.until((text) => /⑂ asks +waits for you +from \w{8}  /.test(text));
    expect(await leave(again)).toBe(0);
  });

  it('Given a plan is deleted, then it is gone', async () => {
    bench.write('asks.plan.yaml', ASKS);
    await bench.run('plan', 'create', 'asks.plan.yaml');
    const home = openHome();
    const { screen } = home;
    await shows(screen, 'STRATEGIZE queued');
    screen.type('D');
    await shows(screen, 'Delete this plan?');
    screen.type('y');
    await shows(screen, 'no plan in this folder yet');
    expect(await leave(home)).toBe(0);
    expect((await bench.json('plan', 'list')).data.plans).toEqual([]);
  });

  it('Given a plan that another process runs, then it is shown as running, and then as done', async () => {
    bench.write(
      'gated.plan.yaml',
      `name: gated\nsteps:\n  - { id: first, run: '${waitFor('go')}', effect: read }\n`,
    );
    const other = openOther();
    const home = openHome();
    const { screen } = home;
    await screen.until((text) => text.includes('◐ EXECUTE') && !text.includes('nobody runs it'));
    screen.type('gD');
    await shows(screen, 'somebody runs it; stop it first');
    bench.write('go', '');
    await shows(screen, '✓ EXECUTE complete');
    expect(await leave(home)).toBe(0);
    expect(await other.code).toBe(0);
  });
});

const openOther = (): CliRun => bench.start(['plan', 'run', 'gated.plan.yaml', '--quiet']);
