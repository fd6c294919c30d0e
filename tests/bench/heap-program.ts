// Prints the heap that a view of a plan takes while more and more happens: node --expose-gc heap-program.ts
import type { FeedListener } from '../../src/ports/plan-feed.ts';
import type { LiveLine } from '../../src/ports/output-source.ts';
import { LogLines } from '../../src/tui/detail/log-lines.ts';
import { ViewStore } from '../../src/tui/store/view-store.ts';
import { FakePlan, id, ROOT } from '../support/fake-plan.ts';
import { FakeTime } from '../support/fake-time.ts';
import { glyphsFor } from '../../src/tui/words/glyphs.ts';

const UNICODE = glyphsFor('unicode', {});
const ROUNDS = 5;
const EVENTS = 36_000;
const LINES = 200_000;
const CALL = id('CA');

const time = new FakeTime();
const plan = new FakePlan(time);
let onLines: (lines: readonly LiveLine[], dropped: number) => void = () => undefined;
let listener: FeedListener | null = null;
const store = new ViewStore({
  feed: {
    start: (one) => void (listener = one),
    stop: async () => undefined,
  },
  output: {
    follow: (_callId, on) => {
      onLines = on;
      return () => undefined;
    },
    read: async () => [],
  },
  glyphs: UNICODE,
  rootId: ROOT,
  schedule: time.schedule,
});
const log = new LogLines();
store.start();

function tell(): void {
  listener?.onEvents(plan.events.splice(0));
  time.advance(100);
  log.of(store.getView(), null, { timestamps: true, glyphs: UNICODE });
}

let seq = 0;
function add(text: string): void {
  seq += 1;
  const at = new Date(time.now()).toISOString();
  const payload = { text, step_id: 'T1' };
  plan.events.push({ type: 'note.added', plan_id: ROOT, root_plan_id: ROOT, seq, at, payload });
}

function heapMb(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 1e5) / 10;
}

plan.created('demo', ['T1', 'T2']).runs().begins('T1', { call: CALL });
seq = plan.events.length;
tell();
store.showOutput([CALL]);
const heaps = [heapMb()];
for (let round = 0; round < ROUNDS; round += 1) {
  for (let n = 0; n < EVENTS; n += 1) {
    add(`round ${round}, note ${n} of what was found`);
    if (n % 500 === 499) tell();
  }
  for (let n = 0; n < LINES; n += 500) {
    onLines(
      Array.from({ length: 500 }, (_, i) => ({ stream: 'stdout', text: `line ${n + i} of a build` })),
      0,
    );
    time.advance(100);
    log.of(store.getView(), null, { timestamps: true, glyphs: UNICODE });
  }
  heaps.push(heapMb());
}
await store.stop();
process.stdout.write(JSON.stringify({ events: EVENTS, lines: LINES, heap_mb_after_each_round: heaps }));
