import { runStateOf } from '../../domain/plan-state.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KeyPress } from '../keys/key-press.ts';
import { ScreenModels, type ScreenModel } from '../screens/screen-model.ts';
import type { ScreenSize } from './screen-output.ts';
import type { FileHistory } from '../../ports/file-history.ts';
import type { ScreenRollbacks } from './rollback-runner.ts';
import { FileReads } from './file-reads.ts';
import { SnapshotCache, type SnapshotSource } from './snapshot-cache.ts';
import type { PlanView } from '../store/plan-view.ts';
import type { ViewStore } from '../store/view-store.ts';
import type { Pointed } from '../ui/pointed.ts';
import { stepUi } from '../ui/step-ui.ts';
import { INITIAL_UI, type UiState } from '../ui/ui-state.ts';
import type { Effect, UiContext, UiEvent, UiInputEvent } from '../ui/ui-step.ts';
import { ViewNews } from './view-news.ts';
import type { Glyphs } from '../words/glyphs.ts';

/** Runs `run` once in `ms`; returns what prevents it. */
export type Schedule = (ms: number, run: () => void) => () => void;

export interface ControllerDeps {
  readonly store: ViewStore;
  readonly snapshots: SnapshotSource;
  readonly files: FileHistory;
  readonly rollbacks: () => Promise<Pick<ScreenRollbacks, 'diff'>>;
  readonly glyphs: Glyphs;
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly size: ScreenSize;
  /** Percent of the columns that the plan has beside the other panes. */
  readonly sideWidth: number;
  /** null: as the feed says. */
  readonly ownsRun: boolean | null;
  /** How the screen is at first, beside what it always is. */
  readonly initial: Partial<UiState>;
  readonly runEffects: (effects: readonly Effect[]) => void;
  /** Something that a person who looks elsewhere wants to hear of. */
  readonly onNotice: (text: string) => void;
}

const TICK_MS = 1000;
/** At rest only the ages of checkpoints grow. */
const REST_TICK_MS = 10_000;
const TOAST_MS = 5000;
/** A step may change what is on the screen, which may move a selection, which may change the detail. */
const SETTLING_STEPS = 4;

/** Holds what the person sees: feeds keys, news and time to the pure machine and says when there is a new frame. */
export class ShellController implements Disposable {
  readonly #deps: ControllerDeps;
  readonly #models: ScreenModels;
  readonly #news: ViewNews;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: () => void;
  #ui: UiState;
  #size: ScreenSize;
  #shownAt: number;
  readonly #closed = new AbortController();
  #pastRead = 0;
  /** Keys of the same chunk are still to come: what lies between is never seen. */
  #isPassing = false;
  /** Something that was asked for meanwhile wasn't read. */
  #hasPassed = false;
  #model: ScreenModel;
  #cancelTick: (() => void) | null = null;
  #period: number | null = null;
  #cancelToast: (() => void) | null = null;
  #isClosed = false;

  constructor(deps: ControllerDeps) {
    this.#deps = deps;
    this.#ui = { ...INITIAL_UI, ...deps.initial };
    this.#size = deps.size;
    this.#shownAt = deps.clock.now();
    const isPassing = (): boolean => {
      this.#hasPassed ||= this.#isPassing;
      return this.#isPassing;
    };
    const onRead = (): void => {
      this.#pastRead += 1;
      this.#step([{ kind: 'view-changed' }]);
    };
    const { get: snapshot, treeAt } = new SnapshotCache(deps.snapshots, onRead, isPassing);
    const { rootId } = deps.store.getView();
    const { signal } = this.#closed;
    const { files: history, rollbacks } = deps;
    const files = new FileReads({ files: history, rollbacks, rootId, onRead, isPassing, signal });
    this.#models = new ScreenModels(deps.glyphs, { snapshot, treeAt, files }, deps.sideWidth);
    this.#news = new ViewNews(deps.glyphs);
    this.#model = this.#derive();
    this.#unsubscribe = deps.store.subscribe(() => this.#onView());
    this.#onView();
  }

  readonly getModel = (): ScreenModel => this.#model;
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
  send(event: UiEvent): void {
    this.#step([event]);
  }
  resize(size: ScreenSize): void {
    this.#size = size;
    this.#step([{ kind: 'resized' }]);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#closed.abort();
    this.#unsubscribe();
    this.#cancelTick?.();
    this.#cancelToast?.();
    this.#listeners.clear();
  }

