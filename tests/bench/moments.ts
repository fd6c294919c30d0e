import { setTimeout as wait } from 'node:timers/promises';
import type { RealTerminal } from '../support/real-terminal.ts';
import { summarize, type Figures } from './measure.ts';
import { residentMb, untilParsed } from './screen-probe.ts';

const TIMES = 20;
const FILTER = 'step-99';
const ESC = '\u001B';
/** After a lone Esc the rest of a sequence is waited for. */
const PAUSE_MS = 80;

/** What opens with one key, and what the screen says then. */
const OPENED = { help: ['?', /Keys ━/], dialog: ['T', /━ Triggers ━/] } as const;

/** From one key to the screen that shows what it opens, or to a list with one letter more in its filter. */
export async function benchMoments(terminal: RealTerminal): Promise<object> {
  return {
    help_ms: await timeOpening(terminal, ...OPENED.help),
    dialog_ms: await timeOpening(terminal, ...OPENED.dialog),
    filter_keystroke_ms: await timeFilter(terminal),
  };
}

async function timeOpening(terminal: RealTerminal, key: string, sign: RegExp): Promise<Figures> {
  const times: number[] = [];
  for (let n = 0; n < TIMES; n += 1) {
    times.push(await timeUntil(terminal, key, () => sign.test(terminal.text)));
    await timeUntil(terminal, ESC, () => !sign.test(terminal.text));
    await wait(PAUSE_MS);
  }
  return summarize(times);
}

async function timeFilter(terminal: RealTerminal): Promise<Figures> {
  const times: number[] = [];
  for (let n = 0; n * FILTER.length < TIMES; n += 1) {
    await timeUntil(terminal, '/', () => terminal.text.includes('█'));
    for (const [at, letter] of Array.from(FILTER).entries()) {
      const typed = `${FILTER.slice(0, at + 1)}█`;
      times.push(await timeUntil(terminal, letter, () => terminal.text.includes(typed)));
      await wait(PAUSE_MS);
    }
    await timeUntil(terminal, ESC, () => !terminal.text.includes('█'));
    await wait(PAUSE_MS);
  }
  return summarize(times);
}

async function timeUntil(terminal: RealTerminal, key: string, isTrue: () => boolean): Promise<number> {
  const begin = performance.now();
  const shown = untilParsed(terminal, isTrue);
  terminal.press(key);
  await shown;
  return performance.now() - begin;
}

const EARLY_MS = 10_000;
const MINUTE_MS = 60_000;

/** Memory ten seconds after the screen was opened. @param begin of `performance.now()` */
export async function memoryEarly(terminal: RealTerminal, begin: number): Promise<number> {
  await wait(Math.max(0, begin + EARLY_MS - performance.now()));
  return residentMb(terminal.pty.pid);
}

/** Memory after `BENCH_MINUTES` more; null: that isn't asked for. */
export async function memoryLate(terminal: RealTerminal): Promise<object> {
  const minutes = Number(process.env['BENCH_MINUTES'] ?? 0);
  if (minutes === 0) return {};
  await wait(minutes * MINUTE_MS);
  return { [`rss_mb_after_${minutes}_minutes`]: residentMb(terminal.pty.pid) };
}
