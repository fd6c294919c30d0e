import { describe, expect, it } from 'vitest';
import type { PlanEvent } from '../../../src/domain/plan-event.ts';
import { EventBus } from '../../../src/execution/event-bus.ts';

const event = (seq: number): PlanEvent => ({
  type: 'note.added',
  plan_id: 'P',
  root_plan_id: 'P',
  seq,
  at: '2026-01-02T03:04:05.000Z',
  payload: { text: 'n', step_id: null },
});
const line = { plan_id: 'P', step_id: 's', call_id: 'K', stream: 'stdout', text: 'hi' } as const;

describe('the bus', () => {
  it('Given listeners for some things only, then each hears what it asked for, until it is taken off', () => {
    const bus = new EventBus();
    const heard: string[] = [];
    const off = bus.subscribe({ onEvent: ({ seq }) => heard.push(`event ${seq}`) });
    bus.subscribe({ onOutput: ({ text }) => heard.push(`output ${text}`) });
    bus.subscribe({ onWaiting: (message) => heard.push(`waiting ${message}`) });
    bus.emitEvent(event(1));
    bus.emitOutput(line);
    bus.emitWaiting('for the workspace');
    off();
    bus.emitEvent(event(2));
    expect(heard).toEqual(['event 1', 'output hi', 'waiting for the workspace']);
  });

  it('Given a listener that always throws, then the last 100 failures are kept and others hear everything', () => {
    const bus = new EventBus();
    let heard = 0;
    bus.subscribe({
      onEvent: ({ seq }) => {
        throw new Error(`broken at ${seq}`);
      },
    });
    bus.subscribe({ onEvent: () => (heard += 1) });
    for (let seq = 1; seq <= 102; seq += 1) bus.emitEvent(event(seq));
    expect(heard).toBe(102);
    expect(bus.failures).toHaveLength(100);
    expect(bus.failures[0]).toMatchObject({ message: 'broken at 3' });
  });

  it('Given listeners that keep up or say nothing of it, then there is room; else when the slowest of them has some', async () => {
    const bus = new EventBus();
    const slow = Promise.withResolvers<void>();
    let isSlow = false;
    bus.subscribe({ onOutput: () => undefined });
    bus.subscribe({ room: () => null });
    bus.subscribe({ room: () => (isSlow ? slow.promise : null) });
    expect(bus.room()).toBeNull();
    isSlow = true;
    const room = bus.room();
    slow.resolve();
    await expect(room).resolves.toBeUndefined();
  });
});
