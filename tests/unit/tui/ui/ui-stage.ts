import { NO_SETTINGS } from '../../../../src/tui/store/plan-settings.ts';
import { List, Map as IMap } from 'immutable';
import type { Checkpoint, Trigger } from '../../../../src/domain/checkpoint.ts';
import { emptyPlanState, type DecisionState } from '../../../../src/domain/plan-state.ts';
import type { RunState } from '../../../../src/domain/plan.ts';
import type { RollbackPreview } from '../../../../src/ports/rollback-control.ts';
import { splitKeys } from '../../../../src/tui/keys/split-keys.ts';
import type { KeyPress } from '../../../../src/tui/keys/key-press.ts';
import { layoutFor } from '../../../../src/tui/layout/layout-for.ts';
import type { Line } from '../../../../src/tui/lines/line.ts';
import { CheckpointRows } from '../../../../src/tui/rows/checkpoint-rows.ts';
import type { TreeRow } from '../../../../src/tui/rows/tree-row.ts';
import type { PlanView, WaitingItem } from '../../../../src/tui/store/plan-view.ts';
import { NO_HISTORY } from '../../../../src/tui/store/node-history.ts';
import { Timeline } from '../../../../src/tui/store/timeline.ts';
import { stepUi } from '../../../../src/tui/ui/step-ui.ts';
import { INITIAL_UI, type UiState } from '../../../../src/tui/ui/ui-state.ts';
import type { Effect, UiContext, UiInputEvent } from '../../../../src/tui/ui/ui-step.ts';
import { glyphsFor } from '../../../../src/tui/words/glyphs.ts';

/** A node of the stage's plan: `name`, and after it what is in it; `*` runs, `x` failed. */
export type StageNode = string | readonly [string, ...StageNode[]];

export const ROOT = '01JD7K3V000000000000000000';

export function decision(
  stepId: string | null,
  options: readonly string[],
  id = `decision-${stepId}`,
): DecisionState {
  return {
    id,
    parent_id: null,
    type: options.length > 0 ? 'choice' : 'answer',
    step_id: stepId,
    question: `${stepId}?`,
    options: options.map((option) => ({ id: option, description: null })),
    chosen: null,
    rationale: null,
    confidence: null,
    by: 'human',
    sequence: 1,
    superseded_by: null,
    created_at: '2026-11-21T02:00:00.000Z',
  };
}

export const waitingFor = (stepId: string | null, ...options: readonly string[]): WaitingItem => ({
  kind: 'decision',
  planId: ROOT,
  decision: decision(stepId, options),
});

export const SETTINGS: WaitingItem = {
  kind: 'settings',
  seq: 7,
  error: { code: 'config_changed_by_step', message: 'a step changed the settings', hint: null },
};

/** The machine with a plan, checkpoints and lines of its own: what the shell does between two steps, without a screen. */
export class Stage {
  ui: UiState = INITIAL_UI;
  effects: Effect[] = [];
  tree: readonly StageNode[] = [['Execute', 'T1', ['P2', 'P2.1', 'P2.2*'], 'T3'], 'Apply'];
  checkpointNumbers: readonly number[] = [1, 2, 3];
  /** Of the checkpoints, by their place; `manual` where there is none. */
  triggers: readonly Trigger[] = [];
  lines: readonly string[] = Array.from({ length: 100 }, (_, index) => `line ${index}`);
  waiting: readonly WaitingItem[] = [];
  runner: PlanView['runner'] = { kind: 'running', pid: 1, since: '', ours: true };
  state: RunState | null = 'processing';
  ownsRun = true;
  now = 0;
  columns = 120;
  rows = 36;

  static begin(
    parts: Partial<
      Pick<
        Stage,
        | 'tree'
        | 'checkpointNumbers'
        | 'triggers'
        | 'lines'
        | 'waiting'
        | 'columns'
        | 'rows'
        | 'runner'
        | 'state'
        | 'ownsRun'
      >
    > = {},
  ): Stage {
    const stage = Object.assign(new Stage(), parts);
    stage.send({ kind: 'view-changed' });
    return stage;
  }

  /** Keys as they are typed; `<down>` and the like by name. All in one chunk where there is no such name. */
  press(typed: string): this {
    for (const part of typed.split(/(<[a-z0-9-]+>)/)) {
      const named = /^<([a-z0-9-]+)>$/.exec(part)?.[1];
      for (const press of named ? [{ name: named, text: named === 'space' ? ' ' : '' }] : splitKeys(part, {}))
        this.#step(press);
    }
    return this;
  }

  pressNamed(press: KeyPress): this {
    this.#step(press);
    return this;
  }

  send(event: UiInputEvent): this {
    this.#step(event);
    return this;
  }

  /** The plan is another one now. */
  change(
    parts: Partial<Pick<Stage, 'tree' | 'checkpointNumbers' | 'lines' | 'waiting' | 'runner' | 'state'>>,
  ): this {
    Object.assign(this, parts);
    return this.send({ kind: 'view-changed' });
  }

  resize(columns: number, rows: number): this {
    this.columns = columns;
    this.rows = rows;
    return this.send({ kind: 'resized' });
  }

  get toast(): string | null {
    return this.ui.toast?.text ?? null;
  }
  get selectedRow(): number {
    return this.context().treeRows.findIndex(({ id }) => id === this.ui.planSelected);
  }
  /** Takes what was asked for. */
  takeEffects(): readonly Effect[] {
    return this.effects.splice(0);
  }

