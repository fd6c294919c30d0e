import { resolve } from 'node:path';
import { shortId, type CheckpointId, type PlanId } from '../../domain/ids.ts';
import type { CompensationControl } from '../../ports/compensation-control.ts';
import type {
  RollbackChoices,
  RollbackControl,
  RollbackOptions,
  RollbackPreview,
} from '../../ports/rollback-control.ts';
import type { RollbackEffect, RollbackEvent, RollbackOrder } from '../ui/rollback-messages.ts';
import { appliedText, rollbackResultText } from '../words/rollback-result.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { failureOf } from './failure-of.ts';

/** What a screen asks of rollbacks. */
export type ScreenRollbacks = Pick<
  RollbackControl,
  | 'preview'
  | 'rollBack'
  | 'undoTarget'
  | 'fork'
  | 'diff'
  | 'previewCorrect'
  | 'correct'
  | 'previewApply'
  | 'apply'
>;

export type ScreenCompensations = Pick<CompensationControl, 'run' | 'skip'>;

export interface RollbackRunnerDeps {
  readonly rollbacks: () => Promise<ScreenRollbacks>;
  readonly compensations: () => Promise<ScreenCompensations>;
  readonly glyphs: Glyphs;
  readonly rootId: PlanId;
  /** The plan's folder: what is typed without a leading slash stands beside it. */
  readonly workspace: () => string;
  readonly send: (event: RollbackEvent) => void;
}

type Of<K extends RollbackEffect['kind']> = Extract<RollbackEffect, { kind: K }>;

/** Looks at what going back would do, goes back, and forks; the screen goes on meanwhile. */
export class RollbackRunner implements Disposable {
  readonly #deps: RollbackRunnerDeps;
  #look = new AbortController();
  #work = new AbortController();
  #isClosed = false;

  constructor(deps: RollbackRunnerDeps) {
    this.#deps = deps;
  }

  async run(effect: Exclude<RollbackEffect, { kind: 'open-plan' }>): Promise<void> {
    switch (effect.kind) {
      case 'preview-rollback':
        return await this.#preview(effect);
      case 'end-preview':
        return this.#look.abort();
      case 'roll-back':
        return await this.#working((options) => this.#rollBack(effect, options));
      case 'fork':
        return await this.#working((options) => this.#fork(effect, options));
      case 'compensate':
        return await this.#working((options) => this.#compensate(effect, options));
      case 'stop-work':
        return this.#work.abort();
    }
  }

