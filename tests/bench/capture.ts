import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CaptureRequest, WorkspaceFiles } from '../../src/ports/workspace-files.ts';
import { ThreadedWorkspaceFiles } from '../../src/workspace/threaded-workspace-files.ts';
import { LIMITS } from '../support/captured-workspace.ts';
import { EVERYTHING, WorkspaceBench } from '../support/workspace-bench.ts';
import {
  makeFiles,
  readAndHash,
  sameRandom,
  ShadowGit,
  sourceText,
  walk,
  writeDurably,
  writePlainly,
} from './capture-floors.ts';
import { round, summarize, time, type Figures } from './measure.ts';

/** Of the built program: what takes types out of sources has no part in this. */
const THREAD = new URL('../../dist/workspace-thread.js', import.meta.url);
const FILES = 20_000;
const CHANGED = 500;
const FILE_BYTES = 2048;
/** Longer than the index mistrusts what was just written. */
const SETTLE_MS = 100;

interface Row {
  readonly what: string;
  readonly [figure: string]: string | number | Figures;
}

/** The rows, each beside its floors and peers. */
export async function benchCapture(folder: string): Promise<Row[]> {
  return [
    await benchFullScan(folder),
    await benchFirstCapture(folder),
    await benchShellStep(folder),
    await benchRollback(folder),
    ...(await benchCaptureMemory(folder)),
  ];
}

/** One file of 20,000 changed, found by looking at all of them; against one walk of the same thread's language. */
export async function benchFullScan(folder: string, rounds = 30): Promise<Row> {
  const { paths, work, files, request, close } = openBench(folder, 'scan');
  try {
    await files.capture(request);
    await settle();
    const [scans, walks]: [number[], number[]] = [[], []];
    for (let n = 0; n < rounds; n += 1) {
      walks.push(await time(() => walk(work)));
      writeFileSync(paths[n] as string, `round ${n}`);
      scans.push(await time(() => files.capture(request)));
    }
    return row('full scan, one of 20,000 changed', { scans, walks }, { scan_per_walk: ['scans', 'walks'] });
  } finally {
    await close();
  }
}

/** The first capture into a new home; against a walk, and the first `add -A` of a shadow repository. */
export async function benchFirstCapture(folder: string, rounds = 7): Promise<Row> {
  const own = join(folder, 'first');
  const work = join(own, 'work');
  makeFiles(work, FILES);
  const git = new ShadowGit(join(own, 'shadow'), work);
  const times = { first: [] as number[], walks: [] as number[], git: [] as number[] };
  const gaps: number[] = [];
  try {
    await settle();
    for (let n = 0; n < rounds; n += 1) {
      times.walks.push(await time(() => walk(work)));
      const home = newHome(own, `home-${n}`);
      const files = openFiles(home);
      // The thread and its database are there, as git's folder is made before its first `add`.
      await files.changes(null, null);
      const gap = watchGaps();
      times.first.push(await time(() => files.capture(requestFor(work))));
      gaps.push(gap());
      await files.close();
      rmSync(home, { recursive: true });
      git.reset();
      times.git.push(await time(() => git.snapshot()));
    }
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
  const made = row('first capture, 20,000 files of 2 KB', times, {
    first_per_walk: ['first', 'walks'],
    first_per_git: ['first', 'git'],
  });
  return { ...made, longest_gap_of_main_thread_ms: summarize(gaps) };
}

/** What a process takes that captures for the first time, and does nothing else; beside one that only walks. Linux only. */
export async function benchCaptureMemory(folder: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of [20_000, 100_000]) {
    const own = join(folder, `memory-${count}`);
    const work = join(own, 'work');
    makeFiles(work, count);
    const program = fileURLToPath(new URL('capture-program.ts', import.meta.url));
    const peak = (what: 'walk' | 'capture'): number => {
      const { stdout } = spawnSync(process.execPath, [program, what, work, newHome(own, what)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      return Math.round(Number(stdout) / 1024);
    };
    const [capture, walked] = [peak('capture'), peak('walk')];
    rows.push({
      what: `memory of a first capture of ${count} files`,
      peak_mb: capture,
      peak_of_a_walk_mb: walked,
      more_mb: capture - walked,
    });
    rmSync(own, { recursive: true });
  }
  return rows;
}

/** 500 of 20,000 files written; against reading and hashing those 500. */
export async function benchShellStep(folder: string, rounds = 15): Promise<Row> {
  const { paths, work, files, request, close } = openBench(folder, 'shell');
  const random = sameRandom(1);
  try {
    await files.capture({ ...request, watch: 'begin' });
    await settle();
    const times = { captures: [] as number[], reads: [] as number[], walks: [] as number[] };
    for (let n = 0; n < rounds; n += 1) {
      const changed = someOf(paths, n);
      writePlainly(changed, (at) => sourceText(`${n} ${at}`, FILE_BYTES, random));
      times.reads.push(await time(() => readAndHash(changed)));
      times.captures.push(await time(() => files.capture({ ...request, watch: 'trust' })));
      times.walks.push(await time(() => walk(work)));
    }
    return row('500 of 20,000 changed', times, {
      capture_per_read: ['captures', 'reads'],
      capture_per_walk: ['captures', 'walks'],
    });
  } finally {
    await close();
  }
}

/** A plan's 500 changed files of 20,000 put back by a whole rollback; against writing those 500, plainly and durably. */
export async function benchRollback(folder: string, rounds = 5): Promise<Row> {
  await using bench = await WorkspaceBench.create();
  const paths = makeFiles(bench.workspace, FILES);
  const beside = makeFiles(join(folder, 'beside'), CHANGED);
  const before = new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]));
  const app = bench.open();
  const random = sameRandom(2);
  const times = { rollbacks: [] as number[], plain: [] as number[], durable: [] as number[] };
  const staged = newHome(bench.root, 'staged');
  const text = (at: number): string => sourceText(`back ${at}`, FILE_BYTES, random);
  for (let n = 0; n < rounds; n += 1) {
    const changed = someOf(paths, n);
    for (const [at, path] of changed.entries())
      writeFileSync(join(staged, `${at}`), sourceText(path, FILE_BYTES, random));
    const list = join(bench.root, 'list');
    writeFileSync(list, changed.map((path) => `${path}\n`).join(''));
    const copies = `n=0; while read -r path; do cp ${staged}/$n "$path"; n=$((n+1)); done < ${list}`;
    const plan_id = await bench.store(app, [copies]);
    await bench.execute(app, plan_id);
    const target = (await bench.checkpoints(app, plan_id)).toSorted((a, b) => a.number - b.number)[0];
    if (!target) throw new Error('there is no checkpoint to go back to');
    const rollbacks = await app.rollbacks();
    await settle();
    times.plain.push(await time(() => writePlainly(beside, text)));
    times.durable.push(await time(() => writeDurably(beside, text)));
    times.rollbacks.push(
      await time(() => rollbacks.rollBack(plan_id, target.id, EVERYTHING, 'refuse', bench.options)),
    );
    for (const path of changed) {
      if (readFileSync(path, 'utf8') !== before.get(path)) throw new Error(`${path} did not go back`);
    }
  }
  rmSync(join(folder, 'beside'), { recursive: true });
  return row('rollback of 500 of 20,000 files', times, {
    rollback_per_plain_write: ['rollbacks', 'plain'],
    rollback_per_durable_write: ['rollbacks', 'durable'],
  });
}