  #step(event: UiInputEvent): void {
    for (const next of [event, { kind: 'view-changed' } as const]) {
      const step = stepUi(this.ui, next, this.context());
      this.ui = step.state;
      this.effects.push(...step.effects);
    }
  }

  context(): UiContext {
    const { zoom, focus } = this.ui;
    return {
      view: this.view(),
      treeRows: this.#treeRows(),
      checkpointRows: this.#checkpointRows(),
      shown: this.view(),
      patchLines: this.lines.map((text): Line => [{ text, tone: 'plain' }]),
      detailLines: this.lines.map((text): Line => [{ text, tone: 'plain' }]),
      detailText: this.lines.map((text): Line => [{ text, tone: 'plain' }]),
      layout: layoutFor(this.columns, this.rows, { zoom, focus }),
      ownsRun: this.ownsRun,
      now: this.now,
    };
  }

  view(): PlanView {
    const empty = emptyPlanState(ROOT, null);
    const state = {
      ...empty,
      parts: { ...empty.parts, plan: IMap({ state: { ord: 0, value: this.state } }) },
    };
    return {
      rootId: ROOT,
      name: 'release',
      workspace: '/somewhere',
      goal: null,
      tree: { rootId: ROOT, seq: 1, plans: this.state === null ? IMap() : IMap({ [ROOT]: state }) },
      checkpoints: Timeline.of(
        this.checkpointNumbers.map((number, index) => checkpoint(number, this.triggers[index])),
      ),
      tolerated: new Set(),
      settings: NO_SETTINGS,
      history: NO_HISTORY,
      log: List(),
      phases: [],
      outputs: new Map(),
      waiting: this.waiting,
      runner: this.runner,
      caughtUp: true,
      fault: null,
    };
  }

  #treeRows(): readonly TreeRow[] {
    const rows: TreeRow[] = [];
    const add = (node: StageNode, parentId: string | null, depth: number): boolean => {
      const [label, ...parts] = typeof node === 'string' ? ([node] as const) : node;
      const id = label.replace(/[*x]$/, '');
      const isOpen = this.ui.folds.get(id) !== false;
      const at = rows.length;
      rows.push(
        treeRow(id, label, {
          parentId,
          depth,
          fold: parts.length === 0 ? 'leaf' : isOpen ? 'open' : 'folded',
        }),
      );
      const within = isOpen && parts.map((part) => add(part, id, depth + 1)).some(Boolean);
      const shown = within || id.includes(this.ui.planFilter);
      if (!shown) rows.splice(at);
      return shown;
    };
    for (const node of this.tree) add(node, null, 0);
    return rows;
  }

  #checkpointRows(): CheckpointRows {
    const glyphs = glyphsFor('unicode', {});
    return new CheckpointRows(this.view(), {
      filter: this.ui.checkpointFilter,
      triggers: this.ui.checkpointTriggers,
      glyphs,
    });
  }
}

function treeRow(id: string, label: string, place: Pick<TreeRow, 'parentId' | 'depth' | 'fold'>): TreeRow {
  return {
    id,
    ...place,
    node: { kind: 'step', planId: ROOT, stepId: id },
    glyph: ' ',
    tone: 'plain',
    name: id,
    info: '',
    infoTone: 'plain',
    marks: [],
    duration: '',
    running: label.endsWith('*'),
    failed: label.endsWith('x'),
    waits: false,
  };
}

function checkpoint(number: number, trigger: Trigger = 'manual'): Checkpoint {
  return { id: `c${number}`, number, trigger, metadata: {} } as Checkpoint;
}

const STATES = ['a', 'b'].map((hash) => ({ type: 'file', mode: 0o644, size: 1, hash }) as const);
const [MINE = null, THEIRS = null] = STATES;

/** So many paths that go back, and as many that somebody else changed. */
export const actionsOf = (count: number): RollbackPreview['actions'] =>
  Array.from({ length: count }, (_, index) => ({ path: `f${index}`, from: MINE, to: THEIRS }));
export const conflictsOf = (count: number): RollbackPreview['conflicts'] =>
  actionsOf(count).map(({ path }) => ({
    path: `their ${path}`,
    resolution: 'keep',
    mine: MINE,
    theirs: THEIRS,
  }));

/** What a rollback to checkpoint 2 would do: very much, where nothing else is said. */
export const previewOf = (parts: Partial<RollbackPreview> = {}): RollbackPreview => ({
  planId: 'p',
  workspace: '/w',
  target: { checkpointId: 'c2', number: 2, seq: 2, tree: 't' },
  scope: 'plan_and_files',
  actions: actionsOf(60),
  conflicts: conflictsOf(60),
  excluded: [],
  damaged: [],
  notUndone: [],
  impact: { decisions: 0, steps: 1, tool_calls: 1, child_plans: 0 },
  heads: [],
  isNothing: false,
  ...parts,
});

/** The open dialog hears what a rollback would do. */
export function previewComes(stage: Stage, parts: Partial<RollbackPreview> = {}): Stage {
  const { dialog } = stage.ui;
  if (dialog?.kind !== 'rollback') throw new Error('no dialog');
  const preview = previewOf(parts);
  return stage.send({ kind: 'rollback-previewed', token: dialog.token, checkpointId: 'c2', preview });
}

/** Where a rollback has been looked at, and keys were pressed. */
export const previewed = (keys: string, parts: Partial<RollbackPreview> = {}): Stage =>
  previewComes(Stage.begin().press('2jb'), parts).press(keys);
