import { describe, expect, it } from 'vitest';
import { INITIAL_COMMAND, type CommandState } from '../../../../src/tui/command/command-state.ts';
import {
  openCommand,
  startCommand,
  stepCommandEvent,
  stepCommandKey,
  typeCommand,
} from '../../../../src/tui/command/step-command.ts';
import { showOutput } from '../../../../src/tui/command/output-moves.ts';
import { outputContent } from '../../../../src/tui/command/output-content.ts';
import { candidateLines } from '../../../../src/tui/command/candidate-list.tsx';
import { spokenLine } from '../../../../src/tui/command/verbs.ts';
import type { ActionId } from '../../../../src/tui/keys/key-row.ts';
import { layoutFor } from '../../../../src/tui/layout/layout-for.ts';
import { glyphsFor } from '../../../../src/tui/words/glyphs.ts';

const PLACE = layoutFor(80, 24, { zoom: 'normal', focus: 'plan', leftPercent: 38 });
const ROWS = 24 - 5;
const GLYPHS = glyphsFor('unicode', {});
const HISTORY = ['list', 'errors last', 'list --all-workspaces', 'tree last'];

const typed = (text: string): CommandState => {
  const { command } = openCommand(INITIAL_COMMAND);
  const read = stepCommandEvent(command, { kind: 'history-read', lines: HISTORY }, PLACE);
  return typeCommand(read.command, text);
};
const press = (command: CommandState, ...actions: readonly ActionId[]): CommandState =>
  actions.reduce((now, action) => stepCommandKey(now, action, '', PLACE)?.command ?? now, command);
const told = (command: CommandState, words: readonly string[], from = 0): CommandState =>
  stepCommandEvent(
    command,
    {
      kind: 'completed',
      line: command.line?.text.slice(0, command.line.cursor) ?? '',
      found: { from, candidates: words.map((text) => ({ text, about: '', isWhole: true })) },
    },
    PLACE,
  ).command;
const running = (line = 'list'): CommandState => startCommand(INITIAL_COMMAND, line).command;
const lines = (count: number): string => Array.from({ length: count }, (_, at) => `line ${at}\n`).join('');

describe('history', () => {
  it.each<[string, readonly ActionId[], string]>([
    ['', ['command-older'], 'tree last'],
    ['', ['command-older', 'command-older'], 'list --all-workspaces'],
    ['li', ['command-older'], 'list --all-workspaces'],
    ['li', ['command-older', 'command-older'], 'list'],
    ['li', ['command-older', 'command-older', 'command-older'], 'list'],
    ['li', ['command-older', 'command-older', 'command-newer'], 'list --all-workspaces'],
    ['li', ['command-older', 'command-newer'], 'li'],
    ['li', ['command-newer'], 'li'],
    ['list', ['command-older'], 'list --all-workspaces'],
    ['nothing', ['command-older'], 'nothing'],
  ])('Given "%s" and %j, then "%s"', (text, actions, line) => {
    expect(press(typed(text), ...actions).line).toEqual({ text: line, cursor: line.length });
  });

  it('Given a line of it is changed, then it is what is typed', () => {
    const changed = typeCommand(press(typed(''), 'command-older'), '!');
    expect(changed.browsing).toBeNull();
    expect(press(changed, 'command-older').line?.text).toBe('tree last!');
  });

  it('Given Up before the history is read, then it counts when it is', () => {
    const asked = press(
      openCommand(INITIAL_COMMAND).command,
      'command-older',
      'command-older',
      'command-newer',
    );
    expect(asked.line?.text).toBe('');
    const read = stepCommandEvent(asked, { kind: 'history-read', lines: HISTORY }, PLACE).command;
    expect(read.line?.text).toBe('list --all-workspaces');
    const changed = typeCommand(asked, 'x');
    expect(
      stepCommandEvent(changed, { kind: 'history-read', lines: HISTORY }, PLACE).command.line?.text,
    ).toBe('x');
  });

  it('is read anew each time the line opens, and not missed where none is open', () => {
    expect(openCommand(INITIAL_COMMAND).effects).toEqual([{ kind: 'read-history' }]);
    expect(press(INITIAL_COMMAND, 'command-older', 'command-complete', 'input-left')).toEqual(
      INITIAL_COMMAND,
    );
  });
});

