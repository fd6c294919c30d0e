import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { CliBench, fixedIds, tickingClock } from '../../support/cli-bench.ts';
import { NOTES, proposes } from '../../support/proposals.ts';
import { ScriptedModels } from '../../support/scripted-models.ts';

const PLAN = `
name: greet
steps:
  - { id: write, uses: fs.write, with: { path: a.txt, content: hi } }
  - id: style
    decide: { question: Which style?, options: [ { id: plain }, { id: warm, description: a sentence } ] }
`;

async function benchWithPlan(): Promise<CliBench> {
  const bench = new CliBench();
  bench.clock = tickingClock('2026-11-21T02:03:39.000Z');
  bench.ids = fixedIds();
  bench.write('greet.plan.yaml', PLAN);
  await bench.run('plan', 'run', 'greet.plan.yaml', '--no-input', '--quiet');
  await bench.run('plan', 'checkpoint', 'create', 'last', '--label', 'before tea');
  return bench;
}

/** What is offered, line by line, the directive last. */
async function offered(bench: CliBench, ...words: readonly string[]): Promise<readonly string[]> {
  const { code, out, err } = await bench.run('__complete', '--', ...words);
  expect([code, err]).toEqual([0, '']);
  return out.trimEnd().split('\n');
}

/** The same without what each word is. */
const values = async (bench: CliBench, ...words: readonly string[]): Promise<readonly string[]> =>
  (await offered(bench, ...words)).map((line) => line.split('\t')[0] as string);

const ASKING = `
name: asking
inputs:
  style: { options: [short, long], description: how much }
  loud: { type: boolean, default: false }
  free: { required: true }
  bare:
steps: [ { uses: not.there } ]
`;

describe('inputs of a document', () => {
  it.each([
    [
      ['plan', 'run', 'asking.plan.yaml', '-i', ''],
      ['style=\thow much', 'loud=\tboolean', 'free=\t', 'bare=\t', ':nospace'],
    ],
    [
      ['plan', 'create', 'asking.plan.yaml', '--input=lo'],
      ['--input=loud=\tboolean', ':nospace'],
    ],
    [
      ['plan', 'run', 'asking.plan.yaml', '-i', 'style='],
      ['style=short\t', 'style=long\t', ':none'],
    ],
    [
      ['plan', 'run', 'asking.plan.yaml', '-i', 'loud=t'],
      ['loud=true\t', ':none'],
    ],
    [['plan', 'run', 'asking.plan.yaml', '-i', 'free='], [':none']],
    [['plan', 'run', 'asking.plan.yaml', '-i', 'other='], [':none']],
    [['plan', 'run', '-i', ''], [':nospace']],
    [['plan', 'run', 'gone.plan.yaml', '-i', ''], [':nospace']],
    [['plan', 'run', 'empty.plan.yaml', '-i', ''], [':nospace']],
    [['plan', 'execute', 'last', '-i', ''], [':nospace']],
  ])('Given %j, then %j', async (words, lines) => {
    await using bench = new CliBench();
    bench.write('asking.plan.yaml', ASKING);
    bench.write('empty.plan.yaml', 'name: empty\n');
    expect(await offered(bench, ...words)).toEqual(lines);
  });
});

