import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { Sandbox } from '../support/agents-process.ts';
import { channelOf, hasOpen } from '../support/process-sockets.ts';
import { RealTerminal } from '../support/real-terminal.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

/** Steps that go on only when the test makes a file: no test here waits for time. */
const GATED = `
name: gated
steps:
  - { id: first, run: 'while ! test -f go1; do sleep 0.02; done', effect: read }
  - { id: write, run: 'echo writing > note.txt; while ! test -f go2; do sleep 0.02; done' }
  - { id: last, run: 'echo done > done.txt' }
`;

/** The first step is running: its plan has a runner. */
const RUNS = /◐ first/;

function openGated(sandbox: Sandbox, ...more: readonly string[]): RealTerminal {
  sandbox.write('gated.plan.yaml', GATED);
  return sandbox.terminal(['plan', 'run', 'gated.plan.yaml', ...more]);
}

/** Leaves by the key; the plan rests or has ended. */
async function quit(terminal: RealTerminal): Promise<number> {
  terminal.press('q');
  return await terminal.exits();
}

const triggersOf = (sandbox: Sandbox): readonly unknown[] =>
  sandbox.sql('select trigger from checkpoints order by number').map(({ trigger }) => trigger);

function enginePid(sandbox: Sandbox): number {
  const [row] = sandbox.sql("select json_extract(lease, '$.holder.pid') as pid from plans");
  return Number(row?.['pid']);
}

const CLAIMED_PAUSES = "select 1 from requests where kind = 'pause' and claimed_at is not null";

const planState = (sandbox: Sandbox): unknown =>
  sandbox.sql('select state from plans where parent_id is null')[0]?.['state'];