describe('completion', () => {
  it('Given the only one is the beginning of more, then one goes on typing right behind it', () => {
    const found = { from: 0, candidates: [{ text: 'src/', about: '', isWhole: false }] };
    const { command } = stepCommandEvent(typed('s'), { kind: 'completed', line: 's', found }, PLACE);
    expect(command.line?.text).toBe('src/');
  });

  it('asks for what stands before the cursor', () => {
    const before = press(typed('list x'), 'input-left', 'input-left');
    expect(stepCommandKey(before, 'command-complete', '', PLACE)?.effects).toEqual([
      { kind: 'complete', line: 'list' },
    ]);
  });

  it.each<[string, readonly string[], readonly ActionId[], string]>([
    ['che', ['checkpoint'], [], 'checkpoint '],
    ['l', ['list', 'lists'], [], 'list'],
    ['l', ['list', 'label'], [], 'l'],
    ['l', ['list', 'label'], ['command-complete'], 'list'],
    ['l', ['list', 'label'], ['command-complete', 'command-complete'], 'label'],
    ['l', ['list', 'label'], ['command-complete', 'command-complete', 'command-complete'], 'l'],
    ['l', ['list', 'label'], ['command-complete-back'], 'label'],
    ['l', ['list', 'label'], ['command-complete-back', 'command-complete-back'], 'list'],
    ['l', ['list', 'label'], ['command-complete', 'input-cancel'], 'l'],
    ['l', [], [], 'l'],
  ])('Given "%s", %j and %j, then "%s"', (text, words, actions, line) => {
    expect(press(told(typed(text), words), ...actions).line?.text).toBe(line);
  });

  it('Given something stands behind the cursor, then it stays there', () => {
    const before = press(typed('l x'), 'input-left', 'input-left');
    expect(told(before, ['list']).line).toEqual({ text: 'list  x', cursor: 5 });
  });

  it('Given nothing is known, then that is said', () => {
    const found = { from: 0, candidates: [] };
    const step = stepCommandEvent(typed('x'), { kind: 'completed', line: 'x', found }, PLACE);
    expect(step.say?.text).toBe('nothing that could stand here is known');
  });

  it('Given the line is another one meanwhile, or closed, then the answer is dropped', () => {
    const event = { kind: 'completed', line: 'x', found: { from: 0, candidates: [] } } as const;
    expect(stepCommandEvent(typed('xy'), event, PLACE).say).toBeNull();
    expect(stepCommandEvent(INITIAL_COMMAND, event, PLACE).command).toBe(INITIAL_COMMAND);
  });

  it('Given more candidates than rows, then the selected one is among those shown, and how many there are', () => {
    const candidates = Array.from({ length: 20 }, (_, at) => ({ text: `w${at}`, about: '', isWhole: true }));
    const offer = { from: 0, candidates, before: { text: '', cursor: 0 }, selected: 12 };
    const { lines, selected } = candidateLines(offer, { width: 80, height: 8 }, GLYPHS);
    const text = lines.map((line) => line.map((span) => span.text).join(''));
    expect(text[selected]).toContain('▌ w12');
    expect(text.at(-1)).toContain('13 of 20');
    expect(text).toHaveLength(8);
  });
});

describe('the line', () => {
  it.each<[string, string | null]>([
    ['  list  ', 'list'],
    ['   ', null],
  ])('Given Enter after "%s", then %j is done and the line is closed', (text, submitted) => {
    const step = stepCommandKey(typed(text), 'input-accept', '', PLACE);
    expect([step?.submitted, step?.command.line]).toEqual([submitted, null]);
  });

  it.each<ActionId>(['input-cancel', 'interrupt'])('Given %s, then nothing is done', (action) => {
    const step = stepCommandKey(typed('list'), action, '', PLACE);
    expect([step?.submitted, step?.command.line, step?.effects]).toEqual([null, null, []]);
  });

  it('leaves to the screen what is none of its keys', () => {
    expect(stepCommandKey(typed('a'), 'suspend', '', PLACE)).toBeNull();
    expect(stepCommandKey(typed('a'), null, '', PLACE)?.command.line?.text).toBe('a');
    expect(stepCommandKey(typed('a'), null, 'b', PLACE)?.command.line?.text).toBe('ab');
  });

  it.each([
    ['agents plan list', 'list', []],
    ['plan list -x', 'list', ['-x']],
    ['q', 'quit', []],
    ['agents config show', 'config', ['show']],
    ['agents', '', []],
  ])('%s is %s', (line, verb, rest) => {
    expect(spokenLine(line)).toEqual({ verb, rest });
  });
});

