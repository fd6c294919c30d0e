import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CliBench, type CliRun } from '../../support/cli-bench.ts';
import { NOTES, proposes } from '../../support/proposals.ts';
import { ScriptedModels, type ScriptedReply } from '../../support/scripted-models.ts';

let bench: CliBench;
let models: ScriptedModels;
beforeEach(() => {
  bench = new CliBench();
  vi.stubEnv('TMPDIR', bench.root);
  script(proposes(NOTES));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await bench[Symbol.asyncDispose]();
});

function script(...replies: readonly ScriptedReply[]): void {
  models = new ScriptedModels(replies, { price: { input: 3, output: 15 } });
  bench.models = () => Promise.resolve(models);
}

/** All three streams are a terminal. */
function open(...args: string[]): CliRun {
  const run = bench.start(args, { tty: true });
  run.out.isTTY = true;
  return run;
}

async function answer(run: CliRun, asked: RegExp, typed: string): Promise<void> {
  await run.says(asked);
  run.stdin.write(typed);
}

const create = ['plan', 'create', '--goal', 'Write notes'] as const;
const ASKED = /\? Make this plan\?\n(.|\n)*Type 1 to 3 or a name, then Enter: $/;

interface Listed {
  readonly plan_id: string;
  readonly name: string;
  readonly goal: string;
  readonly phase: string;
  readonly state: string;
}

const plans = async (): Promise<readonly Listed[]> => {
  const { data } = await bench.json('plan', 'list');
  return (data as { readonly plans: readonly Listed[] }).plans;
};

const decisions = async (plan = 'last'): Promise<readonly Record<string, unknown>[]> => {
  const { data } = await bench.json('plan', 'status', plan);
  return (data as { readonly decisions: readonly Record<string, unknown>[] }).decisions;
};

const leftovers = (): readonly string[] =>
  readdirSync(bench.root).filter((name) => name.startsWith('agents-plan-'));

