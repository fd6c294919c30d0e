import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PlanEvent } from '../../../src/domain/plan-event.ts';
import { KEPT_SEGMENTS, liveFolder, SEGMENT_BYTES } from '../../../src/host/live-output-format.ts';
import { FileOutputSource } from '../../../src/host/live-output-source.ts';
import { LiveOutputTail } from '../../../src/host/live-output-tail.ts';
import { LiveOutputWriter } from '../../../src/host/live-output-writer.ts';
import { systemClock } from '../../../src/host/system-clock.ts';
import type { LiveLine } from '../../../src/ports/output-source.ts';

let home: string;
let folder: string;
let writer: LiveOutputWriter;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'agents-live-'));
  folder = liveFolder(home, 'plan');
  writer = new LiveOutputWriter(folder);
});
afterEach(async () => {
  await writer.close();
  rmSync(home, { recursive: true });
});

const say = (text: string, stream: LiveLine['stream'] = 'stdout', call_id = 'call'): void =>
  writer.onOutput({ plan_id: 'plan', step_id: 'step', call_id, stream, text });
const end = (call_id = 'call', type = 'tool.completed'): void =>
  writer.onEvent({ type, payload: { call_id } } as PlanEvent);

/** Reads until `count` lines have been told or dropped. */
async function readLines(
  tail: LiveOutputTail,
  count: number,
): Promise<{ lines: LiveLine[]; dropped: number }> {
  const all = { lines: [] as LiveLine[], dropped: 0 };
  await vi.waitFor(async () => {
    const { lines, dropped } = await tail.read();
    all.lines.push(...lines);
    all.dropped += dropped;
    expect(all.lines.length + all.dropped).toBeGreaterThanOrEqual(count);
  }, 5000);
  return all;
}

