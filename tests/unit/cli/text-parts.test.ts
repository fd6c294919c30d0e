import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { clockOf } from '../../../src/cli/cli-io.ts';
import { closestWord } from '../../../src/domain/closest-word.ts';
import { errorToText, explainThrown } from '../../../src/cli/error-report.ts';
import { glyphsFor } from '../../../src/tui/words/glyphs.ts';
import { parseTimeout } from '../../../src/cli/option-values.ts';
import { createOutput } from '../../../src/cli/output.ts';
import { createPaint, wantsColour } from '../../../src/cli/paint.ts';
import { createProcessIo, type HostProcess } from '../../../src/cli/process-io.ts';
import { formatTable } from '../../../src/cli/table.ts';
import { cutCells } from '../../../src/tui/words/cells.ts';
import { TerminalPrompter } from '../../../src/cli/terminal-prompter.ts';
import { ageText, clockTimeNear, durationText } from '../../../src/tui/words/time-text.ts';
import { DocumentError, PlanError } from '../../../src/domain/errors.ts';
import type { DecisionState } from '../../../src/domain/plan-state.ts';

process.env['TZ'] = 'UTC';

describe('times', () => {
  it.each([
    [-5, '0.0s'],
    [412, '0.4s'],
    [59_940, '59.9s'],
    [171_000, '2m 51s'],
    [11_100_000, '3h 05m'],
  ])('%i ms lasts %s', (ms, text) => expect(durationText(ms)).toBe(text));

  it.each([
    [12, '12s'],
    [300, '5m'],
    [3 * 3600, '3h'],
    [50 * 3600, '2d'],
  ])('%i seconds ago is %s', (seconds, text) => {
    expect(ageText('2026-11-21T00:00:00.000Z', Date.parse('2026-11-21T00:00:00.000Z') + seconds * 1000)).toBe(
      text,
    );
  });

  it('shows the day only where it is another', () => {
    const now = Date.parse('2026-11-21T12:00:00.000Z');
    expect(clockTimeNear('2026-11-21T02:03:39.000Z', now)).toBe('02:03:39');
    expect(clockTimeNear('2026-11-20T02:03:39.000Z', now)).toBe('11-20 02:03:39');
  });
});

describe('tables', () => {
  it('line up by cells, not by characters or colour codes', () => {
    const rows = [
      ['ID', 'x'],
      ['日本', 'y'],
      ['\u001b[32mok\u001b[39m', 'z', ''],
    ];
    expect(formatTable(rows)).toBe('ID    x\n日本  y\n\u001b[32mok\u001b[39m    z');
  });

  it.each([
    ['short', 10, 'short'],
    ['too long a text', 8, 'too lon…'],
    ['日本語です', 6, '日本…'],
  ])('%s in %i cells is %s', (text, width, cut) => expect(cutCells(text, width)).toBe(cut));
});

describe('option values', () => {
  it.each([
    ['500ms', 500],
    ['1.5s', 1500],
    ['5m', 300_000],
    ['1h', 3_600_000],
    [undefined, null],
  ])('--timeout %s is %s ms', (text, ms) => expect(parseTimeout(text)).toBe(ms));

  it.each(['5', 's', '-1s', '5d'])('--timeout %s is refused', (text) => {
    expect(() => parseTimeout(text)).toThrow(/--timeout needs a length of time/);
  });

  it.each([
    ['lsit', 'list'],
    ['lits', 'list'],
    ['exceute', 'execute'],
    ['zebra', null],
  ])('%s was meant to be %s', (word, meant) =>
    expect(closestWord(word, ['list', 'execute', 'run'])).toBe(meant),
  );
});

describe('colours and signs', () => {
  it.each([
    [{}, true, false, true],
    [{}, false, false, false],
    [{}, true, true, false],
    [{ NO_COLOR: '1' }, true, false, false],
    [{ NO_COLOR: '' }, true, false, true],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, false, true],
    [{ FORCE_COLOR: '0' }, true, false, false],
    [{ FORCE_COLOR: 'false' }, true, false, false],
    [{ FORCE_COLOR: '' }, true, false, true],
    [{ FORCE_COLOR: '1' }, true, true, false],
    [{ TERM: 'dumb' }, true, false, false],
  ])('env %j, terminal %s, --no-color %s: %s', (env, isTTY, noColor, colours) => {
    expect(wantsColour(env, isTTY, noColor)).toBe(colours);
    expect(createPaint(env, isTTY, noColor)('bad', 'x')).toBe(colours ? '\u001b[31mx\u001b[39m' : 'x');
    expect(createPaint(env, isTTY, noColor)('plain', 'x')).toBe('x');
  });

  it.each([
    ['ascii', { LANG: 'C.UTF-8' }, 'x'],
    ['unicode', { TERM: 'dumb' }, '✗'],
    ['auto', {}, '✗'],
    ['auto', { LANG: 'en_US.utf8' }, '✗'],
    ['auto', { LANG: 'en_US.UTF-8', LC_ALL: 'C' }, 'x'],
    ['auto', { LC_ALL: '', LC_CTYPE: 'POSIX', LANG: 'C.UTF-8' }, 'x'],
    ['auto', { TERM: 'linux', LANG: 'C.UTF-8' }, 'x'],
    ['auto', { TERM: 'dumb' }, 'x'],
  ])('ui.glyphs %s with %j shows a failure as %s', (setting, env, failed) => {
    expect(glyphsFor(setting, env).step.failed).toBe(failed);
  });
});

