import type { LiveLine, OutputSource } from '../../../../src/ports/output-source.ts';
import type { FeedListener, PlanFeed } from '../../../../src/ports/plan-feed.ts';
import { glyphsFor } from '../../../../src/tui/words/glyphs.ts';
import { ViewStore } from '../../../../src/tui/store/view-store.ts';
import { FakeTime } from '../../../support/fake-time.ts';

/** A feed whose listener a test calls itself. */
export class HandFeed implements PlanFeed {
  listener: FeedListener | null = null;

  get told(): FeedListener {
    if (!this.listener) throw new Error('the feed was not started');
    return this.listener;
  }
  start(listener: FeedListener): void {
    this.listener = listener;
  }
  stop(): Promise<void> {
    this.listener = null;
    return Promise.resolve();
  }
}

export const NO_OUTPUT: OutputSource = {
  follow: () => () => undefined,
  read: () => Promise.resolve<readonly LiveLine[]>([]),
};

export const UNICODE = glyphsFor('unicode', {});
export const ASCII = glyphsFor('ascii', {});

/** A store on a feed by hand, and how often it has told of a new view. */
export function openStore(
  rootId: string,
  feed: PlanFeed,
  { output = NO_OUTPUT, time = new FakeTime() }: { output?: OutputSource; time?: FakeTime } = {},
): { readonly store: ViewStore; readonly time: FakeTime; readonly told: () => number } {
  const store = new ViewStore({ feed, output, glyphs: UNICODE, rootId, schedule: time.schedule });
  let told = 0;
  store.subscribe(() => {
    told += 1;
  });
  store.start();
  return { store, time, told: () => told };
}
