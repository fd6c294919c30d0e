import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { RealTerminal } from '../support/real-terminal.ts';
import { memoryEarly, memoryLate } from './moments.ts';
import {
  measureLoad,
  residentMb,
  timeKeys,
  untilParsed,
  watchPlan,
  type EventWriter,
} from './screen-probe.ts';

const LOAD_MS = 5000;
const KEYS = 60;
const LONG = { steps: 1000, events: 36_000, checkpoints: 10_000 } as const;
const SHORT = { steps: 30, events: 100, checkpoints: 10 } as const;

/** A plan that another process writes to, watched: what 200 and 1,000 events a second cost, after little and after much. */
export async function benchLongPlan(folder: string): Promise<object> {
  return {
    short: await benchHistory(join(folder, 'short'), SHORT),
    long: { ...LONG, ...(await benchHistory(join(folder, 'long'), LONG)) },
  };
}

async function benchHistory(folder: string, history: typeof LONG | typeof SHORT): Promise<object> {
  return await watchPlan(folder, history, async ({ terminal, writer, begin }) => {
    await untilParsed(terminal, () => terminal.isAlternate && terminal.text.includes('? keys'));
    const first_frame_ms = Math.round(performance.now() - begin);
    const all = `${history.checkpoints} kept`;
    await untilParsed(terminal, () => terminal.text.includes(all));
    const caught_up_ms = Math.round(performance.now() - begin);
    const rates = await benchRates(terminal, writer, begin);
    return { first_frame_ms, caught_up_ms, ...rates };
  });
}

async function benchRates(terminal: RealTerminal, writer: EventWriter, begin: number): Promise<object> {
  const rss_mb_after_10_s = await memoryEarly(terminal, begin);
  terminal.press('gj');
  await wait(1000);
  const keys_ms = await timeKeys(terminal, KEYS);
  terminal.press('2g');
  await wait(500);
  const checkpoint_keys_ms = await timeKeys(terminal, KEYS);
  // Who moves among checkpoints looks at the past; what costs is what goes on.
  terminal.press('v1');
  const rates: Record<string, object> = {};
  for (const rate of [200, 1000]) {
    writer.setRate(rate);
    await wait(1000);
    const load = await measureLoad(terminal, LOAD_MS);
    rates[`at_${rate}_events_per_second`] = { ...load, keys_ms: await timeKeys(terminal, KEYS) };
  }
  const rss_mb = residentMb(terminal.pty.pid);
  writer.setRate(200);
  const late = await memoryLate(terminal);
  return { no_events: { keys_ms, checkpoint_keys_ms }, ...rates, rss_mb_after_10_s, rss_mb, ...late };
}
