import { join } from 'node:path';
import { expect } from 'vitest';
import { CliBench } from './cli-bench.ts';
import { layOutHome, type KeptHome } from './kept-homes.ts';
import { countRows } from './sql-dump.ts';

/** Rows of these stay what they are, one for one; states and indexes may be kept in another way. */
const LASTING = [
  'plans',
  'plan_events',
  'checkpoints',
  'requests',
  'operations',
  'workspaces',
  'blobs',
  'trees',
];

/** Command lines in a home that an earlier version has made. */
export class KeptBench extends CliBench {
  readonly store = join(this.home, 'agents');
  readonly kept: KeptHome;

  constructor(kept: KeptHome) {
    super();
    this.kept = kept;
    layOutHome(kept, this.store);
  }

  count(): Readonly<Record<string, number>> {
    const all = { ...countRows(join(this.store, 'objects.db')), ...countRows(join(this.store, 'agents.db')) };
    return Object.fromEntries(Object.entries(all).filter(([table]) => LASTING.includes(table)));
  }

  /** Everything is proved, and each answer is what it was: a later version may only add to it. */
  async expectKept(): Promise<void> {
    expect((await this.json('storage', 'verify')).error).toBeNull();
    for (const { args, data } of this.kept.answers)
      expect((await this.json(...args)).data, args.join(' ')).toMatchObject(data as object);
  }
}
