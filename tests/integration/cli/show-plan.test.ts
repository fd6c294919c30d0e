import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/host/system-clock.ts';
import { CliBench, waitFor, type CliRun, type StartOptions } from '../../support/cli-bench.ts';
import { channelOf, hasOpen } from '../../support/process-sockets.ts';
import { RealTerminal } from '../../support/real-terminal.ts';
import { ScreenTerminal } from '../../support/screen-terminal.ts';

/** Two steps that go on when the test makes their files; the second writes. */
const GATED = `
name: gated
steps:
  - { id: first, run: '${waitFor('go1')}', effect: read }
  - { id: second, run: '${waitFor('go2')}' }
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

interface Shown {
  readonly screen: ScreenTerminal;
  readonly run: CliRun;
}

/** Opens a command's screen. The engine that it starts is the built program, as always. */
function open(args: readonly string[], more: StartOptions = {}): Shown {
  const screen = new ScreenTerminal(120, 36);
  screens.push(screen);
  const terminal = { stdin: screen.stdin, stdout: screen.stdout };
  return { screen, run: bench.start(args, { tty: true, terminal, ...more }) };
}

async function openGated(...more: readonly string[]): Promise<Shown> {
  bench.write('gated.plan.yaml', GATED);
  const shown = open(['plan', 'run', 'gated.plan.yaml', ...more]);
  await shown.screen.until((text) => text.includes('◐ first'));
  return shown;
}

const go = (): void => {
  bench.write('go1', '');
  bench.write('go2', '');
};

const status = async (): Promise<{
  phase: string;
  state: string;
  lease: { holder: { pid: number } } | null;
}> => (await bench.json('plan', 'status', 'last')).data;

async function untilState(state: string): Promise<void> {
  while ((await status()).state !== state) await systemClock.sleep(5);
}

describe('a plan that is shown while it runs', () => {
  it('Given it ends well, when the person quits, then 0, and the terminal keeps the summary', async () => {
    const { screen, run } = await openGated();
    expect(screen.isAlternate).toBe(true);
    go();
    await screen.until((text) => text.includes('EXECUTE complete'));
    screen.type('q');
    expect(await run.code).toBe(0);
    expect(screen.isAlternate).toBe(false);
    expect(run.out.text).toContain('2 of 2 complete');
    expect(run.out.text.trim().split('\n').length).toBeLessThanOrEqual(15);
  });

  it('Given it fails, then 1 and the failed step', async () => {
    bench.write('bad.plan.yaml', 'name: bad\nsteps: [{ id: no, run: "exit 3", effect: read }]');
    const { screen, run } = open(['plan', 'run', 'bad.plan.yaml']);
    await screen.until((text) => text.includes('EXECUTE errored') || text.includes('EXECUTE failed'));
    screen.type('q');
    expect(await run.code).toBe(1);
    expect(run.out.text).toContain('exit code 3');
  });

  it('Given it runs, when the person detaches, then the command ends with 0 and the plan goes on by itself', async () => {
    const { screen, run } = await openGated();
    screen.type('q');
    await screen.until((text) => /detach/i.test(text));
    screen.type('d');
    expect(await run.code).toBe(0);
    expect(run.out.text).toContain('agents plan watch');
    expect(run.out.text).toMatch(/run by +process \d+: it goes on/);
    expect((await status()).state).toBe('processing');
    go();
    await untilState('complete');
  });

  it('Given a fork of it is opened, then the screen is that of the fork, and the plan goes on by itself', async () => {
    const { screen, run } = await openGated();
    bench.write('go1', '');
    await screen.until((text) => text.includes('1 kept'));
    const source = (await bench.json('plan', 'status', 'last')).data.plan_id as string;
    screen.type('2F');
    await screen.until((text) => text.includes('Fork from checkpoint 1?'));
    screen.type('y');
    await screen.until((text) => text.includes('Forked: open'));
    screen.type('o');
    // Not before the whole screen is there.
    await screen.until((text) => text.includes('EXECUTE queued') && text.includes('none yet: c takes one'));
    const stateOf = async () => (await bench.json('plan', 'status', source)).data.state as string;
    expect(await stateOf()).toBe('processing');
    screen.type('q');
    expect(await run.code).toBe(0);
    expect(run.out.text).not.toContain(source.slice(-8));
    go();
    while ((await stateOf()) !== 'complete') await systemClock.sleep(5);
  });

  it('Given it runs, when the person pauses and quits, then 5, and it can go on later', async () => {
    const { screen, run } = await openGated();
    screen.type('q');
    await screen.until((text) => /detach/i.test(text));
    screen.type('p');
    await bench.untilClaimed('pause');
    bench.write('go1', '');
    expect(await run.code).toBe(5);
    expect(run.out.text).toContain('agents plan execute');
    expect((await status()).state).toBe('paused');
  });

  it('Given it is paused by hand, when the person quits, then its engine ends with it', async () => {
    const { screen, run } = await openGated('--set', 'core.checkpoints.on_failure=warn');
    screen.type('p');
    await bench.untilClaimed('pause');
    bench.write('go1', '');
    await screen.until((text) => text.includes('EXECUTE paused'));
    expect((await status()).lease).not.toBeNull();
    screen.type('q');
    expect(await run.code).toBe(5);
    expect((await status()).lease).toBeNull();
  });

  it('Given its engine is killed, when the person only quits, then 5 and the command that goes on', async () => {
    const { screen, run } = await openGated();
    process.kill((await status()).lease?.holder.pid ?? 0, 'SIGKILL');
    await screen.until((text) => text.includes('nobody runs it'));
    screen.type('q');
    expect(await run.code).toBe(5);
    expect(run.err.text).toMatch(/has ended \(SIGKILL\).*agents plan execute/);
  });

  it('Given its engine is killed in a write whose files nobody knows, when the person resumes, then the exact commands are told, also on leaving', async () => {
    bench.write('.agentsrc', 'core: { checkpoints: { files: false } }');
    const { screen, run } = await openGated();
    bench.write('go1', '');
    await screen.until((text) => text.includes('◐ second'));
    process.kill((await status()).lease?.holder.pid ?? 0, 'SIGKILL');
    await screen.until((text) => text.includes('nobody runs it'));
    screen.type('p');
    await screen.until((text) => text.includes('--skip second'));
    expect(screen.text()).toContain('--rerun second');
    screen.type('\r');
    await screen.until((text) => !text.includes('--skip second'));
    screen.type('q');
    expect(await run.code).toBe(5);
    expect(run.out.text).toContain('a write was cut off');
    expect(run.out.text).toMatch(
      /next +agents plan execute \w+ --rerun second\n +agents plan execute \w+ --skip second/,
    );
    expect(run.out.text).toMatch(/run by +nobody/);
    expect(run.out.text).not.toContain('agents plan pause');
    // What the killed engine left behind ends with its file.
    bench.write('go2', '');
  });

  it('Given its engine is killed, when the person resumes, then another goes on', async () => {
    const { screen, run } = await openGated();
    process.kill((await status()).lease?.holder.pid ?? 0, 'SIGKILL');
    await screen.until((text) => text.includes('nobody runs it'));
    screen.type('p');
    await screen.until((text) => !text.includes('nobody runs it'));
    go();
    await screen.until((text) => text.includes('EXECUTE complete'));
    screen.type('q');
    expect(await run.code).toBe(0);
  });

  it('Given a person who pauses and resumes, then the same engine goes on', async () => {
    const { screen, run } = await openGated();
    screen.type('p');
    await bench.untilClaimed('pause');
    bench.write('go1', '');
    await screen.until((text) => text.includes('EXECUTE paused'));
    const pid = (await status()).lease?.holder.pid;
    screen.type('p');
    await screen.until((text) => text.includes('◐ second'));
    expect((await status()).lease?.holder.pid).toBe(pid);
    go();
    await screen.until((text) => text.includes('EXECUTE complete'));
    screen.type('q');
    expect(await run.code).toBe(0);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('Given %s, then the terminal is given back and the plan rests', async (name, code) => {
    const { screen, run } = await openGated();
    const pid = (await status()).lease?.holder.pid ?? 0;
    const channel = channelOf(pid);
    run.send(name);
    // The engine has heard of it.
    while (hasOpen(pid, channel)) await systemClock.sleep(5);
    bench.write('go1', '');
    expect(await run.code).toBe(code);
    expect(screen.isAlternate).toBe(false);
    await untilState('paused');
  });
});

describe('a plan that cannot be started', () => {
  it('Given another process runs it, then the error is text and the exit code the same as without a screen', async () => {
    const { screen, run } = await openGated();
    const second = open(['plan', 'execute', 'last']);
    expect(await second.run.code).toBe(6);
    expect(second.screen.isAlternate).toBe(false);
    expect(second.run.err.text).toContain('run by another process');
    go();
    await screen.until((text) => text.includes('EXECUTE complete'));
    screen.type('q');
    await run.code;
  });

  it('Given the program is not where it was, then that is said', async () => {
    bench.write('gated.plan.yaml', GATED);
    const { run } = open(['plan', 'run', 'gated.plan.yaml'], { self: ['/no/such/node'] });
    expect(await run.code).toBe(5);
    expect(run.err.text).toContain('ENOENT');
  });
});

describe('a plan that is watched', () => {
  it('Given nobody runs it, when the person lets it go on, then an engine is started for it', async () => {
    bench.write('gated.plan.yaml', GATED);
    await bench.run('plan', 'create', 'gated.plan.yaml');
    const { screen, run } = open(['plan', 'watch', 'last']);
    await screen.until((text) => text.includes('first'));
    screen.type('p');
    await screen.until((text) => text.includes('◐ first'));
    go();
    await screen.until((text) => text.includes('EXECUTE complete'));
    screen.type('q');
    expect(await run.code).toBe(0);
  });

  it('Given another terminal runs it, when the watcher quits, then 0, and the plan is not touched', async () => {
    const first = await openGated();
    const second = open(['plan', 'watch', 'last']);
    await second.screen.until((text) => text.includes('◐ first'));
    second.screen.type('q');
    expect(await second.run.code).toBe(0);
    expect(second.run.out.text).toMatch(/run by +process \d+, only watched here: it goes on/);
    expect((await status()).state).toBe('processing');
    go();
    await first.screen.until((text) => text.includes('EXECUTE complete'));
    first.screen.type('q');
    await first.run.code;
  });

  it('Given it has ended, when a checkpoint is taken by key, then the screen shows it', async () => {
    bench.write('short.plan.yaml', 'name: short\nsteps: [{ id: one, run: "true", effect: read }]');
    await bench.run('plan', 'run', 'short.plan.yaml');
    const { screen, run } = open(['plan', 'watch', 'last']);
    await screen.until((text) => text.includes('EXECUTE complete'));
    screen.type('c');
    await screen.until((text) => text.includes('checkpoint 1 created (● by hand)'));
    screen.type('q');
    expect(await run.code).toBe(0);
  });

  it('Given it failed long ago, then 1', async () => {
    bench.write('bad.plan.yaml', 'name: bad\nsteps: [{ id: no, run: "exit 3", effect: read }]');
    await bench.run('plan', 'run', 'bad.plan.yaml');
    const { screen, run } = open(['plan', 'watch', 'last']);
    await screen.until((text) => text.includes('✗ no'));
    screen.type('q');
    expect(await run.code).toBe(1);
  });

  it('Given the same plan, then the bundle, whose libraries are lightened, draws the same screen as the sources', async () => {
    bench.write(
      'wide.plan.yaml',
      `name: "\u5bbd wide \u{1F600}"
