import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliBench, type CliRun } from '../../support/cli-bench.ts';

const GREETING = `
name: greeting
inputs:
  whom: { required: true, description: who is greeted }
  tone: { required: true, options: [warm, plain] }
  times: { type: number, required: true }
  marks: { type: array, required: true, description: behind it }
  only: { required: true, options: [this] }
  note: { default: none }
steps:
  - id: hello
    run: 'echo "$WHOM $TONE $TIMES $NOTE" > said.txt'
    env:
      WHOM: "\${{ inputs.whom }}"
      TONE: "\${{ inputs.tone }}"
      TIMES: "\${{ inputs.times }} \${{ inputs.marks[0] }} \${{ inputs.only }}"
      NOTE: "\${{ inputs.note }}"
`;
const UPLOAD = `
name: upload
inputs:
  token: { secret: true, description: for the server }
steps: [ { id: send, run: 'echo "\${#TOKEN} signs of $TOKEN" > sent.txt', env: { TOKEN: "\${{ inputs.token }}" } } ]
`;

let bench: CliBench;
beforeEach(() => {
  bench = new CliBench();
  bench.write('greeting.plan.yaml', GREETING);
  bench.write('upload.plan.yaml', UPLOAD);
});
afterEach(() => bench[Symbol.asyncDispose]());

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

const plans = async (): Promise<number> => {
  const { data } = await bench.json('plan', 'list');
  return (data as { readonly plans: readonly unknown[] }).plans.length;
};

describe('inputs that are missing, at a terminal', () => {
  it('Given a document that needs some, then each is asked for until it fits, and the plan runs', async () => {
    const run = open('plan', 'run', 'greeting.plan.yaml', '--no-tui', '-i', 'note=soon');
    await answer(run, /\? whom {2}who is greeted\nYour answer: $/, '\n');
    await answer(run, /whom has to be given\nYour answer: $/, 'ann\n');
    await answer(run, /\? tone\n {2}1 {2}warm\n {2}2 {2}plain\nType 1 to 2 or a name, then Enter: $/, '3\n');
    await answer(run, /tone must be one of warm, plain\nType 1 to 2 [^\n]+: $/, '2\n');
    await answer(run, /\? times \(number\)\nYour answer: $/, 'often\n');
    await answer(run, /times must be a number\nYour answer: $/, '2\n');
    await answer(run, /\? marks \(array, as JSON\) {2}behind it\nYour answer: $/, '["!"]\n');
    await answer(run, /\? only\n {2}1 {2}this\nType 1, then Enter: $/, 'this\n');
    expect(await run.code).toBe(0);
    expect(bench.read('said.txt')).toBe('ann plain 2 ! this soon\n');
  });

  it('Given accessible mode, then each is one sentence', async () => {
    const run = open(
      'plan',
      'create',
      'greeting.plan.yaml',
      '--accessible',
      '-i',
      'times=1',
      '-i',
      'only=this',
    );
    await answer(run, /^whom, who is greeted: $/, 'ann\n');
    await answer(run, /tone, one of warm, plain: $/, 'warm\n');
    await answer(run, /marks, behind it, array as JSON: $/, '[]\n');
    expect(await run.code).toBe(0);
    expect(run.out.text).toMatch(/^created greeting/);
  });

  it.each([
    ['text', '--no-tui', /\? token {2}for the server\nYour answer \(not shown, never stored\): $/],
    ['accessible', '--accessible', /^token, for the server, secret, not shown, never stored: $/],
  ])(
    'Given a secret in %s mode, then what is typed is not shown, and reaches the step',
    async (_, mode, asked) => {
      const run = open('plan', 'run', 'upload.plan.yaml', mode);
      await answer(run, asked, 'abx\u007Fcd\r');
      expect(await run.code).toBe(0);
      expect(bench.read('sent.txt')).toBe('4 signs of abcd\n');
      expect(run.out.text + run.err.text).not.toMatch(/abx|abcd/);
    },
  );

  it('Given the end of input, then exit 5, and nothing was made', async () => {
    const run = open('plan', 'run', 'greeting.plan.yaml');
    await run.says(/Your answer: $/);
    run.stdin.end();
    expect(await run.code).toBe(5);
    expect(run.err.text).toContain(
      'error: nobody said what whom is: no plan was made\n  greeting.plan.yaml needs it\n  next: agents plan run greeting.plan.yaml -i whom=...\n',
    );
    expect(await plans()).toBe(0);
  });

  it('Given the end of input at a secret, then exit 5, and its value is not to be typed on a command line', async () => {
    const run = open('plan', 'create', 'upload.plan.yaml');
    await answer(run, /never stored\): $/, '\u0004');
    expect(await run.code).toBe(5);
    expect(run.err.text).toContain('next: agents plan explain upload.plan.yaml\n');
    expect(await plans()).toBe(0);
  });

  it('Given Ctrl-C, as a signal or typed where a secret is asked for, then exit 130, and nothing was made', async () => {
    const signalled = open('plan', 'run', 'greeting.plan.yaml');
    await signalled.says(/Your answer: $/);
    signalled.send('SIGINT');
    expect(await signalled.code).toBe(130);
    const typed = open('plan', 'create', 'upload.plan.yaml');
    await answer(typed, /never stored\): $/, 'ab\u0003');
    expect(await typed.code).toBe(130);
    const ended = open('plan', 'run', 'upload.plan.yaml');
    await ended.says(/never stored\): $/);
    ended.send('SIGTERM');
    expect(await ended.code).toBe(143);
    for (const { err } of [signalled, typed, ended]) {
      expect(err.text).toContain(': \nerror: interrupted\n  it was stopped before it changed anything\n');
    }
    expect(await plans()).toBe(0);
  });

  it.each([
    [2, ['greeting.plan.yaml', '--no-input'], 'whom is missing'],
    [2, ['greeting.plan.yaml', '-i', 'times=often'], 'times must be a number'],
    [2, ['greeting.plan.yaml', '-i', 'wohm=ann'], 'did you mean whom?'],
    [2, ['greeting.plan.yaml', '--json'], 'whom is missing'],
    [5, ['upload.plan.yaml', '--no-input'], 'the secret token has no value'],
    [3, ['nowhere.plan.yaml'], 'nowhere.plan.yaml'],
  ])('Exit %i for plan run %j, without a question', async (code, args, said) => {
    const run = open('plan', 'run', ...args);
    expect(await run.code).toBe(code);
    expect(run.out.text + run.err.text).toContain(said);
    expect(run.err.text).not.toContain('? ');
  });

  it('Given CI, or an output that goes elsewhere, then nobody is asked', async () => {
    const piped = bench.start(['plan', 'run', 'greeting.plan.yaml'], { tty: true });
    expect(await piped.code).toBe(2);
    bench.env['CI'] = 'true';
    expect(await open('plan', 'run', 'greeting.plan.yaml').code).toBe(2);
  });

  it('Given a secret in the environment, then it is not asked for', async () => {
    bench.env['TOKEN'] = 'abcdef';
    expect(await open('plan', 'run', 'upload.plan.yaml', '--no-tui').code).toBe(0);
    expect(bench.read('sent.txt')).toBe('6 signs of abcdef\n');
  });
});
