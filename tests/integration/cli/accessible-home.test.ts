import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliBench, waitFor, type CliRun } from '../../support/cli-bench.ts';

const GREETING = `
name: greeting
inputs:
  whom: { required: true, description: who is greeted }
  tone: { required: true, options: [warm, plain] }
  note: { default: none }
steps:
  - { id: hello, run: 'echo "$WHOM" > said.txt', env: { WHOM: "\${{ inputs.whom }}" } }
`;
const FAILS = `
name: fails
steps: [ { id: build, run: 'test -f good', effect: read } ]
`;

const GATED = `
name: gated
steps: [ { id: wait, effect: read, run: 'touch at; ${waitFor('go')}' } ]
`;

let bench: CliBench;
const QUESTION = /looks again: $/;
/** The list was shown so often. */
const shown = (times: number): RegExp => new RegExp(`(?:looks again: [^]*){${times}}`);

beforeEach(() => {
  bench = new CliBench();
});
afterEach(() => bench[Symbol.asyncDispose]());

const open = (...args: string[]): CliRun => {
  const run = bench.start(['--accessible', ...args], { tty: true });
  run.out.isTTY = true;
  return run;
};

async function typed(run: CliRun, line: string, answer: RegExp): Promise<void> {
  run.stdin.write(`${line}\n`);
  await run.says(answer);
}

describe('home as sentences', () => {
  it('Given an empty folder, then it says how to begin, and q leaves', async () => {
    const run = open();
    await run.says(QUESTION);
    expect(run.out.text).toMatch(
      /^No plans and no documents in .+\. Next: agents init writes a first one\.\n$/,
    );
    run.stdin.write('q\n');
    expect(await run.code).toBe(0);
  });

  it('Given a document, when its number is typed, then its inputs are asked for and it runs', async () => {
    bench.write('greeting.plan.yaml', GREETING);
    bench.write('bad.plan.yaml', 'name: bad\nstepz: []');
    const run = open();
    await run.says(QUESTION);
    expect(run.out.text).toMatch(
      /1: The document bad\.plan\.yaml, bad, can't be run: .+\n2: The document greeting\.plan\.yaml, greeting, can be run\.\n$/,
    );
    await typed(run, '7', /7 is none of them\.\n/);
    await typed(run, '2', /whom, who is greeted: $/);
    await typed(run, 'ann', /tone, one of warm, plain: $/);
    await typed(run, 'cold', /must be one of[^]*plain: $/);
    await typed(run, 'warm', shown(3));
    expect(bench.read('said.txt')).toBe('ann\n');
    expect(run.out.text).toMatch(/1: The plan greeting, \w+, is done, 1 of 1 steps\.\n/);
    await typed(run, '2', /document_invalid|stepz/);
    run.stdin.end();
    expect(await run.code).toBe(0);
  });

  it('Given plans, then each number does what is next for it', async () => {
    bench.write('fails.plan.yaml', FAILS);
    await bench.run('plan', 'run', 'fails.plan.yaml');
    const run = open('-C', bench.folder);
    await run.says(QUESTION);
    expect(run.out.text).toMatch(/1: The plan fails, \w+, failed, 0 of 1 steps\./);
    bench.write('good', '');
    await typed(run, '1', shown(2));
    expect(run.out.text).toMatch(/is done, after/);
    await typed(run, '', shown(3));
    expect(run.out.text).toMatch(/1: The plan fails, \w+, is done, 1 of 1 steps\./);
    await typed(run, '1', shown(4));
    expect(run.out.text).toMatch(/execute\/complete/);
    run.stdin.end();
    expect(await run.code).toBe(0);
  });

  it('Given a plan that waits for an answer, and one that another terminal runs, then it says so, and looks on', async () => {
    bench.write('asks.plan.yaml', 'name: asks\nsteps: [ { id: why, ask: { question: Why? } } ]');
    expect((await bench.run('plan', 'run', 'asks.plan.yaml', '--no-input')).code).toBe(5);
    bench.write('gated.plan.yaml', GATED);
    const other = bench.start(['plan', 'run', 'gated.plan.yaml']);
    await bench.untilFile('at');
    const run = open();
    await run.says(QUESTION);
    expect(run.out.text).toMatch(
      /1: The plan gated, [^\n]+\n2: The plan asks, \w+, [^\n]+, waits for you, 0 of 1 steps\.\n/,
    );
    run.stdin.write('1\n');
    bench.write('go', '');
    await run.says(shown(2));
    expect(await other.code).toBe(0);
    expect(run.out.text).toMatch(/1: The plan gated, \w+, is done, 1 of 1 steps\./);
    run.stdin.write('q\n');
    expect(await run.code).toBe(0);
  });

  it('Given nobody types any more in the middle, then it is left', async () => {
    bench.write('greeting.plan.yaml', GREETING);
    const run = open();
    await run.says(QUESTION);
    await typed(run, '1', /whom, who is greeted: $/);
    run.stdin.end();
    expect(await run.code).toBe(0);
  });

  it('Given nobody at a terminal, then the help', async () => {
    const { code, out } = await bench.run('--accessible');
    expect(code).toBe(0);
    expect(out).toContain('agents plan run');
  });
});