describe('what stands in the table of commands', () => {
  it.each([
    [['pl'], ['plan', ':none']],
    [
      ['plan', 'st'],
      ['status', 'stop', ':none'],
    ],
    [['plan', 'eng'], [':none']],
    [
      ['plan', 'checkpoint', 'un'],
      ['unpin', ':none'],
    ],
    [
      ['-q', '--set', 'a=b', 'config', 'ex'],
      ['explain', ':none'],
    ],
    [['nothing', ''], [':none']],
    [
      ['plan', 'list', '--ph'],
      ['--phase', ':none'],
    ],
    [['plan', 'list', '--', '--ph'], [':none']],
    [['--js'], ['--json', ':none']],
    [
      ['plan', 'run', '--json='],
      ['--json=envelope', '--json=stream', ':none'],
    ],
    [
      ['plan', 'list', '--phase', 'e'],
      ['execute', ':none'],
    ],
    [
      ['plan', 'list', '--state=pro'],
      ['--state=processing', ':none'],
    ],
    [['plan', 'list', '--limit', ''], [':none']],
    [
      ['plan', 'checkpoint', 'list', '--trigger', 'man'],
      ['manual', ':none'],
    ],
    [['plan', 'execute', '--rerun', ''], [':none']],
    [['plan', 'list', '--unknown='], [':none']],
    [['plan', 'list', 'more', ''], [':none']],
    [['plan', 'run', ''], [':files']],
    [['-C', ''], [':folders']],
    [
      ['tool', 'show', 'fs.re'],
      ['fs.read', ':none'],
    ],
    [
      ['config', 'get', 'core.st'],
      ['core.storage.durability', ':none'],
    ],
    [
      ['config', 'set', 'core.storage.durability', ''],
      ['full', 'normal', ':none'],
    ],
    [
      ['config', 'set', 'ui.accessible', ''],
      ['true', 'false', ':none'],
    ],
    [
      ['config', 'set', 'core.checkpoints.interval.steps', ''],
      ['null', ':none'],
    ],
    [['config', 'set', 'tools.overrides', ''], [':none']],
    [
      ['config', 'set', 'core.checkpoints.auto_create_on', 'on_e'],
      ['on_error', ':none'],
    ],
    [['config', 'set', 'nothing', ''], [':none']],
    [
      ['--set', 'core.sto'],
      ['core.storage.durability=', ':nospace'],
    ],
    [
      ['--set', 'core.storage.durability=n'],
      ['core.storage.durability=normal', ':none'],
    ],
    [['--set=core.storage.durability=n'], ['--set=core.storage.durability=normal', ':none']],
    [['plan', 'status', ''], [':none']],
    [
      ['plan', 'rollback', 'last', '1', '--on-conflict', ''],
      ['keep', 'take', 'both', ':none'],
    ],
    [
      ['plan', 'rollback', 'last', '1', '--scope', 'w'],
      ['workspace', ':none'],
    ],
    [['plan', 'rollback', 'last', '1', '--path', ''], [':files']],
    [['plan', 'fork', 'last', '1', '--into', ''], [':folders']],
    [['plan', 'checkpoint', 'export', 'last', ''], [':files']],
    [
      ['storage', ''],
      ['du', 'gc', 'verify', ':none'],
    ],
    [
      [],
      ['plan', 'tool', 'mcp', 'config', 'init', 'doctor', 'storage', 'schema', 'dev', 'completion', ':none'],
    ],
  ])('Given %j, then %j', async (words, expected) => {
    await using bench = new CliBench();
    expect(await values(bench, ...words)).toEqual(expected);
  });

  it('Given no "--" before the words, then the same', async () => {
    await using bench = new CliBench();
    expect((await bench.run('__complete', 'plan', 'sto')).out).toMatch(/^stop\t.*\n:none\n$/);
  });
});