describe('errors', () => {
  const plain = createPaint({}, false, false);

  it('say what, where or why, and what next', () => {
    const error = new PlanError('x', 'what \u001b[2J', { hint: 'why', nextSteps: ['agents a', 'agents b'] });
    expect(errorToText(explainThrown(error), plain, false)).toBe(
      'error: what \\x1b[2J\n  why\n  next: agents a   or: agents b',
    );
  });

  it('of documents have a line for each fault', () => {
    const faults = [
      { file: 'a.yaml', line: 3, column: 5, message: 'no such step', hint: 'did you mean log?' },
      { file: 'a.yaml', line: 9, column: 1, message: 'too many', hint: null },
    ];
    const error = new DocumentError('invalid_document', '2 faults in a.yaml', faults);
    expect(errorToText(explainThrown(error), plain, false)).toBe(
      'error: 2 faults in a.yaml\n  a.yaml:3:5  no such step (did you mean log?)\n  a.yaml:9:1  too many',
    );
  });

  it.each([new TypeError('oops'), 'oops'])(
    'that nobody foresaw are our bugs: exit 70, with all there is to see',
    (thrown) => {
      const report = explainThrown(thrown);
      expect(report).toMatchObject({ exitCode: 70, message: 'oops', code: 'unexpected' });
      expect(errorToText(report, plain, false)).toContain('bug of agents');
      expect(errorToText(report, plain, false).includes('    at ')).toBe(thrown instanceof Error);
    },
  );
});

class FakeStream extends EventEmitter {
  written = '';
  isTTY: boolean | undefined;
  columns = 132;
  write(text: string): void {
    this.written += text;
  }
}

function fakeProcess(): { host: HostProcess; stdout: FakeStream; signals: EventEmitter } {
  const stdout = new FakeStream();
  const signals = new EventEmitter();
  const on = (name: string, handler: (message?: unknown) => void): void => void signals.on(name, handler);
  const off = (name: string, handler: () => void): void => void signals.off(name, handler);
  const host = {
    stdout,
    stderr: new FakeStream(),
    stdin: new PassThrough(),
    env: {},
    cwd: () => '/x',
    execPath: '/bin/node',
    argv: ['node', '/x/agents.js'],
    on,
    off,
  };
  return { host: host as unknown as HostProcess, stdout, signals };
}