describe('a plan for a goal, where nobody is at a terminal', () => {
  it('Given create, then the plan is stored, says how it came about, and waits for a word', async () => {
    const { code, out, err } = await bench.run(...create);
    const [plan] = await plans();
    const [prompt, strategy, approval] = await decisions();
    expect(code).toBe(0);
    expect(out).toBe(`created notes  ${plan?.plan_id}  strategize/queued\n`);
    expect(err).toContain('one-file  write the file with fs.write\n');
    expect(err).toContain(
      'because: It is the least that does it. (80 % sure)\n1 reply of scripted/model, 10 tokens in, 5 out, cost 0.000105\n',
    );
    expect(err).toContain(
      `next: agents plan answer ${plan?.plan_id.slice(-8)} ${String(approval?.['id'])} approve|reject`,
    );
    expect(plan).toMatchObject({ name: 'notes', goal: 'Write notes', phase: 'strategize', state: 'queued' });
    expect(prompt).toMatchObject({ type: 'prompt_definition', chosen: 'Write notes', by: 'human' });
    expect(strategy).toMatchObject({
      type: 'strategy_choice',
      chosen: 'one-file',
      by: 'scripted/model',
      confidence: 0.8,
      options: [{ id: 'one-file' }, { id: 'script' }],
    });
    expect(approval).toMatchObject({ type: 'approval', chosen: null, question: 'May this plan run?' });
    expect(readdirSync(bench.folder)).toEqual([]);
  });

  it('Given that it is executed, then it waits, is approved from elsewhere, and runs', async () => {
    await bench.run(...create);
    const waiting = await bench.run('plan', 'execute', 'last');
    expect(waiting.code).toBe(5);
    expect(waiting.out + waiting.err).toMatch(/agents plan answer \S+ \S+ approve\|reject/);
    expect(existsSync(join(bench.folder, 'NOTES.md'))).toBe(false);
    const approval = (await decisions()).at(-1);
    expect((await bench.run('plan', 'show', 'last', String(approval?.['id']))).out).toContain(
      'uses: fs.write',
    );
    expect((await bench.run('plan', 'answer', 'last', String(approval?.['id']), 'approve')).code).toBe(0);
    expect((await bench.run('plan', 'execute', 'last')).code).toBe(0);
    expect(bench.read('NOTES.md')).toBe('# Notes\n');
  });

  it.each([false, true])(
    'Given a plan that is rejected, after it has waited: %s, then it is cancelled',
    async (hasWaited) => {
      await bench.run(...create);
      if (hasWaited) await bench.run('plan', 'execute', 'last');
      const approval = (await decisions()).at(-1);
      const said = await bench.json('plan', 'answer', 'last', String(approval?.['id']), 'reject');
      expect(said).toMatchObject({ exit_code: 0, data: { state: 'cancelled' } });
      expect((await bench.json('plan', 'execute', 'last')).error?.code).toBe('plan_ended');
      expect(readdirSync(bench.folder)).toEqual([]);
    },
  );

  it('Given what is stored of it, then it holds', async () => {
    await bench.run(...create);
    expect((await bench.run('storage', 'verify')).code).toBe(0);
  });

  it('Given --yes, then it may run', async () => {
    await bench.run(...create, '--yes');
    expect((await decisions()).at(-1)).toMatchObject({ type: 'approval', chosen: 'approve', by: 'human' });
    expect((await bench.run('plan', 'execute', 'last')).code).toBe(0);
  });

  it('Given run, then it waits for the word; given run --yes, then it runs to its end', async () => {
    const waits = await bench.json('plan', 'run', '--goal', 'Write notes');
    expect(waits).toMatchObject({ exit_code: 5, data: { phase: 'strategize', state: 'paused' } });
    const runs = await bench.json('plan', 'run', '--goal', 'Write notes', '--yes', '--model', 'scripted/two');
    expect(runs).toMatchObject({ exit_code: 0, data: { phase: 'execute', state: 'complete' } });
    expect(models.requests.at(-1)?.model).toBe('scripted/two');
  });

  it('Given --json, then all of it stands in the answer', async () => {
    const { data, messages } = await bench.json(...create, '--quiet');
    const { planned, ...plan } = data as Record<string, unknown>;
    expect(plan).toMatchObject({ name: 'notes', goal: 'Write notes', state: 'queued' });
    expect(planned).toEqual({
      model: 'scripted/model',
      replies: 1,
      input_tokens: 10,
      output_tokens: 5,
      cost: 0.000105,
      alternatives: [
        { id: 'one-file', description: 'write the file with fs.write' },
        { id: 'script', description: 'generate it' },
      ],
      chosen: 'one-file',
      rationale: 'It is the least that does it.',
      confidence: 0.8,
      document: NOTES,
      file: null,
      approved: false,
      decision_id: (await decisions()).at(-1)?.['id'],
    });
    expect(messages).toEqual([]);
  });

  it('Given a provider that does not tell tokens, then that is said', async () => {
    script({ ...proposes(NOTES), usage: { input_tokens: null, output_tokens: null } });
    expect((await bench.run(...create)).err).toContain('1 reply of scripted/model, tokens not known\n');
  });

  it('Given inputs, then they are the plan’s', async () => {
    script(
      proposes(
        'name: a\ninputs: { v: { required: true } }\nsteps: [{ run: "echo $V > v", env: { V: "${{ inputs.v }}" } }]\n',
      ),
    );
    expect((await bench.run('plan', 'run', '--goal', 'x', '-i', 'v=7', '--yes')).code).toBe(0);
    expect(bench.read('v')).toBe('7\n');
  });

  it('Given warnings of the document, then they are said', async () => {
    script(proposes(`${NOTES}inputs: { colour: { default: red } }\n`));
    expect((await bench.run(...create)).err).toMatch(/warning: \(planned\):\d+:\d+ .*colour/);
  });
});

