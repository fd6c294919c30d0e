import { EventEmitter } from 'node:events';
import { readdirSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CliBench, waitFor, type CliRun } from '../../support/cli-bench.ts';
import { ScreenTerminal } from '../../support/screen-terminal.ts';

const GATED = `
name: gated
steps:
  - { id: first, run: '${waitFor('go1')}', effect: read }
  - { id: second, run: 'echo 2 > two.txt' }
`;

let bench: CliBench;
let screen: ScreenTerminal;
/** What nobody caught. */
let process: EventEmitter;

beforeEach(() => {
  bench = new CliBench();
  screen = new ScreenTerminal(120, 36);
  process = new EventEmitter();
  bench.write('gated.plan.yaml', GATED);
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  screen[Symbol.dispose]();
});

const open = (...args: readonly string[]): CliRun =>
  bench.start(args, {
    tty: true,
    terminal: { stdin: screen.stdin, stdout: screen.stdout },
    onUncaught: (handler) => {
      process.on('uncaught', handler);
      return () => process.off('uncaught', handler);
    },
  });

const logs = (): string => join(bench.home, 'agents', 'logs');
const onlyLog = (): string => {
  const [name, ...more] = readdirSync(logs());
  expect(more).toEqual([]);
  return join(logs(), name as string);
};

async function expectTold(run: CliRun, message: string, next: RegExp): Promise<void> {
  expect(await run.code).toBe(70);
  await screen.drained();
  expect([screen.isAlternate, screen.isRaw, screen.isCursorShown, screen.mouse, screen.isWrapping]).toEqual([
    false,
    false,
    true,
    'none',
    true,
  ]);
  expect(process.listenerCount('uncaught')).toBe(0);
  const said = run.out.text + run.err.text;
  expect(said).toContain(`error: ${message}`);
  expect(said).toContain(`it is a bug of agents, not of your plan; please report it with ${onlyLog()}`);
  expect(said).toMatch(next);
}

it('Given the screen of a plan that runs breaks, then the terminal is as before, all is in a log, and the plan can go on', async () => {
  const run = open('plan', 'run', 'gated.plan.yaml', '--set', 'ui.mouse=true');
  await screen.until((text) => text.includes('◐ first'));
  expect(screen.mouse).toBe('vt200');
  process.emit('uncaught', new Error('no sky', { cause: 'clouds' }));
  bench.write('go1', '');
  await expectTold(run, 'no sky', /next: agents plan execute \w+ --no-tui/);
  const log = readFileSync(onlyLog(), 'utf8');
  expect(log).toMatch(/the screen of plan \w{26}\n/);
  expect(log).toMatch(/Error: no sky\n {4}at /);
  expect(log).toContain("cause]: 'clouds'");
});

it('Given the screen of a plan that nobody runs breaks with what is no error, then the same', async () => {
  await bench.json('plan', 'create', 'gated.plan.yaml');
  const run = open('plan', 'watch', 'last');
  await screen.until((text) => text.includes('q quit'));
  process.emit('uncaught', 'just words');
  await expectTold(run, 'just words', /next: agents plan status \w+/);
});

it('Given home breaks, then the same', async () => {
  const run = open();
  await screen.until((text) => text.includes('Documents to run'));
  process.emit('uncaught', new Error('no home'));
  await expectTold(run, 'no home', /next: agents plan list/);
});

it('Given no log can be written, then that is said, and what broke all the same', async () => {
  mkdirSync(join(bench.home, 'agents'), { recursive: true, mode: 0o700 });
  writeFileSync(logs(), 'in the way');
  const run = open();
  await screen.until((text) => text.includes('Documents to run'));
  process.emit('uncaught', new Error('no home'));
  expect(await run.code).toBe(70);
  const said = run.out.text + run.err.text;
  expect(said).toMatch(/please report it with the lines below \(no log: EEXIST/);
  expect(said).toMatch(/Error: no home\n {4}at /);
});