describe('what is stored', () => {
  it('Given plans, then "last" and their ids with name and standing; another folder has its own', async () => {
    await using bench = await benchWithPlan();
    const [last, id, directive] = await offered(bench, 'plan', 'status', '');
    expect([last, directive]).toEqual(['last\tgreet, execute/paused', ':none']);
    expect(id).toBe('00000001\tgreet, execute/paused');
    mkdirSync(join(bench.root, 'other'));
    expect(await values(bench, '-C', join(bench.root, 'other'), 'plan', 'status', '')).toEqual([':none']);
    expect(await values(bench, `--workspace=${join(bench.root, 'other')}`, 'plan', 'status', '')).toEqual([
      ':none',
    ]);
    expect(await values(bench, '-C', join(bench.root, 'gone'), 'plan', 'status', '')).toEqual([':none']);
  });

  it('Given the beginning of a long id, in either case, then the long id as it was begun', async () => {
    await using bench = await benchWithPlan();
    expect(await values(bench, 'plan', 'status', '01jd')).toEqual(['01jd7K3V000000000000000001', ':none']);
  });

  it.each([
    [['rollback', 'last', '']],
    [['fork', 'last', '']],
    [['diff', 'last', '']],
    [['diff', 'last', '1', '']],
    [['checkpoint', 'delete', 'last', '']],
  ])('Given plan %j, then the checkpoints too', async (words) => {
    await using bench = await benchWithPlan();
    expect(await values(bench, 'plan', ...words)).toEqual(
      expect.arrayContaining(['last', '4', 'before tea', ':none']),
    );
  });

  it('Given a decision to correct, then its options', async () => {
    await using bench = await benchWithPlan();
    const options = await values(bench, 'plan', 'correct', 'last', 'style', '--choose', '');
    expect(options).toEqual(await values(bench, 'plan', 'answer', 'last', 'style', ''));
    expect(options.length).toBeGreaterThan(1);
  });

  it.each([['last'], ['00000001'], ['01JD7K3V000000000000000001']])(
    'Given the plan %s, then numbers and labels of its checkpoints',
    async (plan) => {
      await using bench = await benchWithPlan();
      expect(await offered(bench, 'plan', 'checkpoint', 'show', plan, '')).toEqual([
        'last\tthe newest',
        '4\tbefore tea, manual',
        'before tea\t4, manual',
        '3\tpaused, manual',
        'paused\t3, manual',
        '2\ton_tool_write_complete write',
        '1\ton_tool_write write',
        ':none',
      ]);
    },
  );

  it.each([['gone'], ['01'], ['%'], ['ZZZZZ']])(
    'Given %s, which names no plan, then nothing',
    async (plan) => {
      await using bench = await benchWithPlan();
      await bench.run('plan', 'create', 'greet.plan.yaml');
      expect(await values(bench, 'plan', 'answer', plan, '')).toEqual([':none']);
    },
  );

  it('Given a decision that waits, then it and its options; a made one is not offered again', async () => {
    await using bench = await benchWithPlan();
    expect(await offered(bench, 'plan', 'answer', 'last', '')).toEqual(['style\tWhich style?', ':none']);
    expect(await offered(bench, 'plan', 'answer', 'last', 'style', '')).toEqual([
      'plain\t',
      'warm\ta sentence',
      ':none',
    ]);
    expect(await values(bench, 'plan', 'answer', 'last', 'nothing', '')).toEqual([':none']);
    await bench.run('plan', 'answer', 'last', 'style', 'warm');
    expect(await values(bench, 'plan', 'answer', 'last', '')).toEqual([':none']);
  });

  it('Given an option that takes a step, then the steps with their status', async () => {
    await using bench = await benchWithPlan();
    expect(await values(bench, 'plan', 'execute', 'last', '--rerun', 'wr')).toEqual(['write', ':none']);
  });

  it('Given names with control characters, then no line of the answer is broken or can steer a terminal', async () => {
    await using bench = await benchWithPlan();
    const database = new Database(join(bench.home, 'agents', 'agents.db'));
    database.prepare('update plans set name = ?').run('\u001b[31mred\nline\ttab');
    database.prepare('update checkpoints set label = ? where number = 4').run('a\u001b[2J');
    database.close();
    const [last] = await offered(bench, 'plan', 'status', '');
    expect(last).toBe('last\t\\x1b[31mred\\nline tab, execute/paused');
    expect(await values(bench, 'plan', 'checkpoint', 'show', 'last', '')).toEqual([
      'last',
      '4',
      '3',
      'paused',
      '2',
      '1',
      ':none',
    ]);
  });

  it('Given a database that is none, then nothing, and no error', async () => {
    await using bench = new CliBench();
    mkdirSync(join(bench.home, 'agents'));
    writeFileSync(join(bench.home, 'agents', 'agents.db'), 'no database');
    expect(await values(bench, 'plan', 'status', '')).toEqual([':none']);
  });
});

describe('a plan for a goal', () => {
  it('Given models in the settings, then the usual one is offered first, then those with a price', async () => {
    await using bench = new CliBench();
    expect(await offered(bench, 'plan', 'create', '--model', '')).toEqual([':none']);
    bench.write(
      '.agentsrc',
      'models: { default: ollama/b, prices: { ollama/a: { input: 1, output: 2 }, ollama/b: { input: 1, output: 2 } } }\n',
    );
    const found = ['ollama/b\tmodels.default', 'ollama/a\t', ':none'];
    expect(await offered(bench, 'plan', 'create', '--model', '')).toEqual(found);
    expect(await offered(bench, 'plan', 'run', '--goal', 'x', '--model', '')).toEqual(found);
  });

  it('Given a file to save to, then files are offered', async () => {
    await using bench = new CliBench();
    expect(await offered(bench, 'plan', 'create', '--goal', 'x', '--save', '')).toEqual([':files']);
  });

  it('Given a plan that waits for a word, then its question is offered, and the words', async () => {
    await using bench = new CliBench();
    bench.models = async () => new ScriptedModels([proposes(NOTES)]);
    const { data } = await bench.json('plan', 'create', '--goal', 'x');
    const id = (data as { planned: { decision_id: string } }).planned.decision_id;
    expect(await offered(bench, 'plan', 'answer', 'last', '')).toEqual([
      `${id}\tMay this plan run?`,
      ':none',
    ]);
    expect(await values(bench, 'plan', 'answer', 'last', id, '')).toEqual(['approve', 'reject', ':none']);
  });
});