describe('a plan on the screen, in a real terminal', () => {
  it('Given the example, when it runs, then its checkpoints appear as they fire, the decision is answered by keys, and leaving tells the story', async () => {
    using sandbox = new Sandbox();
    cpSync(join(EXAMPLES, 'project'), sandbox.workspace, { recursive: true });
    await using terminal = sandbox.terminal([
      'plan',
      'run',
      join(EXAMPLES, 'release.plan.yaml'),
      '-i',
      'pace=0',
    ]);
    await terminal.shows(/waits for you/);
    expect(terminal.isAlternate).toBe(true);
    expect(terminal.text).toContain('release');
    terminal.press('a');
    await terminal.shows(/one line/);
    terminal.press('\r');
    await terminal.shows(/EXECUTE complete/);
    // The whole list.
    terminal.press('2++');
    await terminal.shows(/ 1 {2}[0-9:]+ /);
    for (const words of ['before write', 'after write', 'before subplan', 'on error'])
      expect(terminal.text).toContain(words);
    expect(await quit(terminal)).toBe(0);
    expect(terminal.isAlternate).toBe(false);
    const left = terminal.rows.filter((row) => row !== '');
    expect(left.length).toBeLessThanOrEqual(15);
    expect(terminal.text).toContain('agents plan checkpoint list');
    expect(sandbox.processes()).toEqual([]);
  });

  it('Given a running plan, when a person presses c, toggles a trigger and watches from a second terminal, then each sees it', async () => {
    using sandbox = new Sandbox();
    sandbox.write(
      '.agentsrc',
      '# ours\ncore:\n  checkpoints:\n    # all but one\n    on_failure: warn # kept\n',
    );
    await using terminal = openGated(sandbox);
    await terminal.shows(RUNS);
    terminal.press('c');
    await terminal.shows(/checkpoint 1 /);
    expect(triggersOf(sandbox)).toEqual(['manual']);
    await using second = sandbox.terminal(['plan', 'watch', 'last'], { columns: 80, rows: 24 });
    await second.shows(/gated/);
    second.press('c');
    await terminal.shows(/checkpoint 2 /);
    terminal.press('T');
    await terminal.shows(/on_tool_write_complete/);
    terminal.press('j ');
    await vi.waitFor(() => expect(sandbox.read('.agentsrc')).toContain('auto_create_on'));
    terminal.press('\u001b');
    expect(sandbox.read('.agentsrc')).toContain('# all but one');
    expect(sandbox.read('.agentsrc')).toContain('on_failure: warn # kept');
    sandbox.write('go1', '');
    await second.shows(/before write/);
    sandbox.write('go2', '');
    await vi.waitFor(() => expect(planState(sandbox)).toBe('complete'), 20_000);
    expect(triggersOf(sandbox)).toEqual(['manual', 'manual', 'on_tool_write', 'on_tool_write']);
    await second.shows(/EXECUTE complete/);
    await terminal.shows(/EXECUTE complete/);
    expect(await quit(second)).toBe(0);
    expect(await quit(terminal)).toBe(0);
  });

  it('Given a running plan, when the screen is killed, then the plan rests at a safe point and nobody is left', async () => {
    using sandbox = new Sandbox();
    await using terminal = openGated(sandbox);
    await terminal.shows(RUNS);
    sandbox.write('go1', '');
    await terminal.shows(/before write/);
    const engine = enginePid(sandbox);
    const channel = channelOf(engine);
    terminal.pty.kill('SIGKILL');
    await terminal.exits();
    // It has heard of it.
    await vi.waitFor(() => expect(hasOpen(engine, channel)).toBe(false));
    expect(planState(sandbox)).toBe('processing');
    sandbox.write('go2', '');
    await vi.waitFor(() => expect(sandbox.processes()).toEqual([]), 20_000);
    expect(planState(sandbox)).toBe('paused');
    expect(triggersOf(sandbox).at(-1)).toBe('manual');
    const { code, stdout } = await sandbox.run('plan', 'execute', 'last');
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('complete') as string,
    });
  });

  it('Given a running plan, when its engine is killed, then the screen says so, and p lets it go on', async () => {
    using sandbox = new Sandbox();
    await using terminal = openGated(sandbox);
    await terminal.shows(RUNS);
    process.kill(enginePid(sandbox), 'SIGKILL');
    await terminal.shows(/nobody runs it/);
    terminal.press('p');
    await terminal.shows((screen) => !screen.text.includes('nobody runs it'));
    sandbox.write('go1', '');
    sandbox.write('go2', '');
    await vi.waitFor(() => expect(planState(sandbox)).toBe('complete'), 20_000);
    await terminal.shows(/COMPLETE/i);
    expect(await quit(terminal)).toBe(0);
  });

  it('Given a plan that cannot start, then the error stands on the terminal as text', async () => {
    using sandbox = new Sandbox();
    const first = openGated(sandbox);
    await using _ = first;
    await first.shows(RUNS);
    await using second = sandbox.terminal(['plan', 'execute', 'last']);
    expect(await second.exits()).toBe(6);
    expect(second.isAlternate).toBe(false);
    expect(second.text).toMatch(/run by another process/);
    first.press('\u0003');
    await first.shows(/pausing/i);
    // Else the step could end before the engine has heard of it, and the next one start.
    await vi.waitFor(() => expect(sandbox.sql(CLAIMED_PAUSES)).toHaveLength(1));
    sandbox.write('go1', '');
    await vi.waitFor(() => expect(planState(sandbox)).toBe('paused'), 20_000);
    await first.shows(/paused/i);
    expect(await quit(first)).toBe(5);
    expect(first.text).toContain('agents plan execute');
  });

  it.each([
    // Somebody may still read what it says: it waits for the running step.
    ['SIGTERM', 143, /pausing when the running step is done/],
    ['SIGHUP', 129, (screen: RealTerminal) => screen.exitCode !== null],
  ] as const)('Given %s, then the terminal is as before and the plan rests', async (signal, code, left) => {
    using sandbox = new Sandbox();
    await using terminal = openGated(sandbox);
    await terminal.shows(RUNS);
    const engine = enginePid(sandbox);
    const channel = channelOf(engine);
    terminal.pty.kill(signal);
    await terminal.shows(left);
    await vi.waitFor(() => expect(hasOpen(engine, channel)).toBe(false));
    sandbox.write('go1', '');
    expect(await terminal.exits()).toBe(code);
    expect(terminal.isAlternate).toBe(false);
    await vi.waitFor(() => expect(sandbox.processes()).toEqual([]), 20_000);
    expect(planState(sandbox)).toBe('paused');
  });

  it('Given an error that nobody caught, then the terminal is as before, the error stands on it, and the plan rests', async () => {
    using sandbox = new Sandbox();
    sandbox.write('gated.plan.yaml', GATED);
    sandbox.write(
      'bug.mjs',
      `import { existsSync } from 'node:fs';
       const look = setInterval(() => {
         if (!process.argv.includes('run') || !existsSync('bug')) return;
         clearInterval(look);
         throw new Error('boom');
       }, 10).unref();`,
    );
    const env = { NODE_OPTIONS: '--import ./bug.mjs' };
    await using terminal = sandbox.terminal(['plan', 'run', 'gated.plan.yaml'], { env });
    await terminal.shows(RUNS);
    const engine = enginePid(sandbox);
    const channel = channelOf(engine);
    sandbox.write('bug', '');
    expect(await terminal.exits()).toBe(70);
    expect(terminal.isAlternate).toBe(false);
    expect(terminal.text).toMatch(/error: boom[^]*bug of agents/);
    await vi.waitFor(() => expect(hasOpen(engine, channel)).toBe(false));
    sandbox.write('go1', '');
    await vi.waitFor(() => expect(planState(sandbox)).toBe('paused'), 20_000);
  });

  it('Given a shell with job control, when Ctrl-Z and fg are used, then the screen gives the terminal back and comes again', async () => {
    using sandbox = new Sandbox();
    sandbox.write('gated.plan.yaml', GATED);
    await using terminal = new RealTerminal('bash', ['--norc', '--noprofile', '-i'], {
      cwd: sandbox.workspace,
      env: {
        ...sandbox.env,
        NO_COLOR: undefined,
        CI: 'false',
        PS1: 'ready> ',
        TERM: 'xterm-256color',
        AGENTS_UI_MOUSE: 'true',
      },
    });
    await terminal.shows(/ready>/);
    const before = terminal.modes;
    terminal.press(`stty -a > before; ${sandbox.commandLine('plan', 'run', 'gated.plan.yaml')}\r`);
    await terminal.shows((screen) => screen.isAlternate && RUNS.test(screen.text));
    terminal.press('\u001a');
    await terminal.shows((screen) => !screen.isAlternate && /Stopped/.test(screen.text));
    terminal.press('stty -a > stopped; echo typed\r');
    await terminal.shows(/^typed\s+ready>\s*$/m);
    expect(terminal.modes).toEqual(before);
    terminal.press('fg\r');
    await terminal.shows((screen) => screen.isAlternate && RUNS.test(screen.text));
    terminal.press('c');
    await terminal.shows(/checkpoint 1 /);
    sandbox.write('go1', '');
    sandbox.write('go2', '');
    await vi.waitFor(() => expect(planState(sandbox)).toBe('complete'), 20_000);
    await terminal.shows(/COMPLETE/i);
    terminal.press('q');
    // The shell has the terminal again: what is typed earlier is still read by the program.
    await terminal.shows(
      (screen) => !screen.isAlternate && /agents plan status[^]*ready>\s*$/.test(screen.text),
    );
    terminal.press('stty -a > after; echo over\r');
    await terminal.shows(/^over\s+ready>\s*$/m);
    expect(terminal.modes).toEqual(before);
    const modes = ['before', 'stopped', 'after'].map((file) =>
      readFileSync(join(sandbox.workspace, file), 'utf8'),
    );
    expect(modes[1]).toBe(modes[0]);
    expect(modes[2]).toBe(modes[0]);
    terminal.press('exit\r');
    await terminal.exits();
  });

  it('Given what the environment says of colours, then only they differ', async () => {
    using sandbox = new Sandbox();
    sandbox.write('quick.plan.yaml', 'name: quick\nsteps: [{ id: only, run: "true" }]');
    await sandbox.run('plan', 'run', 'quick.plan.yaml');
    const shown = async (env: Record<string, string>): Promise<[text: string, isColoured: boolean]> => {
      await using terminal = sandbox.terminal(['plan', 'watch', 'last'], { env });
      await terminal.shows(/EXECUTE complete[^]*after write[^]*leave with q[^]*quit/);
      const { text, raw } = terminal;
      await quit(terminal);
      return [text.replaceAll(/ +\d+s /g, ' AGE '), /\u001B\[3\dm/.test(raw)];
    };
    const [text] = await shown({});
    expect(await shown({})).toEqual([text, true]);
    expect(await shown({ FORCE_COLOR: '3' })).toEqual([text, true]);
    expect(await shown({ FORCE_COLOR: '0' })).toEqual([text, false]);
    expect(await shown({ NO_COLOR: '1' })).toEqual([text, false]);
  });

  it('Given output and names that hold control sequences and very long lines, then they are shown, and the screen stays whole', async () => {
    using sandbox = new Sandbox();
    sandbox.write(
      'evil.sh',
      [
        String.raw`printf '\033]52;c;aGFja2Vk\007 clip\n'`,
        String.raw`printf '\033]0;stolen title\007 title\n'`,
        String.raw`printf '\033[2J\033[10;10Hmoved\033[?1049l left\n'`,
        String.raw`printf '\342\200\256abc\342\200\254 bidi\n'`,
        String.raw`head -c 1000000 /dev/zero | tr '\0' 'x'`,
        String.raw`printf '\nafter the long line\n'`,
        'while ! test -f go; do sleep 0.02; done',
      ].join('\n'),
    );
    sandbox.write(
      'evil.plan.yaml',
      String.raw`{ name: "e\e]0;named\avil", steps: [{ id: evil, name: "n\u202eame\e[5m", run: sh evil.sh, effect: read }] }`,
    );
    await using terminal = sandbox.terminal(['plan', 'run', 'evil.plan.yaml'], { columns: 80, rows: 24 });
    const titles: string[] = [];
    terminal.screen.onTitleChange((title) => titles.push(title));
    await terminal.shows(/after the long line/);
    expect(terminal.isAlternate).toBe(true);
    expect(terminal.raw).not.toContain('\u001b]52');
    expect(terminal.raw).not.toContain('\u001b]0;');
    expect(titles).toEqual([]);
    expect(terminal.rows).toHaveLength(24);
    terminal.press('3+g');
    await terminal.shows(/52;c;/);
    sandbox.write('go', '');
    await vi.waitFor(() => expect(planState(sandbox)).toBe('complete'), 20_000);
    // Until the screen knows, q asks how to leave a plan that runs.
    await terminal.shows(/EXECUTE complete/);
    expect(await quit(terminal)).toBe(0);
    expect(terminal.raw).not.toContain('\u001b]0;');
  });

  it('Given a terminal that is not read for 3 s, then the plan is not held up by it', async () => {
    // Held up it would be for all of the 3 s; how little it is on a quiet machine says the bench.
    expect(await delayWhileStuck()).toBeLessThan(1500);
  });
});

/** The longest time, in milliseconds, that a step took beyond its 50 while nobody read the terminal for 3 s. */
async function delayWhileStuck(): Promise<number> {
  using sandbox = new Sandbox();
  const steps = Array.from({ length: 90 }, (_, n) => `  - { id: s${n}, sleep: 50ms }`);
  sandbox.write('steady.plan.yaml', `name: steady\nsteps:\n${steps.join('\n')}\n`);
  await using terminal = sandbox.terminal(['plan', 'run', 'steady.plan.yaml']);
  await terminal.shows(/[✓] s5/);
  const stuckFrom = Date.now();
  terminal.pause();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const stuckTo = Date.now();
  terminal.resume();
  await vi.waitFor(() => expect(planState(sandbox)).toBe('complete'), 20_000);
  await terminal.shows(/complete/);
  expect(await quit(terminal)).toBe(0);
  const ends = sandbox
    .sql("select at from plan_events where type = 'step.completed' order by seq")
    .map(({ at }) => Date.parse(String(at)))
    .filter((at) => at >= stuckFrom && at <= stuckTo);
  const took = ends.slice(1).map((at, index) => at - (ends[index] as number) - 50);
  expect(took.length).toBeGreaterThan(5);
  return Math.max(...took);
}
