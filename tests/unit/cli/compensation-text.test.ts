import { describe, expect, it } from 'vitest';
import { compensationTable, waitingLines } from '../../../src/cli/compensation-text.ts';
import { callLines, callText } from '../../../src/tui/words/compensation-words.ts';
import { goingBackLines } from '../../../src/cli/rollback-text.ts';
import type { Compensation } from '../../../src/domain/compensation.ts';
import type { Json } from '../../../src/domain/json.ts';
import type { RollbackPreview } from '../../../src/ports/rollback-control.ts';

const plain = (_tone: string, text: string): string => text;
const one = (more: Partial<Compensation> = {}): Compensation => ({
  number: 1,
  planId: 'P',
  stepId: 'make',
  callId: 'C',
  call: { tool: 'shell.run', input: { command: 'rm x', effect: 'write' }, env: {}, effect: 'write' },
  status: 'open',
  error: null,
  isLate: false,
  ...more,
});
const calling = (input: Json, env = {}): Compensation =>
  one({ call: { tool: 'tool.of', input, env, effect: null } });
const error = { code: 'c', message: 'it\u001B[2J broke', hint: null };
const blob = (preview: string) => ({ ref: 'sha256:0', media: 'text', bytes: 9000, preview });

describe('what a compensation would call', () => {
  it.each<[string, Compensation, string]>([
    ['a command', one(), 'shell.run rm x'],
    ['a path', calling({ path: 'a/b', content: 'x' }), 'tool.of a/b'],
    ['no text at all', calling({ n: 1 }), 'tool.of {"n":1}'],
    ['a list', calling([1]), 'tool.of [1]'],
    ['a long text', calling({ command: blob('echo long') as unknown as Json }), 'tool.of echo long…'],
    ['a long value', calling(blob('{"a"') as unknown as Json), 'tool.of {"a"…'],
    ['several lines', calling({ command: 'a\nb' }), 'tool.of a\\nb'],
    ['what could not be filled', one({ call: null, error }), 'could not be filled: it\\x1b[2J broke'],
    ['nothing that is known', one({ call: null }), 'could not be filled: '],
  ])('%s', (_, compensation, text) => expect(callText(compensation)).toBe(text));

  it('Given all of it, then every line and every variable, and nothing that steers the terminal', () => {
    expect(callLines(calling({ command: 'a\u001B[2J\nb' }, { A: 'x\ny' }))).toEqual([
      '    tool.of  a\\x1b[2J',
      '      b',
      '      A=x\\ny',
    ]);
    expect(callLines(calling({ n: 1 }))).toEqual(['    tool.of  {', '        "n": 1', '      }']);
    expect(callLines(one({ call: null }))).toEqual([]);
  });
});

describe('how compensations stand', () => {
  it('Given one of each, then newest first, with what is to be known of it', () => {
    const all = (
      ['standing', 'open', 'running', 'unknown', 'unfilled', 'done', 'failed', 'skipped'] as const
    ).map((status, index) =>
      one({
        status,
        number: index + 1,
        isLate: status === 'open',
        error: status === 'failed' ? error : null,
      }),
    );
    expect(compensationTable(all, plain).split('\n')).toEqual([
      '  8  skipped   make  shell.run rm x',
      '  7  failed    make  shell.run rm x  it\\x1b[2J broke',
      '  6  done      make  shell.run rm x',
      '  5  unfilled  make  shell.run rm x',
      '  4  unknown   make  shell.run rm x  was begun and cut off',
      '  3  running   make  shell.run rm x',
      '  2  open      make  shell.run rm x  the plan has gone on since',
      '  1  standing  make  shell.run rm x  its step stands',
    ]);
    expect(compensationTable([one({ status: 'failed' })], plain)).toBe('  1  failed  make  shell.run rm x');
    const preview = {
      compensations: all,
      conflicts: [],
      excluded: [],
      damaged: [],
      heads: [],
      notUndone: [],
    };
    const rest = { actions: [], scope: 'files_only', ...preview } as unknown as RollbackPreview;
    expect(goingBackLines(rest, [], { paint: plain, most: 20 }).slice(1)).toEqual([
      '  offers compensation 1 of step make: shell.run rm x',
      '  offers compensation 2 of step make: shell.run rm x',
      '  offers compensation 3 of step make: shell.run rm x  (is being run)',
      '  offers compensation 4 of step make: shell.run rm x  (was begun and cut off)',
      '  offers compensation 5 of step make: shell.run rm x',
      '  done   compensation 6 of step make: shell.run rm x',
      '  offers compensation 7 of step make: shell.run rm x  (was run, and failed)',
      '  stays  compensation 8 of step make: shell.run rm x  (as you said)',
    ]);
  });

  it.each<[string, readonly Compensation[], readonly string[]]>([
    ['none', [one({ status: 'done' })], []],
    [
      'two, whatever their order',
      [one({ number: 2 }), one()],
      [
        '2 compensations wait for you: agents plan compensate P',
        'to run: agents plan compensate P 2 --yes; to leave it: --skip',
      ],
    ],
    [
      'one that was cut off',
      [one({ status: 'unknown' })],
      [
        '1 compensation waits for you: agents plan compensate P',
        'to run: agents plan compensate P 1 --rerun; to leave it: --skip',
      ],
    ],
  ])('Given that %s waits, then so it says', (_, all, lines) =>
    expect(waitingLines(all, 'P')).toEqual(lines),
  );
});
