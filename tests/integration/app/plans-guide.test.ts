import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CliBench, type Envelope } from '../../support/cli-bench.ts';

const GUIDE = readFileSync(new URL('../../../docs/plans.md', import.meta.url), 'utf8');

/** The plans of the guide by file name: each block begins with it. */
const PLANS = new Map(
  [...GUIDE.matchAll(/^```yaml\n(# (\S+\.plan\.yaml)\n[^]*?)^```$/gm)].map(
    ([, text = '', name = '']) => [name, text] as const,
  ),
);

interface Story {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly expected: object;
  readonly look?: (bench: CliBench, answer: Envelope) => Promise<void> | void;
}

const complete = (outputs: object): object => ({
  exit_code: 0,
  data: { state: 'complete', steps: { failed: 0 }, outputs },
});

const STORIES: Readonly<Record<string, Story>> = {
  'hello.plan.yaml': { expected: complete({ said: 'Hello' }) },
  'greet.plan.yaml': {
    args: ['-i', 'name=Ada', '-i', 'times=2'],
    expected: complete({ said: 'Hello Ada\nHello Ada' }),
  },
  'notes.plan.yaml': {
    expected: complete({ text: '# Notes\n\nversion: 1.1.0\n', size: 24 }),
    look: (bench) => expect(bench.read('NOTES.md')).toContain('version: 1.1.0'),
  },
  'order.plan.yaml': { expected: complete({ report: 'no faults, tested' }) },
  'careful.plan.yaml': {
    expected: {
      exit_code: 1,
      data: { state: 'errored', steps: { total: 6, complete: 2, failed: 2, skipped: 2 } },
    },
    look: async (bench) => {
      const { data } = await bench.json('plan', 'status', 'last');
      const ends = data.steps.map(({ id, status }: { id: string; status: string }) => `${id} ${status}`);
      expect(ends).toEqual([
        'extra skipped',
        'optional failed',
        'build failed',
        'publish skipped',
        'tell complete',
        'tidy complete',
      ]);
    },
  },
  'patient.plan.yaml': {
    expected: {
      exit_code: 0,
      data: { steps: { complete: 2, failed: 1 }, outputs: { fetched: 'done', slow: 'error' } },
    },
  },
  'clean.plan.yaml': { expected: { exit_code: 0, data: { outputs: { text: 'one more\n' } } } },
  'choose.plan.yaml': {
    expected: complete({ size: 'small', file: 'NEWS.md' }),
    look: (bench) => expect(bench.read('NEWS.md')).toBe('News (short)\n'),
  },
  'count.plan.yaml': { args: ['-i', 'pattern=hello.*'], expected: complete({ paths: ['hello.plan.yaml'] }) },
  'checks.plan.yaml': { expected: complete({ texts: ['one.txt', 'two.txt'], pages: ['page.html'] }) },
  'versions.plan.yaml': {
    expected: complete({ linux: 'tested on Node 24, linux', mac: 'tested on Node 24, mac' }),
    look: async (bench) => {
      const { out } = await bench.run('plan', 'status', 'last');
      expect(out).toContain('✓ test (20, linux)');
      expect(out).not.toContain('test (20, mac)');
    },
  },
  'publish.plan.yaml': {
    env: { DEMO_TOKEN: 'abcd-1234' },
    expected: complete({ log: 'to https://example.org with 9 signs, ***' }),
  },
  'release.plan.yaml': {
    args: ['-i', 'shelf=shelf'],
    expected: { exit_code: 1, data: { state: 'errored', steps: { complete: 2, failed: 1 } } },
    look: (bench) => expect(bench.read('shelf/v1/NOTES.md')).toBe('v1'),
  },
};

describe('Given the plans of docs/plans.md', () => {
  it('each one is here', () => {
    expect([...PLANS.keys()]).toEqual(Object.keys(STORIES));
  });

  it.each(Object.entries(STORIES))('%s does what the guide says', async (name, story) => {
    await using bench = new CliBench();
    for (const [file, text] of PLANS) bench.write(file, text);
    Object.assign(bench.env, story.env);
    const checked = await bench.json('plan', 'validate', name);
    expect(checked).toMatchObject({ exit_code: 0, data: { valid: true, warnings: [] } });
    const answer = await bench.json('plan', 'run', name, ...(story.args ?? []));
    expect(answer).toMatchObject(story.expected);
    await story.look?.(bench, answer);
  });
});
