import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliIo } from '../../../src/cli/cli-io.ts';
import { AgentsLine } from '../../../src/cli/command-line/agents-line.ts';
import { withPlan, withPlanWord } from '../../../src/cli/command-line/agents-words.ts';
import { createOutput } from '../../../src/cli/output.ts';
import { guessGlobalOptions } from '../../../src/cli/global-options.ts';
import { Session } from '../../../src/cli/session.ts';
import { CliBench, fixedIds } from '../../support/cli-bench.ts';

const PLAN = `
name: greet
steps:
  - { id: write, uses: fs.write, with: { path: a.txt, content: hi } }
`;
const ID = '01JD7K3V000000000000000009';

const AGENTS = fileURLToPath(new URL('../../../dist/agents.js', import.meta.url));
const NOWHERE = { write: () => undefined, isTTY: false, columns: 80, closed: false };

let bench: CliBench;
let planId: string;
const sessions: Session[] = [];

/** The command line of home, or of a plan's screen. */
async function lineOf(plan: string | null, folder = bench.folder, set = {}): Promise<AgentsLine> {
  const io: CliIo = {
    stdout: NOWHERE,
    stderr: NOWHERE,
    stdin: new PassThrough(),
    env: bench.env,
    cwd: bench.folder,
    self: [process.execPath, AGENTS],
    onSignal: () => () => undefined,
  };
  const options = { ...guessGlobalOptions([]), set };
  const session = new Session(io, options, createOutput(io, { quiet: false, noColor: true }));
  sessions.push(session);
  return new AgentsLine({ session, app: await session.app(), plan, folder });
}

const offered = async (line: AgentsLine, text: string): Promise<readonly string[]> =>
  (await line.complete(text)).candidates.map((one) => `${one.text}${one.isWhole ? '' : '...'}`);

