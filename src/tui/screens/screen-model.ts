import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { CallId, CheckpointId } from '../../domain/ids.ts';
import type { TreeState } from '../../domain/plan-state.ts';
import {
  detailCalls,
  detailContent,
  detailSubject,
  diffSides,
  type DetailOptions,
  type DiffSides,
  type DetailSubject,
  type SnapshotReader,
} from './detail-content.ts';
import { LogLines } from '../detail/log-lines.ts';
import type { Layout } from '../layout/layout.ts';
import { layoutFor } from '../layout/layout-for.ts';
import { patchLines } from '../detail/patch-lines.ts';
import type { FileChange } from '../../domain/file-state.ts';
import { isReadError, type FileReader } from './file-reader.ts';
import { pastView, type TreeReader } from './past-view.ts';
import { safeText } from '../lines/safe-text.ts';
import { wrapLine } from '../lines/cut-line.ts';
import type { Line } from '../lines/line.ts';
import { memoLast } from './memo-last.ts';
import { visibleCounts } from './visible-counts.ts';
import { CheckpointRows } from '../rows/checkpoint-rows.ts';
import { treeRows } from '../rows/tree-rows.ts';
import type { TreeRow } from '../rows/tree-row.ts';
import type { ScreenSize } from '../shell/screen-output.ts';
import type { PlanView } from '../store/plan-view.ts';
import type { UiState } from '../ui/ui-state.ts';
import type { FileCounts } from '../words/file-counts.ts';
import type { Glyphs } from '../words/glyphs.ts';

/** Everything that one frame is drawn from. */
export interface ScreenModel {
  readonly view: PlanView;
  /** What the tree and the detail show: `view`, or how it was at the checkpoint that is visited. */
  readonly shown: PlanView;
  /** The checkpoint that is visited; null: the plan is shown as it is now. */
  readonly past: Checkpoint | null;
  readonly ui: UiState;
  readonly layout: Layout;
  readonly treeRows: readonly TreeRow[];
  readonly checkpointRows: CheckpointRows;
  /** Of the checkpoints in sight, as far as it has been read. */
  readonly fileCounts: ReadonlyMap<CheckpointId, FileCounts>;
  readonly subject: DetailSubject;
  /** The two that the detail compares; null: it shows something else. */
  readonly compared: DiffSides | null;
  /** All of them, wrapped if that is on. */
  readonly detailLines: readonly Line[];
  /** The same, never wrapped. */
  readonly detailText: readonly Line[];
  /** The lines of the patch that a dialog shows. */
  readonly patchLines: readonly Line[];
  /** The calls whose output is on the screen. */
  readonly calls: readonly CallId[];
  /** The time that ages and running durations are shown for; milliseconds since 1970. */
  readonly now: number;
}

/** What frames are made of that has to be read; each answers at once. */
export interface PastReaders {
  readonly snapshot: SnapshotReader;
  readonly treeAt: TreeReader;
  readonly files: FileReader;
}

export interface ModelInputs {
  readonly view: PlanView;
  readonly ui: UiState;
  readonly size: ScreenSize;
  readonly now: number;
  /** Counts what has been read of the past: what is made of it is made again. */
  readonly pastRead: number;
}

/** Cells beside the text in the detail pane: the blank before it. */
export const DETAIL_MARGIN = 1;

/** Makes frames' models; what depends on nothing that changed is the same object again. */
export class ScreenModels {
  readonly #glyphs: Glyphs;
  readonly #past: PastReaders;
  readonly #sideWidth: number;
  readonly #log = new LogLines();
  readonly #pastLog = new LogLines();
  #lastRows: CheckpointRows | null = null;
  #lastTree: readonly TreeRow[] = [];
  /** Some branch of those rows is open for the selected one alone. */
  #keepsOpen = false;

  /** `sideWidth`: percent of the columns that the plan has beside the other panes. */
  constructor(glyphs: Glyphs, past: PastReaders, sideWidth: number) {
    this.#glyphs = glyphs;
    this.#past = past;
    this.#sideWidth = sideWidth;
  }

