import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openWorkspaceFiles } from '../../src/app/open-workspace-files.ts';
import { CheckpointService } from '../../src/checkpoints/checkpoint-service.ts';
import { FileRecorder } from '../../src/checkpoints/file-recorder.ts';
import { systemClock } from '../../src/host/system-clock.ts';
import { FixedSettings } from '../support/fixed-settings.ts';
import { contentOf, filledPath, type BenchFolders } from './bench-folders.ts';
import { BenchJournal } from './bench-journal.ts';
import { besideFloor, single, type Goal, type Measured } from './goal.ts';
import { round, summarize, time, type Figures } from './measure.ts';
import { AGENTS, residentMb } from './screen-probe.ts';
import { ShadowGit } from './shadow-git.ts';

const ROUNDS = 100;
/** Rounds beyond which a folder takes no new one once it has taken so long. */
const FEWEST = 6;
const LONGEST_MS = 20_000;
/** Shadow git takes seconds in the large folders. */
const ROUNDS_A_GIT = { 1000: 5, 20_000: 10, 100_000: 20 } as const;

const P99_MS = 25;

interface FileCheckpoints {
  readonly changed: Figures;
  readonly unchanged: Figures;
  readonly git: Figures;
}

/** Checkpoints of state and files in a folder in which one file changes each time, and shadow git after some of the changes. */
async function measureFileCheckpoints(
  folders: BenchFolders,
  files: keyof typeof ROUNDS_A_GIT,
): Promise<FileCheckpoints> {
  const workspace = folders.filled(files);
  const home = folders.fresh('file-checkpoints');
  await using plan = await BenchJournal.open(home, 'full', 0, workspace);
  const captured = openWorkspaceFiles(home);
  try {
    const settings = new FixedSettings();
    const recorder = new FileRecorder({
      files: captured,
      blobs: plan.storage.blobs,
      settings,
      workspace,
      lastTree: null,
    });
    const noWindow = { holder: null, between: <T>(body: () => Promise<T>): Promise<T> => body() };
    const service = new CheckpointService(plan.journal, settings, systemClock, noWindow, recorder);
    const take = (): Promise<void> => service.fire('on_tool_write_complete', { planId: plan.planId });
    await take();
    const shadow = new ShadowGit(folders, workspace);
    shadow.prepare();
    const times = { changed: [] as number[], unchanged: [] as number[], git: [] as number[] };
    const begin = performance.now();
    for (let n = 0; n < ROUNDS && (n < FEWEST || performance.now() - begin < LONGEST_MS); n += 1) {
      const which = (n * 7919) % files;
      writeFileSync(join(workspace, filledPath(which)), contentOf(which, n + 1));
      times.changed.push(await time(take));
      times.unchanged.push(await time(take));
      if (n < 3 || n % ROUNDS_A_GIT[files] === 0) times.git.push(await time(() => shadow.checkpoint()));
    }
    return {
      changed: summarize(times.changed),
      unchanged: summarize(times.unchanged),
      git: summarize(times.git),
    };
  } finally {
    await captured.close();
  }
}

const fileCheckpoint: Goal = {
  number: 5,
  what: 'checkpoint of state and files, one file changed, in folders of 1k / 20k / 100k files',
  floor: 'shadow git: `add -A` and `write-tree` in the same folder',
  goal: '<= 1/20 at 20k, <= 1/100 at 100k; 100k/1k <= 1.5; p99 <= 25 ms; nothing changed: <= the same',
  measure: async (folders) => {
    const [small, middle, large] = [
      await measureFileCheckpoints(folders, 1000),
      await measureFileCheckpoints(folders, 20_000),
      await measureFileCheckpoints(folders, 100_000),
    ];
    return [
      { ...besideFloor('1k files', small.changed, small.git, 0), limits: [late(small.changed)] },
      alsoLate(besideFloor('20k files', middle.changed, middle.git, 0.05)),
      alsoLate(besideFloor('100k files', large.changed, large.git, 0.01)),
      besideFloor('100k beside 1k', large.changed, small.changed, 1.5),
      {
        ...besideFloor('1k files, nothing changed', small.unchanged, small.git, 0),
        limits: [late(small.unchanged)],
      },
      alsoLate(besideFloor('20k files, nothing changed', middle.unchanged, middle.git, 0.05)),
      alsoLate(besideFloor('100k files, nothing changed', large.unchanged, large.git, 0.01)),
      besideFloor('100k beside 1k, nothing changed', large.unchanged, small.unchanged, 1.5),
    ];
  },
};

const late = ({ p99 }: Figures): Measured['limits'][number] => ({ of: 'ms p99', is: p99, atMost: P99_MS });

const alsoLate = (measured: Measured): Measured => ({
  ...measured,
  limits: [...measured.limits, late(measured.value)],
});

const WAIT_MS = 60_000;
const LOOK_MS = 50;
const SETTLE_MS = 1500;

/** A step that writes, so that all files are captured, and one that waits while somebody looks. */
const WAITING_PLAN = `name: waiting
steps:
  - run: 'true'
  - { run: 'touch "$BENCH_MARK" && while [ ! -e "$BENCH_MARK.stop" ]; do sleep 0.1; done', effect: read }
`;

/** Resident megabytes of the process that runs a plan in a folder, once everything in it was captured. */
async function runningMegabytes(folders: BenchFolders, workspace: string): Promise<number> {
  const own = folders.fresh('memory');
  const [mark, file] = [join(own, 'mark'), join(own, 'waiting.plan.yaml')];
  writeFileSync(file, WAITING_PLAN);
  const env = { ...folders.env(join(own, 'home')), BENCH_MARK: mark };
  const child = spawn(process.execPath, [AGENTS, 'plan', 'run', file, '-C', workspace, '--quiet'], {
    env,
    cwd: own,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    const limit = Date.now() + WAIT_MS;
    while (!existsSync(mark)) {
      if (child.exitCode !== null || Date.now() > limit)
        throw new Error('the waiting plan never came to wait');
      await wait(LOOK_MS);
    }
    await wait(SETTLE_MS);
    return megabytesOf(child.pid as number);
  } finally {
    writeFileSync(`${mark}.stop`, '');
    await ended;
  }
}

/** Of the process and those below it that are the program too. */
function megabytesOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  const own = children.filter((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes(AGENTS));
  return [pid, ...own.map(Number)].reduce((sum, one) => sum + residentMb(one), 0);
}

const memory: Goal = {
  number: 13,
  what: 'memory of the process that runs a plan in a folder of 100k files',
  floor: 'the same plan in a folder of 10 files',
  goal: '<= 150 MB more',
  measure: async (folders) => {
    const [few, many] = [folders.filled(10), folders.filled(100_000)];
    const [without, with100k]: [number[], number[]] = [[], []];
    for (let n = 0; n < 2; n += 1) {
      without.push(await runningMegabytes(folders, few));
      with100k.push(await runningMegabytes(folders, many));
    }
    const [value, floor] = [summarize(with100k), summarize(without)];
    const is = round(value.p50 - floor.p50);
    const more = { name: 'more', unit: 'MB', value: single(is), floor: null };
    return [
      { name: '100k files', unit: 'MB', value, floor, limits: [] },
      { ...more, limits: [{ of: 'MB', is, atMost: 150 }] },
    ];
  },
};

export const fileCheckpointGoals: readonly Goal[] = [fileCheckpoint, memory];
