import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFork } from '../../../src/execution/create-fork.ts';
import { UlidSource } from '../../../src/host/ulid-source.ts';
import { systemClock } from '../../../src/host/system-clock.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import type { CliBench } from '../../support/cli-bench.ts';
import { richBench } from '../../support/rich-plan.ts';

/** The id of a fork of the newest plan at a checkpoint. */
async function forkLast(bench: CliBench, number: string): Promise<string> {
  const storage = await openStorage({
    home: join(bench.home, 'agents'),
    durability: 'normal',
    processes: new SystemProcessTable(),
  });
  try {
    const { data } = await bench.json('plan', 'status', 'last');
    const checkpoint = await storage.checkpoints.resolve(data.plan_id, number);
    const ids = new UlidSource(systemClock);
    const planId = ids.next();
    const created_at = new Date().toISOString();
    await createFork(storage.plans, ids, { planId, checkpoint, workspace: bench.folder, created_at });
    return planId;
  } finally {
    await storage.close();
  }
}

describe('Given a fork from within a subplan', () => {
  it('Then every command tells of it as of any plan', async () => {
    await using bench = await richBench();
    const fork = await forkLast(bench, '5');
    const source = (await bench.run('plan', 'tree', 'last')).out;
    for (const command of ['status', 'tree', 'errors', 'events'] as const) {
      const { code, err } = await bench.run('plan', command, fork);
      expect({ command, code, err }).toEqual({ command, code: 0, err: expect.any(String) as string });
    }
    expect((await bench.run('plan', 'events', fork)).out).toContain('forked');
    const watch = bench.start(['plan', 'watch', fork]);
    await watch.says(/nobody runs it now/);
    watch.send('SIGINT');
    expect(await watch.code).toBe(130);
    const { out } = await bench.run('plan', 'tree', fork);
    expect(out).toContain('broken');
    expect(source).toContain('broken');
  });
});