describe('what a command says', () => {
  it('Given it starts, then it is shown, remembered and run', () => {
    const { command, effects } = startCommand(INITIAL_COMMAND, 'list');
    expect(effects.map(({ kind }) => kind)).toEqual(['remember', 'run-command']);
    expect(outputContent(command, PLACE, GLYPHS)).toMatchObject({ title: 'list', note: 'running' });
  });

  it('Given one runs, then another one waits for its end', () => {
    const step = startCommand(running(), 'tree');
    expect(step.effects).toEqual([]);
    expect(step.say?.text).toBe('"list" still runs; :output shows it, Ctrl-C there ends it');
  });

  it.each([
    [0, 'checkpoint 3\n', 'checkpoint 3', 'good'],
    [4, 'error: no\n', 'error: no', 'bad'],
    [2, 'error: no x\n  it is y\n  next: agents y\n', 'error: no x; it is y; next: agents y', 'bad'],
    [0, ' \n', 'list: done', 'good'],
    [null, '', 'list: ended before it was done', 'bad'],
  ])('Given it ends with %s and says %j, then one line tells it', (exitCode, output, text, tone) => {
    const step = stepCommandEvent(running(), { kind: 'command-ended', end: { exitCode, output } }, PLACE);
    expect(step.say).toEqual({ text, tone });
    expect(step.command.outputTop).toBeNull();
  });

  it.each([
    'a\nb\n',
    'x'.repeat(200),
    `error: no\n  ${'why '.repeat(50)}\n`,
    'error: no\n  1:2 one\n  3:4 two\n  next: mend it\n',
  ])('Given it says more (%#), then it stays to be read', (output) => {
    const step = stepCommandEvent(running(), { kind: 'command-ended', end: { exitCode: 3, output } }, PLACE);
    expect(step.say).toBeNull();
    expect(outputContent(step.command, PLACE, GLYPHS)?.note).toBe('exit code 3');
  });

  it('Given it was hidden, then it goes on, and its end is told with where the rest is', () => {
    const hidden = press(running('errors'), 'close');
    expect(hidden.outputTop).toBeNull();
    const end = { exitCode: 0, output: 'a\nb' };
    const step = stepCommandEvent(hidden, { kind: 'command-ended', end }, PLACE);
    expect(step.say?.text).toBe('errors: done; :output shows what it said');
    expect(showOutput(step.command).command.outputTop).toBe(0);
  });

  it('Given Ctrl-C, then it ends; once it has ended, the dialog closes', () => {
    expect(stepCommandKey(running(), 'interrupt', '', PLACE)?.effects).toEqual([{ kind: 'end-command' }]);
    const end = { exitCode: null, output: 'a\nb' };
    const { command } = stepCommandEvent(running(), { kind: 'command-ended', end }, PLACE);
    expect(stepCommandKey(command, 'interrupt', '', PLACE)?.command.outputTop).toBeNull();
  });

  it('Given it goes on saying things, then who looks at the end follows it, who reads above stays', () => {
    const say = (command: CommandState, count: number): CommandState =>
      stepCommandEvent(command, { kind: 'command-said', output: lines(count) }, PLACE).command;
    const first = say(running(), 100);
    expect(first.outputTop).toBe(100 - ROWS);
    expect(say(first, 150).outputTop).toBe(150 - ROWS);
    const above = press(first, 'half-up', 'move-up');
    expect(say(above, 150).outputTop).toBe(above.outputTop);
    const end = { exitCode: 0, output: lines(160) };
    const ended = stepCommandEvent(above, { kind: 'command-ended', end }, PLACE);
    expect(ended.command.outputTop).toBe(above.outputTop);
    expect(press(ended.command, 'move-last').outputTop).toBe(160 - ROWS);
    expect(press(ended.command, 'move-first').outputTop).toBe(0);
    expect(say(press(first, 'close'), 150).outputTop).toBeNull();
  });

  it('Given control sequences, then they are shown', () => {
    const end = { exitCode: 0, output: '\u001B]52;c;x\u0007\r\n\u001B[2Jtwo' };
    const { command } = stepCommandEvent(running(), { kind: 'command-ended', end }, PLACE);
    const content = outputContent(command, PLACE, GLYPHS);
    expect(content?.lines.map((line) => line.map(({ text }) => text).join(''))).toEqual([
      '\\x1b]52;c;x\\x07',
      '\\x1b[2Jtwo',
    ]);
  });

  it('Given no command was run, then there is nothing to show, and news of none change nothing', () => {
    expect(showOutput(INITIAL_COMMAND).say?.text).toBe('no command has been run here yet');
    expect(outputContent(INITIAL_COMMAND, PLACE, GLYPHS)).toBeNull();
    const end = { exitCode: 0, output: '' };
    expect(stepCommandEvent(INITIAL_COMMAND, { kind: 'command-ended', end }, PLACE).command).toBe(
      INITIAL_COMMAND,
    );
    expect(stepCommandEvent(INITIAL_COMMAND, { kind: 'command-said', output: '' }, PLACE).command).toBe(
      INITIAL_COMMAND,
    );
    expect(press({ ...INITIAL_COMMAND, outputTop: 0 }, 'move-down').outputTop).toBe(0);
  });

  it('Given it said nothing and is asked for again, then that is what is shown', () => {
    const end = { exitCode: 0, output: '' };
    const { command } = stepCommandEvent(running(), { kind: 'command-ended', end }, PLACE);
    const content = outputContent(showOutput(command).command, PLACE, GLYPHS);
    expect(content?.lines[1]?.[0]?.text).toBe('it said nothing');
  });
});