describe('the process around it', () => {
  it('Given a reader that goes away, then the rest is dropped quietly', () => {
    const { host, stdout } = fakeProcess();
    const io = createProcessIo(host);
    io.stdout.write('a');
    expect([io.stdout.closed, io.stdout.isTTY, io.stdout.columns]).toEqual([false, false, 80]);
    stdout.emit('error', Object.assign(new Error('gone'), { code: 'EPIPE' }));
    io.stdout.write('b');
    expect([io.stdout.closed, stdout.written]).toEqual([true, 'a']);
    expect(() => stdout.emit('error', Object.assign(new Error('full'), { code: 'ENOSPC' }))).toThrow('full');
  });

  it.each(['drain', 'close', 'error'])(
    'Given a reader that is slow, then there is room again at its %s',
    async (event) => {
      const { host, stdout } = fakeProcess();
      const output = createOutput(createProcessIo(host), { quiet: false, noColor: true });
      Object.assign(stdout, { writableLength: 1024 * 1024 - 1 });
      expect(output.room()).toBeNull();
      Object.assign(stdout, { writableLength: 1024 * 1024 });
      const room = output.room();
      stdout.emit(event, Object.assign(new Error('gone'), { code: 'EPIPE' }));
      await expect(room).resolves.toBeUndefined();
      expect(stdout.listenerCount('drain')).toBe(0);
      // Nobody reads any more: nothing is waited for.
      if (event === 'error') expect(output.room()).toBeNull();
    },
  );

  it('Given a terminal, then its width; given a signal, then whoever listens', () => {
    const { host, stdout, signals } = fakeProcess();
    stdout.isTTY = true;
    const io = createProcessIo(host);
    expect([io.stdout.isTTY, io.stdout.columns, io.cwd]).toEqual([true, 132, '/x']);
    let heard = 0;
    const off = io.onSignal('SIGINT', () => {
      heard += 1;
    });
    signals.emit('SIGINT');
    off();
    signals.emit('SIGINT');
    expect(heard).toBe(1);
    const uncaught: unknown[] = [];
    const offUncaught = io.onUncaught?.((thrown) => uncaught.push(thrown));
    signals.emit('uncaughtException', 'boom');
    offUncaught?.();
    signals.emit('uncaughtException', 'again');
    expect(uncaught).toEqual(['boom']);
  });

  it('Given a terminal that is gone, then what is said is dropped; how to start the program again is known', () => {
    const { host, stdout } = fakeProcess();
    const io = createProcessIo(host);
    stdout.emit('error', Object.assign(new Error('gone'), { code: 'EIO' }));
    expect(io.stdout.closed).toBe(true);
    expect(io.self).toEqual(['/bin/node', '/x/agents.js']);
    expect(io.terminal?.stdout).toBe(stdout);
    expect(io.channel).toBeUndefined();
  });

  it('Given a process that was started to talk with another, then messages go both ways until one side is gone', () => {
    const { host, signals } = fakeProcess();
    const sent: unknown[] = [];
    const talking = Object.assign(host, {
      connected: true,
      send: (message: unknown) => sent.push(message),
      disconnect: () => {
        talking.connected = false;
        signals.emit('disconnect');
      },
    });
    const { channel } = createProcessIo(talking);
    const heard: unknown[] = [];
    channel?.onMessage((message) => heard.push(message));
    channel?.onClose(() => heard.push('closed'));
    signals.emit('message', { kind: 'start' });
    channel?.send({ kind: 'here' });
    channel?.close();
    channel?.close();
    channel?.send({ kind: 'late' });
    channel?.onClose(() => heard.push('closed already'));
    expect(sent).toEqual([{ kind: 'here' }]);
    expect(heard).toEqual([{ kind: 'start' }, 'closed', 'closed already']);
  });

  it('Given no clock, then the real one', async () => {
    const clock = clockOf(createProcessIo(fakeProcess().host));
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1000);
    await clock.sleep(1);
    await expect(clock.sleep(60_000, AbortSignal.abort())).rejects.toThrow();
  });

  it('Given notes and complaints, then they go to stderr, printable', () => {
    const { host } = fakeProcess();
    const io = createProcessIo(host);
    const output = createOutput(io, { quiet: false, noColor: true });
    output.note('a \u001b[2J');
    output.complain('b');
    expect((host.stderr as unknown as FakeStream).written).toBe('a \\x1b[2J\nb\n');
    expect(output.messages).toEqual(['a \\x1b[2J']);
  });
});

describe('questions on the terminal', () => {
  const running: AbortController[] = [];
  afterEach(() => running.forEach((controller) => controller.abort()));

  function ask(change: Partial<DecisionState>, typed: readonly string[], signal?: AbortSignal) {
    const stdin = new PassThrough();
    const stderr = new FakeStream();
    const controller = new AbortController();
    running.push(controller);
    const prompter = new TerminalPrompter({ stdin, stderr: stderr as never }, createPaint({}, false, false));
    const decision = {
      step_id: 's',
      question: 'Which?',
      options: [{ id: 'yes', description: null }],
      chosen: null,
      ...change,
    };
    const answer = prompter.ask(decision as DecisionState, signal ?? controller.signal);
    for (const line of typed) stdin.write(`${line}\n`);
    return { answer, stderr, controller };
  }

  it.each([
    ['1', 'yes'],
    [' yes ', 'yes'],
  ])('Given the choice typed as "%s", then %s', async (typed, chosen) => {
    expect(await ask({}, [typed]).answer).toBe(chosen);
  });

  it('Given something else, then it is asked again', async () => {
    const { answer, stderr } = ask({}, ['0', '2', 'no', '1']);
    expect(await answer).toBe('yes');
    const asked = 'Type 1, then Enter: ';
    const again = ['0', '2', 'no'].map((typed) => `${typed} is none of: yes\n${asked}`);
    expect(stderr.written).toBe(`? Which? (s)\n  1  yes\n${asked}${again.join('')}`);
  });

  it.each([
    [[{ id: 'yes', description: null }], 'Type 1, then Enter [yes]: '],
    [[], 'Your answer [yes]: '],
  ])('Given a default and an empty line, then it is shown, and taken', async (options, hint) => {
    const { answer, stderr } = ask({ default: 'yes', options }, ['']);
    expect(await answer).toBe('yes');
    expect(stderr.written.endsWith(hint)).toBe(true);
  });

  it('Given no options, then any text but an empty one', async () => {
    const { answer, stderr } = ask({ options: [], step_id: null }, ['', 'blue']);
    expect(await answer).toBe('blue');
    expect(stderr.written).toBe('? Which?\nYour answer: Your answer: ');
  });

  it('Given an answer from elsewhere, before or while it waits, then it ends without one', async () => {
    const { answer, controller } = ask({}, []);
    controller.abort();
    expect(await answer).toBeNull();
    expect(await ask({}, [], AbortSignal.abort()).answer).toBeNull();
  });
});
