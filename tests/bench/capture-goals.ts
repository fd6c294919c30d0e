import { benchFirstCapture, benchFullScan, benchRollback, benchShellStep } from './capture.ts';
import { besideFloor, withinMs, type Goal, type Measured } from './goal.ts';
import type { Figures } from './measure.ts';

/** A bench of captures tells its figures by name. */
type Told = Awaited<ReturnType<typeof benchFullScan>>;

/** @throws Error if the bench doesn't tell it */
function figure(told: Told, name: string): Figures {
  const found = told[name];
  if (typeof found !== 'object') throw new Error(`the bench of captures tells no ${name}`);
  return found;
}

const onlyTold = (measured: Measured): Measured => ({ ...measured, limits: [] });

const fullScan: Goal = {
  number: 6,
  what: 'the same by full scan (watcher off), 20k files',
  floor: 'one lstat walk of the folder',
  goal: '<= 1.5 walks',
  measure: async (folders) => {
    const told = await benchFullScan(folders.fresh('scan'));
    return [besideFloor('one file changed', figure(told, 'scans_ms'), figure(told, 'walks_ms'), 1.5)];
  },
};

const firstCapture: Goal = {
  number: 7,
  what: 'first capture, 20k files of 2 KB',
  floor: "one walk; shadow git's first `add -A`",
  goal: '<= 6 walks and <= 1/5 of git; event loop never blocked over 16 ms',
  measure: async (folders) => {
    const told = await benchFirstCapture(folders.fresh('first'), 5);
    const first = figure(told, 'first_ms');
    return [
      besideFloor('beside one walk', first, figure(told, 'walks_ms'), 6),
      besideFloor('beside shadow git', first, figure(told, 'git_ms'), 0.2),
      withinMs(
        'longest time without the event loop',
        figure(told, 'longest_gap_of_main_thread_ms'),
        16,
        'p99',
      ),
    ];
  },
};

const shellStep: Goal = {
  number: 8,
  what: 'checkpoint after a shell step that changed 500 of 20k files',
  floor: 'reading and hashing those 500',
  goal: '<= 3 x',
  measure: async (folders) => {
    const told = await benchShellStep(folders.fresh('shell'));
    const captures = figure(told, 'captures_ms');
    return [
      besideFloor('500 of 20k changed', captures, figure(told, 'reads_ms'), 3),
      onlyTold(besideFloor('beside one walk', captures, figure(told, 'walks_ms'), 0)),
    ];
  },
};

const rollback: Goal = {
  number: 9,
  what: 'rollback of 500 files in 20k',
  floor: 'writing those 500',
  goal: '<= 4 x',
  measure: async (folders) => {
    const told = await benchRollback(folders.fresh('rollback'));
    const rollbacks = figure(told, 'rollbacks_ms');
    return [
      besideFloor('beside writing them durably', rollbacks, figure(told, 'durable_ms'), 4),
      onlyTold(besideFloor('beside writing them plainly', rollbacks, figure(told, 'plain_ms'), 0)),
    ];
  },
};

export const captureGoals: readonly Goal[] = [fullScan, firstCapture, shellStep, rollback];