describe('a document that is saved', () => {
  it('Given --save, then it stands in the file, and the plan is of it', async () => {
    const { code, err } = await bench.run(...create, '--save', 'notes.plan.yaml');
    expect([code, bench.read('notes.plan.yaml')]).toEqual([0, NOTES]);
    expect(err).toContain('wrote notes.plan.yaml\n');
    expect((await bench.run('plan', 'validate', 'notes.plan.yaml')).code).toBe(0);
    expect((await bench.run('plan', 'execute', 'last')).err).not.toContain('has changed');
  });

  it('Given a file that is there and nobody to ask, then no model is asked and the file stays', async () => {
    bench.write('mine.yaml', 'mine');
    expect(await bench.json(...create, '--yes', '--save', 'mine.yaml')).toMatchObject({
      exit_code: 6,
      error: { code: 'file_exists' },
    });
    expect([bench.read('mine.yaml'), models.requests.length, (await plans()).length]).toEqual(['mine', 0, 0]);
  });

  it('Given a folder that is not there, then likewise', async () => {
    expect(await bench.json(...create, '--save', 'none/a.yaml')).toMatchObject({
      exit_code: 4,
      error: { code: 'folder_not_found' },
    });
    expect(models.requests).toEqual([]);
  });

  it('Given a file that can not be written, then no plan is made, and the document is told', async () => {
    const { code, err } = await bench.run(...create, '--save', `${'a'.repeat(300)}.yaml`);
    expect([code, await plans()]).toEqual([7, []]);
    expect(err).toContain(`this was to be the plan:\n${NOTES}`);
    expect(err).toMatch(/error: a+\.yaml can't be written\n {2}ENAMETOOLONG/);
  });

  it('Given a folder in its place, then nobody is asked whether it may go', async () => {
    const run = open(...create, '--save', '.');
    expect([await run.code, models.requests]).toEqual([6, []]);
  });

  it('Given a file that came there while the model thought, then it stays, no plan is made, and the document is told', async () => {
    models = new ScriptedModels([proposes(NOTES)], { onRequest: () => void bench.write('a.yaml', 'mine') });
    const { code, err } = await bench.run(...create, '--save', 'a.yaml');
    expect([code, bench.read('a.yaml'), await plans()]).toEqual([6, 'mine', []]);
    expect(err).toContain(`this was to be the plan:\n${NOTES}`);
  });

  it.each([
    ['y\n', NOTES, 0],
    ['n\n', 'mine', 6],
  ])(
    'Given a file that is there and a person who types %j, then it holds what they want',
    async (typed, text, code) => {
      bench.write('mine.yaml', 'mine');
      const run = open(...create, '--save', 'mine.yaml');
      await answer(run, /mine\.yaml is there: overwrite it\? \[y\/N\] $/, typed);
      if (code === 0) await answer(run, ASKED, 'create\n');
      expect([await run.code, bench.read('mine.yaml')]).toEqual([code, text]);
      expect(readdirSync(bench.folder)).toEqual(['mine.yaml']);
    },
  );
});

describe('a plan for a goal, at a terminal', () => {
  it('Given create, then the document is shown, and the plan may run', async () => {
    const run = open(...create);
    await answer(run, ASKED, '1\n');
    expect(await run.code).toBe(0);
    expect(run.err.text).toContain('  steps:\n    - { id: write, uses: fs.write');
    expect((await decisions()).at(-1)).toMatchObject({ chosen: 'approve', by: 'human' });
    expect(leftovers()).toEqual([]);
  });

  it('Given run, then it is asked for, and runs', async () => {
    const run = open('plan', 'run', '--goal', 'Write notes', '--no-tui');
    await answer(run, ASKED, 'create\n');
    expect([await run.code, bench.read('NOTES.md')]).toEqual([0, '# Notes\n']);
  });

  it('Given discard, then nothing is left of it', async () => {
    const run = open(...create, '--save', 'a.yaml');
    await answer(run, ASKED, 'discard\n');
    expect([await run.code, await plans(), readdirSync(bench.folder), leftovers()]).toEqual([1, [], [], []]);
    expect(run.err.text).toContain('no plan was made');
  });

  it('Given an edit with a fault, then it is told, the text is kept, and once it is mended the plan is made of it', async () => {
    bench.env['EDITOR'] =
      'f() { if grep -q stepz "$1"; then sed -i s/stepz/steps/ "$1"; else sed -i "s/^steps/stepz/; s/Notes/Words/" "$1"; fi; }; f';
    const run = open(...create, '--save', 'a.yaml');
    await answer(run, ASKED, 'edit\n');
    await answer(run, /unknown key stepz(.|\n)*Type 1 to 2 or a name, then Enter: $/, 'edit\n');
    await answer(run, /unknown key stepz(.|\n)*Words(.|\n)*Type 1 to 3 or a name, then Enter: $/, 'create\n');
    expect(await run.code).toBe(0);
    expect(bench.read('a.yaml')).toBe(NOTES.replace('Notes', 'Words'));
    expect((await decisions())[1]).toMatchObject({
      by: 'scripted/model',
      rationale: 'It is the least that does it. (a person has edited the document since)',
    });
    expect((await bench.run('plan', 'execute', 'last')).code).toBe(0);
    expect(bench.read('NOTES.md')).toBe('# Words\n');
    expect(leftovers()).toEqual([]);
  });

  it('Given an editor that is not there, then that is said, and the plan is not lost', async () => {
    bench.env['EDITOR'] = 'no-such-editor';
    const run = open(...create);
    await answer(run, ASKED, 'edit\n');
    await answer(
      run,
      /there is no program no-such-editor(.|\n)*Type 1 to 2 or a name, then Enter: $/,
      'discard\n',
    );
    expect(await run.code).toBe(1);
  });

  it('Given Ctrl-C at the question, then nothing is left of it', async () => {
    const run = open(...create);
    await run.says(ASKED);
    run.send('SIGINT');
    expect([await run.code, await plans(), leftovers()]).toEqual([130, [], []]);
  });

  it('Given no answer at all, then nothing is made', async () => {
    const run = open(...create);
    await run.says(ASKED);
    run.stdin.end();
    expect([await run.code, await plans()]).toEqual([5, []]);
  });

  it('Given --no-input, then it is not asked for, and waits', async () => {
    expect(await open(...create, '--no-input').code).toBe(0);
    expect((await decisions()).at(-1)).toMatchObject({ chosen: null });
  });
});

describe('a goal that comes to nothing', () => {
  it('Given Ctrl-C while the model thinks, then nothing is left of it', async () => {
    models = new ScriptedModels([{ say: 'Hm', held: new Promise(() => {}) }]);
    const run = bench.start(create);
    models.onHeld = () => run.send('SIGINT');
    expect(await run.code).toBe(130);
    expect([await plans(), readdirSync(bench.folder)]).toEqual([[], []]);
  });

  it.each<[string, ScriptedReply, object]>([
    [
      'words only',
      { say: 'Which notes?' },
      { exit_code: 1, error: { code: 'no_plan', hint: 'its last words: Which notes?' } },
    ],
    [
      'a provider that fails',
      { fail: { status: 500, message: 'busy' } },
      { exit_code: 1, error: { code: 'model_failed' } },
    ],
  ])('Given %s, then that is told and no plan is made', async (_, reply, said) => {
    script(reply);
    expect(await bench.json(...create)).toMatchObject({ ...said, data: null });
    expect(await plans()).toEqual([]);
  });

  it('Given no model at all, then that is told', async () => {
    bench.models = undefined;
    expect(await bench.json(...create)).toMatchObject({ error: { code: 'no_model' } });
  });

  it.each([
    [[], 'missing_argument'],
    [['a.yaml', '--goal', 'x'], 'extra_argument'],
    [['--goal', ' '], 'invalid_option'],
    [['--goal', 'x', '--goal', 'y'], 'invalid_option'],
    [['a.yaml', '--yes'], 'invalid_option'],
    [['a.yaml', '--model', 'a/b'], 'invalid_option'],
    [['a.yaml', '--save', 'b'], 'invalid_option'],
  ])('Given %j, then the command line is wrong', async (args, code) => {
    expect(await bench.json('plan', 'create', ...args)).toMatchObject({ exit_code: 2, error: { code } });
    expect(models.requests).toEqual([]);
  });
});
