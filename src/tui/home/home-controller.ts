import { toErrorValue, type ErrorValue } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HomeSource } from '../../ports/home-source.ts';
import type { KeyPress } from '../keys/key-press.ts';
import { memoLast } from '../screens/memo-last.ts';
import type { ScreenSize } from '../shell/screen-output.ts';
import type { Schedule } from '../shell/shell-controller.ts';
import type { Pointed } from '../ui/pointed.ts';
import { homeItems } from './home-items.ts';
import { homeLayout } from './home-layout.ts';
import type { HomeOrder } from './home-order.ts';
import { placeSelection } from './home-moving.ts';
import type { HomeData, HomeKnown } from './home-data.ts';
import { INITIAL_HOME, type HomeModel, type HomeUi } from './home-state.ts';
import type { HomeEffect, HomeEvent, HomeInputEvent } from './home-step.ts';
import { stepHome } from './step-home.ts';

export interface HomeControllerDeps {
  readonly source: HomeSource;
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly size: ScreenSize;
  /** What has been read already. */
  readonly known: HomeKnown | null;
  /** How the screen is at first. */
  readonly initial: Partial<HomeUi>;
  readonly runEffects: (effects: readonly HomeEffect[]) => void;
}

/** How often ages are shown anew. */
const TICK_MS = 10_000;
const TOAST_MS = 5000;

/** Holds what the person sees: feeds keys, news and time to the pure machine and says when there is a new frame. */
export class HomeController implements Disposable {
  readonly #deps: HomeControllerDeps;
  readonly #listeners = new Set<() => void>();
  readonly #unwatch: () => void;
  #data: HomeData;
  #ui: HomeUi;
  #size: ScreenSize;
  #now: number;
  #model: HomeModel;
  #isReading = false;
  #isStale = false;
  #cancelTick: (() => void) | null = null;
  #cancelToast: (() => void) | null = null;
  #isClosed = false;

  constructor(deps: HomeControllerDeps) {
    this.#deps = deps;
    this.#data = { folder: deps.source.folder, plans: null, documents: null, fault: null, ...deps.known };
    this.#ui = { ...INITIAL_HOME, ...deps.initial };
    this.#size = deps.size;
    this.#now = deps.clock.now();
    this.#model = this.#settle();
    this.#unwatch = deps.source.watch({
      onChange: () => this.refresh(),
      onFault: (fault) => this.#learn({ fault }),
    });
    this.refresh();
  }

  readonly getModel = (): HomeModel => this.#model;
  readonly subscribe = (onChange: () => void): (() => void) => {
    this.#listeners.add(onChange);
    return () => void this.#listeners.delete(onChange);
  };

  /** The keys of one chunk: one frame. */
  press(presses: readonly KeyPress[]): void {
    this.#step(presses);
  }
  /** What the mouse did at once: one frame. */
  point(pointed: readonly Pointed[]): void {
    this.#step(pointed);
  }
  send(event: HomeEvent): void {
    this.#step([event]);
  }
  resize(size: ScreenSize): void {
    this.#size = size;
    this.#step([{ kind: 'changed' }]);
  }

  /** Reads what there is now; what is asked for meanwhile is read once more afterwards. */
  refresh(): void {
    this.#isStale = true;
    if (!this.#isReading) void this.#read();
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#unwatch();
    this.#cancelTick?.();
    this.#cancelToast?.();
    this.#listeners.clear();
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    while (this.#isStale && !this.#isClosed) {
      this.#isStale = false;
      await this.#readPlans();
      await this.#readDocuments();
    }
    this.#isReading = false;
  }

  async #readPlans(): Promise<void> {
    const { everywhere } = this.#ui;
    try {
      const plans = await this.#deps.source.plans(everywhere);
      // Of other folders than are asked for by now: they are read again at once.
      if (everywhere === this.#ui.everywhere) this.#learn({ plans, fault: null });
    } catch (thrown) {
      this.#learn({ fault: toErrorValue(thrown) });
    }
  }

  async #readDocuments(): Promise<void> {
    try {
      this.#learn({ documents: await this.#deps.source.documents() });
    } catch (thrown) {
      this.#learn({ fault: toErrorValue(thrown) });
    }
  }

  #learn(news: Partial<HomeData> & { readonly fault?: ErrorValue | null }): void {
    if (this.#isClosed) return;
    this.#data = { ...this.#data, ...news };
    this.#now = this.#deps.clock.now();
    this.#step([{ kind: 'changed' }]);
  }

  #step(inputs: readonly HomeInputEvent[]): void {
    if (this.#isClosed) return;
    const before = this.#model;
    const effects: HomeEffect[] = [];
    for (const input of inputs) {
      const step = stepHome(this.#ui, input, this.#model);
      this.#ui = step.ui;
      effects.push(...step.effects);
      this.#model = this.#settle();
    }
    this.#keepTime(before.ui);
    if (!isSame(before, this.#model)) for (const listener of this.#listeners) listener();
    if (effects.length > 0) this.#deps.runEffects(effects);
  }

  /** What is there may have changed: the selection goes where it belongs then. */
  #settle(): HomeModel {
    const model = this.#derive();
    // Before the plans are known, a selection would jump when they come.
    if (this.#data.plans === null) return model;
    this.#ui = placeSelection(this.#ui, model.items, model.layout);
    return this.#derive();
  }

  #derive(): HomeModel {
    const { plans, documents } = this.#data;
    const { filter, order, everywhere } = this.#ui;
    const items = this.#items(plans, documents, filter, order, everywhere);
    const layout = this.#layout(
      this.#size.columns,
      this.#size.rows,
      documents?.length ?? 0,
      plans?.items.length === 0,
    );
    return { data: this.#data, ui: this.#ui, items, layout, now: this.#now };
  }

  readonly #items = memoLast(
    (
      plans: HomeData['plans'],
      documents: HomeData['documents'],
      filter: string,
      order: HomeOrder,
      everywhere: boolean,
    ) => homeItems({ plans, documents }, { filter, order, everywhere }),
  );
  readonly #layout = memoLast(homeLayout);

  /** One timer for the ages, one for the toast; none where there is nothing to show. */
  #keepTime(before: HomeUi): void {
    const hasAges = this.#model.items.plans.length > 0;
    if (hasAges) this.#cancelTick ??= this.#deps.schedule(TICK_MS, () => this.#tick());
    if (before.toast === this.#ui.toast) return;
    this.#cancelToast?.();
    this.#cancelToast =
      this.#ui.toast && this.#deps.schedule(TOAST_MS, () => this.send({ kind: 'toast-expired' }));
  }

  #tick(): void {
    this.#cancelTick = null;
    this.#now = this.#deps.clock.now();
    this.#step([{ kind: 'changed' }]);
  }
}

function isSame(a: HomeModel, b: HomeModel): boolean {
  return a.data === b.data && a.ui === b.ui && a.layout === b.layout && a.now === b.now;
}