steps:
  - { id: one, name: "caf\u00e9 e\u0301 \u{1F469}\u200D\u{1F4BB}", run: "printf 'tab\\there \u5bbd \u2713\\n'" }
  - { id: two, uses: fs.write, with: { path: a.txt, content: x } }`,
    );
    await bench.run('plan', 'run', 'wide.plan.yaml');
    const { screen, run } = open(['plan', 'watch', 'last']);
    await screen.until((text) => text.includes('EXECUTE complete') && text.includes('after write'));
    const [program, ...args] = run.self;
    await using bundle = new RealTerminal(program, [...args, 'plan', 'watch', 'last'], {
      cwd: bench.folder,
      env: { ...bench.env, CI: 'false' },
    });
    await bundle.shows(/EXECUTE complete[^]*after write[^]*leave with q[^]*quit/);
    for (const keys of ['g', 'j', 'j', '3', 'T']) {
      screen.type(keys);
      bundle.press(keys);
    }
    const withoutAges = (text: string): string => text.replaceAll(/ +\d+s /g, ' ');
    await screen.until((text) => text.includes('on_subplan_spawn'));
    await bundle.shows((one) => withoutAges(one.text) === withoutAges(screen.text()));
    for (const press of ['\u001B', 'q']) {
      screen.type(press);
      bundle.press(press);
    }
    expect([await run.code, await bundle.exits()]).toEqual([0, 0]);
  });
});