  /** What has touched no file yet is given up. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#look.abort();
    this.#work.abort();
  }

  /** A newer look ends the one before it. */
  async #preview(effect: Of<'preview-rollback'>): Promise<void> {
    const { token } = effect;
    this.#look.abort();
    const look = new AbortController();
    this.#look = look;
    try {
      const found = await this.#lookAt(effect, {
        signal: look.signal,
        onProgress: (message) => this.#send({ kind: 'preview-progress', token, message }),
      });
      this.#send({ kind: 'rollback-previewed', token, ...found });
    } catch (thrown) {
      if (!look.signal.aborted) this.#send({ kind: 'preview-failed', token, failure: failureOf(thrown) });
    }
  }

  async #lookAt(
    { checkpointId, scope, choices, order }: Of<'preview-rollback'>,
    options: RollbackOptions,
  ): Promise<{ readonly checkpointId: CheckpointId | null; readonly preview: RollbackPreview }> {
    const { rollbacks, rootId } = this.#deps;
    const control = await rollbacks();
    if (order)
      return { checkpointId: null, preview: await lookAtOrder(control, rootId, order, choices, options) };
    const target =
      checkpointId === null || scope === null ? await undoTarget(control, rootId) : { checkpointId, scope };
    const wanted = choicesOf(target.scope, choices);
    const preview = await control.preview(rootId, target.checkpointId, wanted, options);
    return { checkpointId: target.checkpointId, preview };
  }

  async #rollBack(effect: Of<'roll-back'>, options: RollbackOptions): Promise<RollbackEvent> {
    const { checkpointId, scope, choices, paths, leaveDamaged, running, order } = effect;
    const { rollbacks, rootId, glyphs } = this.#deps;
    const control = await rollbacks();
    if (order?.kind === 'apply') {
      const { files } = await control.apply(rootId, 'keep', options);
      return { kind: 'work-ended', tone: 'good', text: `${glyphs.step.complete} ${appliedText(files)}` };
    }
    const wanted = { ...choicesOf(scope, choices), paths, leaveDamaged };
    const result = order
      ? await control.correct(rootId, order.decision, order.choice, wanted, running, options)
      : // Known since somebody has looked.
        await control.rollBack(rootId, checkpointId as CheckpointId, wanted, running, options);
    const tone = result.left.length > 0 || result.conflicts.length > 0 ? 'attention' : 'good';
    const text = `${order ? `${order.decision} is ${order.choice} now: ` : ''}${rollbackResultText(result)}`;
    const { compensations: offered = [] } = result;
    return { kind: 'work-ended', tone, text: `${glyphs.trigger.rollback} ${text}`, offered };
  }

  /** One that fails ends the offer: what is older may stand on it. */
  async #compensate({ one, word, rest }: Of<'compensate'>, options: RollbackOptions): Promise<RollbackEvent> {
    const { compensations, rootId, glyphs } = this.#deps;
    const control = await compensations();
    const how = { ...options, running: 'refuse', rerun: one.status === 'unknown' } as const;
    const { status, error } = await control[word](rootId, one.number, how);
    const name = `compensation ${one.number} of ${one.stepId}`;
    if (status === 'failed') {
      const text = `${name} failed: ${error?.message ?? ''}; agents plan compensate ${shortId(rootId)}`;
      return { kind: 'work-ended', tone: 'bad', text: `${glyphs.step.failed} ${text}` };
    }
    const [sign, said] =
      status === 'done' ? [glyphs.step.complete, 'is done'] : [glyphs.step.skipped, 'is skipped'];
    return { kind: 'work-ended', tone: 'good', text: `${sign} ${name} ${said}`, offered: rest };
  }

  async #fork({ checkpointId, into }: Of<'fork'>, options: RollbackOptions): Promise<RollbackEvent> {
    const { rollbacks, rootId, glyphs, workspace } = this.#deps;
    const control = await rollbacks();
    const folder = into === null ? null : resolve(workspace(), into);
    const forked = await control.fork(rootId, checkpointId, folder, options);
    const where = folder === null ? '' : ` in ${forked.workspace}`;
    const text = `${glyphs.trigger.fork} forked${where}: agents plan watch ${shortId(forked.planId)}`;
    return { kind: 'work-ended', tone: 'good', text, forked: forked.planId };
  }

  async #working(work: (options: RollbackOptions) => Promise<RollbackEvent>): Promise<void> {
    const { signal } = (this.#work = new AbortController());
    const onProgress = (message: string): void => this.#send({ kind: 'work-progress', message });
    try {
      this.#send(await work({ signal, onProgress }));
    } catch (thrown) {
      if (!signal.aborted) return this.#send({ kind: 'work-failed', failure: failureOf(thrown) });
      this.#send({ kind: 'work-ended', tone: 'plain', text: 'stopped: nothing was changed' });
    }
  }

  #send(event: RollbackEvent): void {
    if (!this.#isClosed) this.#deps.send(event);
  }
}

async function lookAtOrder(
  control: ScreenRollbacks,
  rootId: PlanId,
  order: RollbackOrder,
  choices: NonNullable<RollbackChoices['choices']>,
  options: RollbackOptions,
): Promise<RollbackPreview> {
  if (order.kind === 'apply')
    return (await control.previewApply(rootId, 'keep', options)) ?? noFilesGo(rootId);
  const wanted = choicesOf('plan_and_files', choices);
  return await control.previewCorrect(rootId, order.decision, order.choice, wanted, options);
}

/** Accepting the result of a plan that has worked in its own folder changes nothing there. */
const noFilesGo = (planId: PlanId): RollbackPreview => ({
  planId,
  workspace: '',
  target: { checkpointId: null, number: null, seq: 0, tree: null },
  scope: 'files_only',
  actions: [],
  conflicts: [],
  excluded: [],
  damaged: [],
  notUndone: [],
  impact: { decisions: 0, steps: 0, tool_calls: 0, child_plans: 0 },
  heads: [],
  isNothing: true,
});

async function undoTarget(control: ScreenRollbacks, rootId: PlanId) {
  const { checkpoint, scope } = await control.undoTarget(rootId);
  return { checkpointId: checkpoint.id, scope };
}

/** What nobody answered stays as it is. */
function choicesOf(
  scope: RollbackChoices['scope'],
  choices: NonNullable<RollbackChoices['choices']>,
): RollbackChoices {
  return { scope, choices, paths: [], onConflict: 'keep' };
}