  derive({ view, ui, size, now, pastRead }: ModelInputs): ScreenModel {
    const { shown, past } = this.#shownAt(view, ui);
    const layout = this.#layout(size.columns, size.rows, ui.zoom, ui.focus);
    const { tree, phases } = shown;
    const rows = this.#treeRows(
      tree,
      phases,
      shown.checkpoints,
      ui.folds,
      ui.planFilter,
      this.#keptOpen(ui),
      past ? Date.parse(past.created_at) : now,
      shown,
      ui.planSelected,
    );
    this.#lastTree = rows;
    const list = this.#list(view, ui, layout, pastRead);
    const subject = this.#subject(
      ui.lastList,
      ui.planSelected,
      ui.checkpointSelected,
      rows,
      list.checkpointRows,
      ui,
    );
    const place = layout.panes.detail;
    const detail = {
      view: shown,
      live: view,
      ui,
      subject,
      glyphs: this.#glyphs,
      snapshot: this.#past.snapshot,
      files: this.#past.files,
      log: past ? this.#pastLog.of : this.#log.of,
    };
    // A pane that isn't there costs nothing, and asks for no output.
    const lines =
      place === null
        ? NO_LINES
        : this.#detail(view, shown, subject, ui.tab, ui.mark, ui.diffNow, ui.timestamps, pastRead, detail);
    const cells = Math.max(1, (place?.content.width ?? 1) - DETAIL_MARGIN);
    return {
      view,
      shown,
      past,
      ui,
      layout,
      treeRows: rows,
      ...list,
      subject,
      compared: ui.tab === 'diff' ? comparedIn(detail) : null,
      detailLines: ui.wrap ? this.#wrapped(lines, cells) : lines,
      detailText: lines,
      patchLines: this.#patchLines(ui.dialog, pastRead),
      calls: place === null ? NO_CALLS : this.#calls(tree, subject, ui.tab, detail),
      now,
    };
  }

  #list(
    view: PlanView,
    ui: UiState,
    { panes }: Layout,
    pastRead: number,
  ): Pick<ScreenModel, 'checkpointRows' | 'fileCounts'> {
    // With one plan only, no row names a plan.
    const named = view.tree.plans.size > 1 ? view.tree : null;
    const { checkpointFilter: filter, checkpointTriggers: triggers, checkpointTop: top } = ui;
    const rows = this.#checkpointRows(view.checkpoints, named, filter, triggers, view);
    const height = panes.checkpoints?.content.height ?? 0;
    return { checkpointRows: rows, fileCounts: this.#fileCounts(rows, top, height, pastRead, view) };
  }

  /**
   * The branch that only the selected row keeps open, if it may do so: else one moves among the rows of a long plan without
   * making them anew.
   */
  #keptOpen({ planSelected }: UiState): string | null {
    const selected = this.#lastTree.find(({ id }) => id === planSelected);
    if (!selected) return planSelected;
    return this.#keepsOpen ? selected.parentId : null;
  }

  /** While a moment of the past is still being read, or can't be, the plan is shown as it is now. */
  #shownAt(view: PlanView, { past: id }: UiState): Pick<ScreenModel, 'shown' | 'past'> {
    const past = view.checkpoints.byId(id);
    const tree = past && this.#past.treeAt(past.seq);
    if (!past || !tree || isReadError(tree)) return { shown: view, past: null };
    return { shown: this.#pastView(tree, past, view.outputs, view), past };
  }

  readonly #pastView = memoLast(
    (tree: TreeState, past: Checkpoint, _outputs: PlanView['outputs'], view: PlanView) =>
      pastView(view, tree, past),
    3,
  );
  readonly #patchLines = memoLast((dialog: UiState['dialog'], _read: number): readonly Line[] =>
    dialog?.kind === 'rollback' && dialog.patch ? this.#linesOf(dialog.patch.change) : NO_LINES,
  );

  #linesOf(change: FileChange): readonly Line[] {
    const patch = this.#past.files.patch(change);
    if (patch === undefined) return [[{ text: 'reading it', tone: 'dim' }]];
    if (!isReadError(patch)) return patchLines(patch);
    return [[{ text: `it can't be read: ${safeText(patch.message)}`, tone: 'bad' }]];
  }

  readonly #layout = memoLast(
    (columns: number, rows: number, zoom: UiState['zoom'], focus: UiState['focus']) =>
      layoutFor(columns, rows, { zoom, focus, leftPercent: this.#sideWidth }),
  );
  // The last arguments of these hold the ones before them: only those decide whether there is anything new.
  readonly #treeRows = memoLast(
    (
      _tree: TreeState,
      _phases: PlanView['phases'],
      _checkpoints: PlanView['checkpoints'],
      folds: UiState['folds'],
      filter: string,
      _keptOpen: string | null,
      now: number,
      view: PlanView,
      keepOpen: string | null,
    ): readonly TreeRow[] => {
      this.#keepsOpen = false;
      const onKeptOpen = (): void => void (this.#keepsOpen = true);
      return treeRows(view, { folds, filter, keepOpen, onKeptOpen, glyphs: this.#glyphs, now });
    },
    7,
  );
  readonly #checkpointRows = memoLast(
    (
      _checkpoints: PlanView['checkpoints'],
      _named: TreeState | null,
      filter: string,
      triggers: UiState['checkpointTriggers'],
      view: PlanView,
    ) => {
      const options = { filter, triggers, glyphs: this.#glyphs };
      this.#lastRows = new CheckpointRows(view, options, this.#lastRows);
      return this.#lastRows;
    },
    4,
  );
  readonly #fileCounts = memoLast(
    (rows: CheckpointRows, top: number, height: number, _read: number, view: PlanView) =>
      visibleCounts(rows.slice(top, top + height), view.checkpoints, this.#past.files),
    4,
  );
  readonly #calls = memoLast(
    (_tree: TreeState, _subject: DetailSubject, _tab: UiState['tab'], options: DetailOptions) =>
      detailCalls(options),
    3,
  );
  readonly #subject = memoLast(
    (
      _list: UiState['lastList'],
      _plan: string | null,
      _checkpoint: string | null,
      rows: readonly TreeRow[],
      checkpoints: CheckpointRows,
      ui: UiState,
    ) => detailSubject(ui, rows, checkpoints),
    5,
  );
  readonly #detail = memoLast(
    (
      _view: PlanView,
      _shown: PlanView,
      _subject: DetailSubject,
      _tab: UiState['tab'],
      _mark: string | null,
      _diffNow: UiState['diffNow'],
      _timestamps: boolean,
      _read: number,
      options: DetailOptions,
    ) => detailContent(options),
    8,
  );
  readonly #wrapped = memoLast((lines: readonly Line[], cells: number) =>
    lines.flatMap((line) => wrapLine(line, cells)),
  );
}

function comparedIn(options: DetailOptions): ScreenModel['compared'] {
  const sides = diffSides(options);
  return typeof sides === 'string' ? null : sides;
}

const NO_LINES: readonly Line[] = [];
const NO_CALLS: readonly CallId[] = [];
