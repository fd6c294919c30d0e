import { describe, expect, it } from 'vitest';
import { allCheckpoints } from '../../../src/cli/all-checkpoints.ts';
import { allEvents } from '../../../src/cli/all-events.ts';
import { noteChangedDocument } from '../../../src/cli/changed-document.ts';
import { sayWarnings } from '../../../src/cli/document-warnings.ts';
import type { Output } from '../../../src/cli/output.ts';
import type { Session } from '../../../src/cli/session.ts';
import { countedWork } from '../../../src/cli/stored-things.ts';
import { findUses, proveCheckpoints } from '../../../src/cli/verify-objects.ts';
import { toWorkOptions } from '../../../src/checkpoints/rollback-dependencies.ts';
import type { Checkpoint } from '../../../src/domain/checkpoint.ts';
import { StorageError } from '../../../src/domain/errors.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { PlanEvent } from '../../../src/domain/plan-event.ts';
import type { PlanRecord, PlanSummary } from '../../../src/domain/plan.ts';

interface Cursor {
  readonly cursor?: string;
}

/** Answers with one item a page. */
const paged =
  <T>(items: readonly Partial<T>[]) =>
  async ({
    cursor = '0',
  }: Cursor): Promise<{ readonly items: readonly T[]; readonly nextCursor: string | null }> => {
    const next = Number(cursor) + 1;
    return { items: [items[next - 1] as T], nextCursor: next < items.length ? String(next) : null };
  };

const checkpoints = {
  list: paged<Checkpoint>([
    { id: 'one', number: 1, tree_hash: 't' },
    { id: 'two', number: 2, tree_hash: null },
  ]),
};

describe('what comes in pages', () => {
  it('Given several pages of checkpoints, then all of them', async () => {
    expect((await allCheckpoints(checkpoints, 'P')).map(({ number }) => number)).toEqual([1, 2]);
  });

  it('Given several pages of plans, then every tree with all that hold it, and each state that can not be had', async () => {
    const get = async (id: string): Promise<PlanRecord> => {
      if (id === 'Q') throw new StorageError('row_damaged', 'it is damaged', { hint: 'here' });
      return {} as PlanRecord;
    };
    const plans = { list: paged<PlanSummary>([{ plan_id: 'P' }, { plan_id: 'Q' }]), get };
    const snapshot = async (id: string): Promise<JsonObject> => {
      if (id === 'two') throw new StorageError('snapshot_damaged', 'it is damaged');
      return {};
    };
    const { held, states } = await proveCheckpoints({ plans, checkpoints: { ...checkpoints, snapshot } }, {});
    expect([...held]).toEqual([
      [
        't',
        [
          { plan_id: 'P', number: 1 },
          { plan_id: 'Q', number: 1 },
        ],
      ],
    ]);
    const what = 'it is damaged';
    expect(states).toEqual([
      { plan_id: 'P', number: 2, what },
      { plan_id: 'Q', number: null, what: `${what}: here` },
      { plan_id: 'Q', number: 2, what },
    ]);
  });

  it('Given a bug while a state is read, then it is one', async () => {
    const get = async (): Promise<PlanRecord> => ({}) as PlanRecord;
    const plans = { list: paged<PlanSummary>([{ plan_id: 'P' }]), get };
    const snapshot = (): Promise<never> => Promise.reject(new TypeError('a bug'));
    await expect(proveCheckpoints({ plans, checkpoints: { ...checkpoints, snapshot } }, {})).rejects.toThrow(
      'a bug',
    );
  });

  it('Given a journal that is deleted while it is read, then what was there', async () => {
    const events = async (_: string, after: number): Promise<readonly PlanEvent[]> =>
      after === 0 ? [{ seq: 1 } as PlanEvent] : [];
    const seen: number[] = [];
    for await (const { seq } of allEvents({ events }, 'P', 3)) seen.push(seq);
    expect(seen).toEqual([1]);
  });
});

it('Given a tree that is gone, then all of its checkpoints are in question', async () => {
  const held = new Map([['t', [{ plan_id: 'P', number: 1 }]]]);
  const list = (): Promise<never> => Promise.reject(new StorageError('object_missing', 'gone'));
  const fault = { hash: 't', kind: 'tree', damaged: true } as const;
  expect(await findUses({ list }, held, [fault])).toEqual([
    { ...fault, uses: [{ plan_id: 'P', number: 1, path: '' }] },
  ]);
});

it.each([
  [null, '3'],
  [5, '3 of 5'],
])('Given work of which %s is the whole, then it is counted', (total, counted) => {
  const said: string[] = [];
  const working = {
    signal: new AbortController().signal,
    onProgress: (message: string) => void said.push(message),
  };
  countedWork(working).onProgress?.(3, total, 'reading');
  toWorkOptions(working, 'looking').onProgress?.(3, total, '');
  expect(said).toEqual([`reading: ${counted}`, `looking: ${counted}`]);
});

describe('what is said of a document', () => {
  it('Given warnings, then each with its place, and with what to do if that is known', () => {
    const said: string[] = [];
    const output = { note: (line: string) => void said.push(line) } as unknown as Output;
    const place = { file: 'a.yaml', line: 1, column: 2, message: 'never used' };
    sayWarnings(output, [
      { ...place, hint: null },
      { ...place, hint: 'remove it' },
    ]);
    expect(said).toEqual(['warning: a.yaml:1:2 never used', 'warning: a.yaml:1:2 never used (remove it)']);
  });

  it('Given a fault of the program while it is read again, then that is not hidden', async () => {
    const broken = { loadDocument: () => Promise.reject(new TypeError('oh')) };
    const session = { app: async () => broken } as unknown as Session;
    const plan = { document: { file: 'a.yaml' } } as unknown as PlanRecord;
    await expect(noteChangedDocument(session, plan)).rejects.toThrow('oh');
  });
});