beforeAll(async () => {
  bench = new CliBench();
  bench.ids = fixedIds();
  bench.write('greet.plan.yaml', PLAN);
  mkdirSync(join(bench.folder, 'my plans'));
  bench.write('my plans/other.plan.yaml', PLAN);
  bench.write('.hidden', '');
  await bench.run('plan', 'run', 'greet.plan.yaml', '--no-input', '--quiet');
  await bench.run('plan', 'checkpoint', 'create', 'last', '--label', 'before tea');
  planId = (await bench.json('plan', 'status', 'last')).data.plan_id as string;
});
afterAll(async () => {
  for (const session of sessions) await session[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

describe('the words of a line, as behind `agents`', () => {
  it.each([
    ['list', 'plan list'],
    ['agents plan list', 'plan list'],
    ['plan list', 'plan list'],
    ['config show', 'config show'],
    ['open last', 'plan watch last'],
    ['start a.plan.yaml', 'plan run a.plan.yaml'],
    ['agents', ''],
    ['nonsense', 'nonsense'],
  ])('%s: %s', (typed, words) => {
    expect(withPlanWord(typed.split(' ')).join(' ')).toBe(words);
  });

  it.each([
    ['plan errors', 'plan errors ID'],
    ['plan errors --json', 'plan errors ID --json'],
    ['plan errors last', 'plan errors last'],
    ['plan errors 4GCKWSET', 'plan errors 4GCKWSET'],
    ['plan checkpoint list', 'plan checkpoint list ID'],
    ['plan checkpoint show 3', 'plan checkpoint show ID 3'],
    ['plan checkpoint show last 3', 'plan checkpoint show last 3'],
    ['plan checkpoint create', 'plan checkpoint create ID'],
    ['plan checkpoint create --label x', 'plan checkpoint create ID --label x'],
    ['plan checkpoint create before the move', 'plan checkpoint create ID --label=before the move'],
    ['plan checkpoint create --timeout 3s now', 'plan checkpoint create ID --timeout 3s --label=now'],
    ['plan checkpoint create --timeout=3s now', 'plan checkpoint create ID --timeout=3s --label=now'],
    ['plan checkpoint create 4GCKWSET', 'plan checkpoint create 4GCKWSET'],
    ['plan checkpoint label 3 the first one', 'plan checkpoint label ID 3 the first one'],
    ['plan checkpoint label 3', 'plan checkpoint label ID 3'],
    [`plan checkpoint label ${ID} 3 x`, `plan checkpoint label ${ID} 3 x`],
    ['plan answer style warm', 'plan answer ID style warm'],
    ['plan list', 'plan list'],
    ['plan explain a.plan.yaml', 'plan explain a.plan.yaml'],
    ['--json plan errors', '--json plan errors'],
    ['config show', 'config show'],
  ])('on the screen of a plan, %s: %s', async (typed, words) => {
    expect((await withPlan(typed.split(' '), 'ID')).join(' ')).toBe(words);
  });
});

describe('completion', () => {
  it.each<[string, readonly string[]]>([
    ['op', ['open']],
    ['agents ta', []],
    ['agents', ['plan', 'tool', 'mcp', 'config', 'init', 'doctor', 'storage', 'schema', 'dev', 'completion']],
    ['tr', ['tree']],
    ['plan li', ['list']],
    ['conf', ['config']],
    ['checkpoint cr', ['create']],
    ['errors l', ['last']],
    ['open la', ['last']],
    ['checkpoint show last be', ["'before tea'"]],
    ["checkpoint show last 'before t", ["'before tea'"]],
    ['run g', ['greet.plan.yaml']],
    ['start my\\ plans/', ["'my plans/other.plan.yaml'"]],
    ['run m', ["'my plans/'..."]],
    ['run .h', ['.hidden']],
    ['run nowhere/', []],
    ['list --stat', ['--state']],
    ['list -C m', ["'my plans/'..."]],
    ['list -C gr', []],
    ['run ', ['a.txt', 'greet.plan.yaml', "'my plans/'..."]],
    ['agents conf', ['config']],
    ['--no-t', ['--no-tui']],
    ['list --set core.checkpoints.auto_create_o', ['core.checkpoints.auto_create_on=...']],
    ['nonsense x', []],
  ])('at home, %s: %j', async (text, words) => {
    expect(await offered(await lineOf(null), text)).toEqual(words);
  });

  it.each<[string, readonly string[]]>([
    ['op', []],
    ['watc', []],
    ['run', []],
    ['checkpoint show be', ["'before tea'"]],
    ['retry --rerun w', ['write']],
  ])('on the screen of a plan, %s: %j', async (text, words) => {
    expect(await offered(await lineOf(planId), text)).toEqual(words);
  });

  it('says where the word begins', async () => {
    expect((await (await lineOf(null)).complete('list  --stat')).from).toBe(6);
  });
});

describe('running', () => {
  it('Given a command, then its exit code and what it says', async () => {
    const end = await (await lineOf(null)).run('list').ended;
    expect(end.exitCode).toBe(0);
    expect(end.output).toContain('greet');
  });

  it('Given a plan of another folder and a setting, then the command has both', async () => {
    const elsewhere = join(bench.folder, 'my plans');
    const line = await lineOf(planId, elsewhere, { 'ui.glyphs': 'ascii' });
    const { output } = await line.run('config get ui.glyphs').ended;
    expect(output.trim()).toBe('"ascii"');
    expect((await line.run('list').ended).output).toContain('no plan');
    expect((await line.run(`list -C '${bench.folder}'`).ended).output).toContain('greet');
    expect((await line.run('status --json').ended).output).toContain(planId);
  });

  it('Given an error, then it is the answer, with what to do next', async () => {
    const line = await lineOf(null);
    const { exitCode, output } = await line.run('status nothing').ended;
    expect(exitCode).toBe(4);
    expect(output).toMatch(/error: .*\n.*next: agents/s);
  });

  it('Given no such command, then what was meant; nothing is started', async () => {
    const line = await lineOf(null);
    const running = line.run('chekpoint list');
    expect(running.said()).toBe('');
    expect(await running.ended).toEqual({
      exitCode: 2,
      output: 'error: there is no command "chekpoint"\n  did you mean "checkpoint"?',
    });
    expect((await line.run('zzzzzzz').ended).output).toContain('Tab shows what there is');
  });

  it('Given it is ended, at once or later, then it was', async () => {
    const line = await lineOf(planId);
    const atOnce = line.run('list');
    atOnce.end();
    expect((await atOnce.ended).exitCode).toBeNull();
    const later = line.run('list');
    await later.ended;
    expect(later.said()).toContain('greet');
    later.end();
  });
});

describe('history', () => {
  it('keeps lines for every shell, but none with a secret', async () => {
    bench.env['MY_TOKEN'] = 'a very secret value';
    const line = await lineOf(null);
    await line.remember('list');
    await line.remember('errors last');
    await line.remember("checkpoint create last --label 'a very secret value'");
    await line.remember('execute last -i token=abc');
    await line.remember(`list ghp_${'a'.repeat(36)}`);
    expect(await (await lineOf(planId)).history()).toEqual(['list', 'errors last']);
    expect(readFileSync(join(bench.home, 'agents/history'), 'utf8')).toBe('list\nerrors last\n');
  });

  it('Given the settings are broken, then the line is not kept, and nothing else happens', async () => {
    const line = await lineOf(null, bench.folder, { 'no.such.key': '1' });
    await line.remember('tree last');
    expect(await line.history()).toEqual(['list', 'errors last']);
  });
});