  #onView(): void {
    const { events, notice } = this.#news.of(this.#deps.store.getView());
    // The time is shown anew with the tick; in between only when it is late.
    if (Math.abs(this.#deps.clock.now() - this.#shownAt) >= TICK_MS) this.#shownAt = this.#deps.clock.now();
    this.#step([{ kind: 'view-changed' }, ...events]);
    if (notice !== null && this.#ui.notify) this.#deps.onNotice(notice);
  }

  #step(inputs: readonly UiInputEvent[]): void {
    if (this.#isClosed) return;
    const before = this.#model;
    const effects: Effect[] = [];
    for (const [index, input] of inputs.entries()) {
      this.#isPassing = inputs.length > 1;
      this.#model = this.#derive();
      this.#isPassing = index < inputs.length - 1;
      this.#apply(input, effects);
      this.#settle(effects);
    }
    if (this.#hasPassed) this.#pastRead += 1;
    this.#hasPassed = false;
    this.#model = this.#derive();
    this.#keepTime(before.ui);
    if (!isSameModel(before, this.#model)) this.#tellChanged();
    if (effects.length > 0) this.#deps.runEffects(effects);
  }

  #apply(input: UiInputEvent, effects: Effect[]): void {
    const step = stepUi(this.#ui, input, this.#context());
    this.#ui = step.state;
    effects.push(...step.effects);
  }

  /** Lets selections and places follow what the last step changed on the screen. */
  #settle(effects: Effect[]): void {
    for (let round = 0; round < SETTLING_STEPS; round += 1) {
      const before = this.#model;
      this.#model = this.#derive();
      if (isSameContent(before, this.#model)) return;
      this.#apply({ kind: 'view-changed' }, effects);
    }
  }

  #derive(): ScreenModel {
    return this.#models.derive({
      view: this.#deps.store.getView(),
      ui: this.#ui,
      size: this.#size,
      now: this.#shownAt,
      pastRead: this.#pastRead,
    });
  }

  #context(): UiContext {
    const { layout, ...model } = this.#model;
    const { view, shown, treeRows, checkpointRows, detailLines, detailText, patchLines } = model;
    const ownsRun = this.#deps.ownsRun ?? (view.runner.kind === 'running' && view.runner.ours);
    const now = this.#deps.clock.now();
    const rows = { treeRows, checkpointRows, detailLines, detailText, patchLines };
    return { view, shown, ...rows, layout, ownsRun, now };
  }

  #tellChanged(): void {
    this.#deps.store.showOutput(this.#model.calls);
    for (const listener of this.#listeners) listener();
  }

  /** One timer for the clock, one for the toast; none where neither has anything to show. */
  #keepTime(before: UiState): void {
    const period = tickPeriod(this.#model.view);
    if (period !== this.#period) {
      this.#cancelTick?.();
      this.#cancelTick = null;
    }
    this.#period = period;
    this.#cancelTick ??= period === null ? null : this.#deps.schedule(period, () => this.#tick());
    if (before.toast === this.#ui.toast) return;
    this.#cancelToast?.();
    this.#cancelToast =
      this.#ui.toast && this.#deps.schedule(TOAST_MS, () => this.send({ kind: 'toast-expired' }));
  }

  #tick(): void {
    this.#cancelTick = null;
    this.#shownAt = this.#deps.clock.now();
    this.#step([{ kind: 'view-changed' }]);
  }
}

/** How often what is shown of the time changes, in milliseconds; null: never. */
function tickPeriod(view: PlanView): number | null {
  if (isRunning(view)) return TICK_MS;
  return view.checkpoints.size === 0 ? null : REST_TICK_MS;
}

/** Time passes on the screen: somebody runs the plan. */
function isRunning({ tree, rootId, runner }: PlanView): boolean {
  const plan = tree.plans.get(rootId);
  return (
    plan !== undefined &&
    runStateOf(plan) === 'processing' &&
    runner.kind !== 'lost' &&
    runner.kind !== 'nobody'
  );
}

function isSameContent(a: ScreenModel, b: ScreenModel): boolean {
  return (
    a.treeRows === b.treeRows &&
    a.checkpointRows === b.checkpointRows &&
    // Two checkpoints may have one log: the place in it still begins anew.
    a.subject === b.subject &&
    a.detailLines === b.detailLines &&
    a.patchLines === b.patchLines &&
    a.layout === b.layout
  );
}

function isSameModel(a: ScreenModel, b: ScreenModel): boolean {
  return (
    isSameContent(a, b) &&
    a.view === b.view &&
    a.ui === b.ui &&
    a.now === b.now &&
    a.fileCounts === b.fileCounts
  );
}
