// Retention in a process of its own, which kills itself: retention-program.ts HOME PLAN MOST [MOMENT TIME]
import { pruneCheckpoints } from '../../src/checkpoints/prune-checkpoints.ts';
import { SystemProcessTable } from '../../src/host/process-table.ts';
import { openObjectGarbage } from '../../src/storage/object-garbage.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { childrenOf } from './object-places.ts';
import { History } from './storage-history.ts';

const [home = '', planId = '', most = '', moment = '', time = '0'] = process.argv.slice(2);
const times = new Map<string, number>();

/** Where somebody could pull the plug. */
function pass(at: string): void {
  const count = (times.get(at) ?? 0) + 1;
  times.set(at, count);
  if (at === moment && count === Number(time)) process.kill(process.pid, 'SIGKILL');
}

const processes = new SystemProcessTable();
const storage = await openStorage({ home, durability: 'normal', processes });
const { plans, checkpoints } = storage;
const { journal } = await History.open(storage, planId);
const commit = journal.commit.bind(journal);
journal.commit = async (...args) => {
  pass('before batch');
  const events = await commit(...args);
  pass('after batch');
  return events;
};
const stores = {
  checkpoints,
  plans: {
    prunedTo: plans.prunedTo.bind(plans),
    eventsOfType: plans.eventsOfType.bind(plans),
    sweepStates: async (...args: Parameters<typeof plans.sweepStates>) => {
      pass('before sweep');
      const swept = await plans.sweepStates(...args);
      pass('after sweep');
      return swept;
    },
  },
};
const rules = { maxPerPlan: Number(most), maxAgeMs: null };
const pruned = await pruneCheckpoints(stores, journal, { rules, now: 0, restores: false });
const now = (): number => Date.now() + 3_600_000;
const garbage = await openObjectGarbage({ home, processes, childrenOf, now, onStep: (step) => pass(step) });
await garbage.collect();
await garbage.close();
await storage.close();
process.stdout.write(`${pruned}\n`);