interface Bench {
  readonly paths: readonly string[];
  readonly work: string;
  readonly files: WorkspaceFiles;
  readonly request: CaptureRequest;
  close(): Promise<void>;
}

function openBench(folder: string, name: string): Bench {
  const own = join(folder, name);
  const work = join(own, 'work');
  const paths = makeFiles(work, FILES);
  const files = openFiles(newHome(own, 'home'));
  const close = async (): Promise<void> => {
    await files.close();
    rmSync(own, { recursive: true });
  };
  return { paths, work, files, request: requestFor(work), close };
}

function openFiles(home: string): WorkspaceFiles {
  return new ThreadedWorkspaceFiles({ entry: THREAD, data: { home } });
}

function newHome(folder: string, name: string): string {
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  return home;
}

function requestFor(workspace: string): CaptureRequest {
  return { workspace, exclude: [], ignore: '', limits: LIMITS, keep: [] };
}

/** Spread over all folders. */
function someOf(paths: readonly string[], round: number): readonly string[] {
  const step = paths.length / CHANGED;
  return Array.from({ length: CHANGED }, (_, n) => paths[(n * step + round) % paths.length] as string);
}

/** What is stopped returns the longest time in which a timer of a millisecond did not come, milliseconds. */
function watchGaps(): () => number {
  let [last, longest] = [performance.now(), 0];
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  return () => {
    clearInterval(timer);
    return longest;
  };
}

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}

/** Ratios of the medians, and of the fastest: what another program did to one of two runs is not in that. */
function row<T extends string>(
  what: string,
  times: Readonly<Record<T, readonly number[]>>,
  ratios: Readonly<Record<string, readonly [T, T]>>,
): Row {
  const figures = Object.fromEntries(
    Object.entries<readonly number[]>(times).map(([name, all]) => [`${name}_ms`, summarize(all)]),
  );
  const made = Object.entries(ratios).flatMap(([name, [a, b]]) => [
    [name, round(summarize(times[a]).p50 / summarize(times[b]).p50)],
    [`${name}_of_fastest`, round(Math.min(...times[a]) / Math.min(...times[b]))],
  ]);
  return { what, ...figures, ...Object.fromEntries(made) };
}
