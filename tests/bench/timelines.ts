import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { RealTerminal } from '../support/real-terminal.ts';
import { benchMoments } from './moments.ts';
import { round, summarize, type Figures } from './measure.ts';
import {
  measureLoad,
  residentMb,
  timeKey,
  timeKeys,
  untilParsed,
  watchPlan,
  type EventWriter,
} from './screen-probe.ts';

const KEYS = 40;
const ENDS = 10;
const LOAD_MS = 5000;
/** Most of the events of the second one are checkpoints: writing them is what takes the time. */
const TIMELINES = [
  { steps: 1000, events: 36_000, checkpoints: 10_000 },
  { steps: 1000, events: 110_000, checkpoints: 100_000 },
] as const;

/** A plan with very many checkpoints, watched: what moving among them costs, at rest and while more happens. */
export async function benchTimelines(folder: string): Promise<object[]> {
  const results: object[] = [];
  for (const timeline of TIMELINES) results.push({ ...timeline, ...(await benchTimeline(folder, timeline)) });
  return results;
}

async function benchTimeline(folder: string, timeline: (typeof TIMELINES)[number]): Promise<object> {
  const own = join(folder, `timeline-${timeline.checkpoints}`);
  return await watchPlan(own, timeline, async ({ terminal, writer, begin }) => {
    await untilParsed(terminal, () => terminal.text.includes(`${timeline.checkpoints} kept`));
    const caught_up_ms = Math.round(performance.now() - begin);
    return { caught_up_ms, ...(await benchMoving(terminal, writer)), rss_mb: residentMb(terminal.pty.pid) };
  });
}

async function benchMoving(terminal: RealTerminal, writer: EventWriter): Promise<object> {
  await wait(1000);
  terminal.press('gj');
  await wait(1000);
  const plan_keys_ms = await timeKeys(terminal, KEYS);
  terminal.press('2g');
  await wait(1000);
  const keys_ms = await timeKeys(terminal, KEYS);
  const ends_ms = await timeEnds(terminal);
  const chunk_of_20_ms = await timeChunk(terminal);
  terminal.press('1');
  await wait(500);
  const moments_on_plan = await benchMoments(terminal);
  terminal.press('2');
  await wait(500);
  const moments_on_checkpoints = await benchMoments(terminal);
  // Moving shows the past: back to what goes on.
  terminal.press('v');
  writer.setRate(200);
  await wait(1000);
  const load = await measureLoad(terminal, LOAD_MS);
  const live = { ...load, keys_ms: await timeKeys(terminal, KEYS) };
  const moments = { on_plan: moments_on_plan, on_checkpoints: moments_on_checkpoints };
  return { plan_keys_ms, keys_ms, ends_ms, chunk_of_20_ms, moments, at_200_events_per_second: live };
}

/** To the oldest and to the newest one. */
async function timeEnds(terminal: RealTerminal): Promise<Figures> {
  const times: number[] = [];
  for (let n = 0; n < ENDS; n += 1) {
    times.push(await timeKey(terminal, n % 2 === 0 ? 'G' : 'g'));
    await wait(150);
  }
  return summarize(times);
}

/** As when a key is held down, and the terminal sends what it has at once. */
async function timeChunk(terminal: RealTerminal): Promise<number> {
  const begin = performance.now();
  const moved = untilParsed(terminal, () => / 2\d of /.test(terminal.text));
  terminal.press('j'.repeat(20));
  await moved;
  return round(performance.now() - begin);
}
