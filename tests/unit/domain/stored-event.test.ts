import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../../../src/domain/plan-event.ts';
import {
  CHAIN_START,
  chainHash,
  digestsIn,
  fromStoredPayload,
  toStoredPayload,
} from '../../../src/domain/stored-event.ts';
import { rolledBack } from '../../support/storage-history.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const long = 'x'.repeat(1000);

const events: readonly [string, NewEvent, unknown][] = [
  [
    'the result of a call',
    {
      type: 'tool.completed',
      plan_id: 'P',
      payload: { call_id: 'C', result: { text: long }, tree_after: null },
    },
    { id: 'C', result: { text: long } },
  ],
  ['a value of the context', { type: 'context.set', plan_id: 'P', payload: { key: 'k', value: long } }, long],
  [
    "a step's own output",
    { type: 'step.completed', plan_id: 'P', payload: { step_id: 's', call_id: null, output: long } },
    { value: long },
  ],
];

describe('a long value stands in the state part, not in the journal', () => {
  it.each(events)('%s', (_, event, part) => {
    const stored = { ...event, payload: toStoredPayload(event, sha256) } as unknown as NewEvent;
    expect(JSON.stringify(stored)).not.toContain(long);
    expect(digestsIn(stored)).toHaveLength(1);
    expect(fromStoredPayload(stored, () => part as never)).toEqual(event.payload);
  });

  it('keeps a digest in its place when the part was pruned', () => {
    const [, event] = events[1] as (typeof events)[number];
    const stored = { ...event, payload: toStoredPayload(event, sha256) } as unknown as NewEvent;
    expect(fromStoredPayload(stored, () => null)).toEqual(stored.payload);
  });

  it('leaves short values and other events as they are', () => {
    const short: NewEvent = { type: 'context.set', plan_id: 'P', payload: { key: 'k', value: 1 } };
    const note: NewEvent = { type: 'note.added', plan_id: 'P', payload: { text: long, step_id: null } };
    for (const event of [short, note]) {
      expect(toStoredPayload(event, sha256)).toEqual(event.payload);
      expect(digestsIn(event)).toEqual([]);
      expect(fromStoredPayload(event, () => 'ignored')).toEqual(event.payload);
    }
  });

  it('never takes a value of the user for a digest', () => {
    const value = { $part: 'fake', bytes: 1 };
    const event: NewEvent = { type: 'context.set', plan_id: 'P', payload: { key: 'k', value } };
    const stored = { ...event, payload: toStoredPayload(event, sha256) } as unknown as NewEvent;
    expect(stored.payload).not.toEqual(event.payload);
    expect(fromStoredPayload(stored, () => value)).toEqual(event.payload);
  });

  it('keeps of a rollback what is short, and where each long value of any plan and section stands', () => {
    const part = { section: 'context', key: 'k', ord: 1, gone: false };
    const parts = [
      { ...part, plan_id: 'P', value: 'short' },
      { ...part, plan_id: 'CHILD', value: long },
      { ...part, plan_id: 'P', section: 'steps', value: { name: long } },
      { ...part, plan_id: 'P', key: 'gone', value: null, gone: true },
    ];
    const event = rolledBack('P', 'X', parts);
    const stored = { ...event, payload: toStoredPayload(event, sha256) } as unknown as NewEvent;
    expect(JSON.stringify(stored)).not.toContain(long);
    expect(digestsIn(stored)).toEqual([
      {
        place: { planId: 'CHILD', section: 'context', key: 'k', partField: null },
        digest: sha256(JSON.stringify(long)),
      },
      {
        place: { planId: 'P', section: 'steps', key: 'k', partField: null },
        digest: sha256(JSON.stringify({ name: long })),
      },
    ]);
    const read = fromStoredPayload(stored, ({ section }) => (section === 'steps' ? { name: long } : long));
    expect(read).toEqual(event.payload);
  });
});

describe('the chain', () => {
  it('changes with everything that an event says', () => {
    const event = { seq: 1, plan_id: 'P', type: 'note.added', v: 1, at: '2026-01-01T00:00:00.000Z' };
    const one = chainHash(sha256, CHAIN_START, event, { text: 'a' });
    expect(chainHash(sha256, CHAIN_START, event, { text: 'a' })).toBe(one);
    const others = [
      chainHash(sha256, one, event, { text: 'a' }),
      chainHash(sha256, CHAIN_START, { ...event, seq: 2 }, { text: 'a' }),
      chainHash(sha256, CHAIN_START, event, { text: 'b' }),
    ];
    expect(new Set([one, ...others]).size).toBe(4);
  });
});
