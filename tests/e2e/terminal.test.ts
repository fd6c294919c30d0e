import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Sandbox } from '../support/agents-process.ts';
import { RealTerminal } from '../support/real-terminal.ts';

/** Three writes, then a step that goes on only when the test makes a file. */
const WRITES = `
name: writes
steps:
  - { id: one, run: 'echo 1 > a.txt' }
  - { id: two, run: 'echo 2 > a.txt', needs: [one] }
  - { id: rest, run: 'while ! test -f go; do sleep 0.02; done', effect: read, needs: [two] }
`;

const clears = (raw: string): number => raw.match(/\u001B\[[23]J/g)?.length ?? 0;

it('Given a running plan, when a checkpoint is visited, then all is as it was then, the plan goes on, and v leads back', async () => {
  using sandbox = new Sandbox();
  sandbox.write('writes.plan.yaml', WRITES);
  await using terminal = sandbox.terminal(['plan', 'run', 'writes.plan.yaml']);
  await terminal.shows(/◐ rest/);
  terminal.press('2G');
  await terminal.shows(/1 Plan as of checkpoint 1/);
  // Nothing had been done then.
  expect(terminal.text).toMatch(/· two/);
  sandbox.write('go', '');
  // What comes is told, and what is looked at stays.
  await terminal.shows(/EXECUTE complete/);
  expect(terminal.text).toMatch(/· two/);
  terminal.press('v');
  await terminal.shows(/✓ two[^]*✓ rest/);
  terminal.press('q');
  expect(await terminal.exits()).toBe(0);
});

it('Given a storm of resizes, then the last frame is whole, and nothing was cleared or left over', async () => {
  using sandbox = new Sandbox();
  sandbox.write('writes.plan.yaml', WRITES);
  await sandbox.json('plan', 'create', 'writes.plan.yaml');
  await using terminal = sandbox.terminal(['plan', 'watch', 'last']);
  await terminal.shows(/q quit/);
  for (let round = 0; round < 40; round += 1)
    terminal.resize(60 + ((round * 37) % 90), 12 + ((round * 11) % 40));
  terminal.resize(100, 30);
  await terminal.shows((screen) => {
    const rows = screen.rows;
    return (
      rows.length === 30 &&
      /^ agents .*writes/.test(rows[0] as string) &&
      rows[29]?.startsWith(' q quit') === true
    );
  });
  expect(terminal.rows.filter((row) => row.includes('q quit'))).toHaveLength(1);
  expect(clears(terminal.raw)).toBe(0);
  terminal.press('q');
  expect(await terminal.exits()).toBe(0);
});

/** Throws when it gets the signal, where nobody catches it. */
const BREAKS = "process.on('SIGUSR2', () => { throw new Error('broken on demand'); });";

it.each([
  ['q', 0, (terminal: RealTerminal) => terminal.press('q')],
  ['SIGTERM', 143, (_: RealTerminal, pid: number) => void process.kill(pid, 'SIGTERM')],
  ['SIGHUP', 129, (_: RealTerminal, pid: number) => void process.kill(pid, 'SIGHUP')],
  ['an error that nobody catches', 70, (_: RealTerminal, pid: number) => void process.kill(pid, 'SIGUSR2')],
])(
  'Given a pager and then %s, then each has the terminal as it was before the screen',
  async (_, code, end) => {
    using sandbox = new Sandbox();
    const read = (file: string): string => readFileSync(join(sandbox.workspace, file), 'utf8');
    sandbox.write('writes.plan.yaml', WRITES);
    sandbox.write('breaks.mjs', BREAKS);
    await sandbox.json('plan', 'create', 'writes.plan.yaml');
    const more = {
      PAGER: 'f() { stty -a > paged; echo in the pager; read answer; }; f',
      NODE_OPTIONS: `--import=${join(sandbox.workspace, 'breaks.mjs')}`,
      AGENTS_UI_MOUSE: 'true',
    };
    await using terminal = new RealTerminal('bash', ['--norc', '--noprofile', '-i'], {
      cwd: sandbox.workspace,
      env: {
        ...sandbox.env,
        ...more,
        NO_COLOR: undefined,
        CI: 'false',
        PS1: 'ready> ',
        TERM: 'xterm-256color',
      },
    });
    await terminal.shows(/ready>/);
    const before = terminal.modes;
    const command = sandbox.commandLine('plan', 'watch', 'last').replaceAll("'", '"');
    terminal.press(
      `stty -a > before; sh -c 'echo $$ > pid; exec ${command}'; code=$?; stty -a > after; echo over $code\r`,
    );
    // An early frame doesn't read the mouse yet.
    await terminal.shows(({ modes, text }) => modes['mouse'] === 'vt200' && /q quit/.test(text));
    expect(terminal.modes).toMatchObject({ buffer: 'alternate', wraps: false, isCursorShown: false });
    terminal.press('L');
    await terminal.shows((screen) => !screen.isAlternate && /^in the pager/m.test(screen.text));
    expect(terminal.modes).toEqual({ ...before, paste: false });
    terminal.press('\r');
    await terminal.shows((screen) => screen.isAlternate && /q quit/.test(screen.text));
    end(terminal, Number(read('pid')));
    // The shell asks again only then.
    await terminal.shows((screen) => !screen.isAlternate && /^over \d+\s+ready>\s*$/m.test(screen.text));
    expect(terminal.text).toContain(`\nover ${code}`);
    expect([read('paged'), read('after')]).toEqual([read('before'), read('before')]);
    expect(terminal.modes).toEqual(before);
    if (code === 70)
      // A long path goes on in the next row.
      expect(terminal.rows.join('')).toMatch(
        /error: broken on demand +it is a bug of agents.*home\/logs\/crash-/,
      );
  },
);
