import { describe, expect, it } from 'vitest';
import type { FakePlan } from '../support/fake-plan.ts';
import { OpenPlan, UNICODE } from '../support/open-plan.ts';
import type { ScreenTerminal } from '../support/screen-terminal.ts';

const history = (plan: FakePlan): unknown => plan.created('demo', ['T1', 'T2']).runs().begins('T1');

function expectGivenBack(terminal: ScreenTerminal): void {
  expect({
    alternate: terminal.isAlternate,
    cursor: terminal.isCursorShown,
    raw: terminal.isRaw,
    paste: terminal.isPasteBracketed,
    wrap: terminal.isWrapping,
  }).toEqual({ alternate: false, cursor: true, raw: false, paste: false, wrap: true });
}

describe('leaving the screen', () => {
  it('Given an open screen, then it has the alternate buffer, the keyboard and no cursor', async () => {
    await using open = new OpenPlan({ history });
    await open.settle();
    const { isAlternate, isRaw, isCursorShown, isPasteBracketed } = open.terminal;
    expect({ isAlternate, isRaw, isCursorShown, isPasteBracketed }).toEqual({
      isAlternate: true,
      isRaw: true,
      isCursorShown: false,
      isPasteBracketed: true,
    });
  });

  it.each([
    [undefined, { kind: 'quit' }],
    [{ kind: 'detach' } as const, { kind: 'detach' }],
    [{ kind: 'signal', name: 'SIGTERM' } as const, { kind: 'signal', name: 'SIGTERM' }],
  ])(
    'Given it is closed with %o, then the terminal is as before and that is how it ended',
    async (how, intent) => {
      await using open = new OpenPlan({ history });
      await open.settle();
      open.shell.close(how);
      expect(await open.shell.done).toEqual(intent);
      await open.terminal.drained();
      expectGivenBack(open.terminal);
      expect(open.terminal.primaryText()).toBe('');
      expect(open.time.waiting).toBe(0);
    },
  );

  it('Given it is closed twice, then the first time counts', async () => {
    await using open = new OpenPlan({ history });
    open.shell.close({ kind: 'detach' });
    open.shell.close({ kind: 'quit' });
    expect(await open.shell.done).toEqual({ kind: 'detach' });
  });

  it('Given asks and reads that end after it was closed, then nothing comes of them', async () => {
    await using open = new OpenPlan({
      history: (plan) => plan.created('demo', ['T1']).runs().checkpointed('manual'),
    });
    await open.settle();
    const gate = Promise.withResolvers<void>();
    open.plan.queue = { message: 'queued', gate: gate.promise };
    await open.type('c');
    open.terminal.type('2]]');
    await open.settle();
    open.shell.close();
    await open.shell.done;
    open.terminal.forget();
    gate.reject(new Error('withdrawn'));
    await new Promise(setImmediate);
    await open.terminal.drained();
    expect(open.terminal.written).toBe('');
  });

  it('Given news after it was closed, then nothing is written any more', async () => {
    await using open = new OpenPlan({ history });
    open.shell.close();
    await open.shell.done;
    open.terminal.forget();
    open.plan.ends('T1');
    open.time.advance(5000);
    await open.terminal.drained();
    expect(open.terminal.written).toBe('');
  });

  it('Given something breaks while it draws, then the terminal is as before and the error is told', async () => {
    let isBroken = false;
    const glyphs = new Proxy(UNICODE, {
      get: (target, name: keyof typeof UNICODE) => {
        if (isBroken) throw new Error('no signs left');
        return target[name];
      },
    });
    await using open = new OpenPlan({ history, glyphs });
    await open.settle();
    isBroken = true;
    open.terminal.resize(100, 30);
    open.time.advance(50);
    await expect(open.shell.done).rejects.toThrow('no signs left');
    await open.terminal.drained();
    expectGivenBack(open.terminal);
  });
});

describe('Ctrl-Z and fg', () => {
  it('Given Ctrl-Z, then the terminal is as before; given fg, then the screen is whole again', async () => {
    await using open = new OpenPlan({ history });
    const before = await open.settle();
    await open.type('\u001A');
    expect(open.job).toMatchObject({ stops: 1, awake: 1 });
    expectGivenBack(open.terminal);
    open.plan.ends('T1');
    open.time.advance(100);
    await open.settle();
    expectGivenBack(open.terminal);
    open.job.continue();
    const after = await open.terminal.until((text) => text.includes('Detail'));
    expect(open.job.awake).toBe(0);
    expect([open.terminal.isAlternate, open.terminal.isRaw, open.terminal.isCursorShown]).toEqual([
      true,
      true,
      false,
    ]);
    expect(after.split('\n').length).toBe(before.split('\n').length);
    expect(open.terminal.scrolledRows).toBe(0);
  });

  it('Given Ctrl-Z twice in one chunk, then it is stopped once', async () => {
    await using open = new OpenPlan({ history });
    await open.settle();
    await open.type('\u001A\u001A');
    expect(open.job.stops).toBe(1);
    open.job.continue();
    await open.terminal.until((text) => text.includes('Detail'));
  });

  it('Given another size meanwhile, then the first frame after it has that size', async () => {
    await using open = new OpenPlan({ history });
    await open.settle();
    await open.type('\u001A');
    open.terminal.resize(80, 24);
    open.time.advance(50);
    open.job.continue();
    await open.terminal.until((text) => text.includes('Detail'));
    await open.settle();
    expect(open.terminal.scrolledRows).toBe(0);
    expect(open.terminal.wrappedRows()).toEqual([]);
    expect(open.terminal.lines().at(-1)).toContain('q quit');
  });

  it('Given it is closed while it is stopped, then it ends, and nothing keeps the process alive', async () => {
    await using open = new OpenPlan({ history });
    await open.settle();
    await open.type('\u001A');
    open.shell.close({ kind: 'signal', name: 'SIGHUP' });
    expect(await open.shell.done).toEqual({ kind: 'signal', name: 'SIGHUP' });
    expect(open.job.awake).toBe(0);
    await open.terminal.drained();
    expectGivenBack(open.terminal);
  });

  it('Given the process was stopped and continued by others, then all is drawn again', async () => {
    await using open = new OpenPlan({ history });
    const before = await open.settle();
    open.terminal.stdout.write('\u001B[2J\u001B[Hsomething else wrote here');
    open.job.continue();
    expect(await open.settle()).toBe(before);
  });
});