describe('Given a tool that talks and a watcher in another process', () => {
  it('When lines are said, Then the watcher reads them in order with their stream', async () => {
    const tail = new LiveOutputTail(folder, 'call');
    expect(await tail.read()).toEqual({ lines: [], dropped: 0 });
    say('one');
    say('två \u{1F600}', 'stderr');
    say('');
    say('another call', 'stdout', 'other');
    expect((await readLines(tail, 3)).lines).toEqual([
      { stream: 'stdout', text: 'one' },
      { stream: 'stderr', text: 'två \u{1F600}' },
      { stream: 'stdout', text: '' },
    ]);
    say('more');
    expect((await readLines(tail, 1)).lines).toEqual([{ stream: 'stdout', text: 'more' }]);
  });

  it('When it says more than is kept, Then the watcher gets the last lines and the number of the others', async () => {
    const text = 'x'.repeat(64 * 1024);
    const count = (SEGMENT_BYTES / text.length) * (KEPT_SEGMENTS + 2);
    const tail = new LiveOutputTail(folder, 'call');
    const segments = (): string[] => readdirSync(folder).sort();
    for (let index = 0; index < count; index += 1) {
      say(`${index} ${text}`);
      const size = (): number => segments().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
      // One at a time, so that each goes out by itself and segments end where they should.
      await vi.waitFor(() => expect(size()).toBeGreaterThan(0));
      await writer.settled();
    }
    expect(segments()).toHaveLength(KEPT_SEGMENTS);
    const { lines, dropped } = await readLines(tail, count);
    expect(lines.length + dropped).toBe(count);
    expect(dropped).toBeGreaterThan(0);
    expect(lines.map((line) => Number(line.text.split(' ')[0]))).toEqual(
      Array.from({ length: lines.length }, (_, index) => index + dropped),
    );
  });

  it('When segments vanish under a slow watcher, Then it goes on with the oldest that is there', async () => {
    const tail = new LiveOutputTail(folder, 'call');
    say('first');
    expect((await readLines(tail, 1)).lines).toHaveLength(1);
    await writer.settled();
    rmSync(join(folder, 'call.0.log'));
    writeFileSync(join(folder, 'call.3.log'), '#10\neeleventh\nohalf');
    expect(await tail.read()).toEqual({ lines: [{ stream: 'stderr', text: 'eleventh' }], dropped: 9 });
    writeFileSync(join(folder, 'call.3.log'), '#10\neeleventh\nohalf and whole\n');
    expect(await tail.read()).toEqual({ lines: [{ stream: 'stdout', text: 'half and whole' }], dropped: 0 });
  });

  it.each(['tool.completed', 'tool.failed'])('When the call ends by %s, Then its file goes', async (type) => {
    say('words');
    await writer.settled();
    expect(readdirSync(folder)).toEqual(['call.0.log']);
    end('unknown');
    end('call', 'step.started');
    end('call', type);
    await writer.settled();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('When the run ends, Then nothing is left, and what an earlier run left is gone with the next', async () => {
    say('words');
    await writer.close();
    expect(readdirSync(join(home, 'live'))).toEqual([]);
    const left = new LiveOutputWriter(folder);
    left.onOutput({ plan_id: 'plan', step_id: 's', call_id: 'old', stream: 'stdout', text: 'left' });
    await left.settled();
    expect(readdirSync(folder)).toEqual(['old.0.log']);
    const next = new LiveOutputWriter(folder);
    await next.settled();
    expect(readdirSync(folder)).toEqual([]);
    await next.close();
  });

  it('When the folder cannot be written, Then the run goes on without live output', async () => {
    writeFileSync(join(home, 'file'), '');
    const blocked = new LiveOutputWriter(join(home, 'file', 'live'));
    await blocked.settled();
    blocked.onOutput({ plan_id: 'plan', step_id: 's', call_id: 'c', stream: 'stdout', text: 'x' });
    await blocked.close();
    expect(blocked.failure).toMatchObject({ code: 'ENOTDIR' });
  });

  it('When more is said than the disk takes, Then the memory stays bounded and the rest counts as dropped', async () => {
    const text = 'y'.repeat(1024 * 1024);
    for (let index = 0; index < 10; index += 1) say(text);
    await writer.settled();
    say('last');
    const { lines, dropped } = await readLines(new LiveOutputTail(folder, 'call'), 11);
    expect(lines.at(-1)).toEqual({ stream: 'stdout', text: 'last' });
    expect(lines.length + dropped).toBe(11);
    expect(dropped).toBeGreaterThan(0);
  });

  it('When the folder turns out to be no folder, Then reading says so', async () => {
    writeFileSync(join(home, 'flat'), '');
    await expect(new LiveOutputTail(join(home, 'flat'), 'call').read()).rejects.toMatchObject({
      code: 'ENOTDIR',
    });
  });
});

describe('Given the source that screens use', () => {
  const blobs = {
    put: () => Promise.reject(new Error('not here')),
    has: () => Promise.resolve(true),
    get: (ref: string) => Promise.resolve(Buffer.from(`log of ${ref}\nsecond`)),
  };

  it('When a call is followed, Then its lines come until one lets go', async () => {
    const source = new FileOutputSource(folder, blobs, systemClock);
    const heard: string[] = [];
    const off = source.follow('call', (lines, dropped) =>
      heard.push(...lines.map(({ text }) => `${dropped} ${text}`)),
    );
    say('one');
    await vi.waitFor(() => expect(heard).toEqual(['0 one']));
    off();
    say('two');
    await writer.settled();
    const again = Promise.withResolvers<readonly LiveLine[]>();
    const offAgain = source.follow('call', (lines) => again.resolve(lines));
    expect((await again.promise).map(({ text }) => text)).toEqual(['one', 'two']);
    offAgain();
    expect(heard).toEqual(['0 one']);
  });

  it('When an ended call is asked for, Then its stored log comes line by line', async () => {
    const source = new FileOutputSource(folder, blobs, systemClock);
    const log = { ref: 'sha256:1', media: 'text', bytes: 9, preview: '' } as const;
    expect((await source.read(log)).map(({ text }) => text)).toEqual(['log of sha256:1', 'second']);
  });

  it('When the folder cannot be read, Then it looks again', async () => {
    writeFileSync(join(home, 'flat'), '');
    let looks = 0;
    const off = Promise.withResolvers<void>();
    const clock = {
      now: () => 0,
      elapsed: () => 0,
      sleep: () => {
        looks += 1;
        if (looks === 3) off.resolve();
        return looks < 4 ? Promise.resolve() : new Promise<void>(() => undefined);
      },
    };
    const stop = new FileOutputSource(join(home, 'flat'), blobs, clock).follow('call', () => undefined);
    await off.promise;
    stop();
    expect(looks).toBeGreaterThanOrEqual(3);
  });
});
