import { describe, expect, it } from 'vitest';
import type { SignalName } from '../../../src/cli/cli-io.ts';
import { EarlyScreen } from '../../../src/cli/early-screen.ts';
import { ScreenTerminal } from '../../support/screen-terminal.ts';

const PART = {
  rect: { x: 0, y: 0, width: 5, height: 1 },
  lines: [[{ text: 'early', tone: 'plain' as const }]],
};

class Stage implements Disposable {
  readonly terminal = new ScreenTerminal(40, 10);
  readonly handlers = new Map<SignalName, () => void>();
  onUncaught: ((thrown: unknown) => void) | null = null;
  readonly screen = new EarlyScreen(
    {
      io: {
        env: {},
        onSignal: (name, handler) => {
          this.handlers.set(name, handler);
          return () => void this.handlers.delete(name);
        },
        onUncaught: (handler) => {
          this.onUncaught = handler;
          return () => (this.onUncaught = null);
        },
      },
      options: { noColor: false },
    },
    this.terminal,
  );

  [Symbol.dispose](): void {
    this.terminal[Symbol.dispose]();
  }
}

describe('the terminal before the screen has it', () => {
  it('Given nothing fits, then nothing is drawn and no signal is kept', () => {
    using stage = new Stage();
    stage.screen.draw('auto', () => []);
    expect([stage.screen.isShown, stage.handlers.size, stage.terminal.written]).toEqual([false, 0, '']);
  });

  it('Given a signal comes meanwhile, then the screen is told of it when it is there', () => {
    using stage = new Stage();
    stage.screen.draw('auto', () => [PART]);
    stage.handlers.get('SIGTERM')?.();
    const heard: SignalName[] = [];
    stage.screen.handOver(
      (name) => heard.push(name),
      () => expect.unreachable(),
    );
    expect([heard, stage.handlers.size]).toEqual([['SIGTERM'], 0]);
  });

  it('Given something breaks meanwhile, then the screen is told of the first of it when it is there', () => {
    using stage = new Stage();
    stage.screen.draw('auto', () => [PART]);
    stage.onUncaught?.('first');
    stage.onUncaught?.('second');
    const thrown: unknown[] = [];
    stage.screen.handOver(expect.unreachable, (one) => thrown.push(one));
    expect([thrown, stage.onUncaught]).toEqual([['first'], null]);
  });

  it('Given no signal, then the screen is told of none; what breaks later is its own to clear up', async () => {
    using stage = new Stage();
    stage.screen.draw('auto', (size) => {
      expect(size).toEqual({ columns: 40, rows: 10 });
      return [PART];
    });
    stage.screen.handOver(expect.unreachable, () => expect.unreachable());
    stage.screen.leave();
    await stage.terminal.drained();
    expect(stage.terminal.isAlternate).toBe(true);
  });

  it('Given there will be no screen, then the terminal is as before', async () => {
    using stage = new Stage();
    stage.screen.draw('auto', () => [PART]);
    stage.screen.leave();
    await stage.terminal.drained();
    expect([stage.terminal.isAlternate, stage.terminal.isRaw, stage.handlers.size]).toEqual([
      false,
      false,
      0,
    ]);
  });
});
