import { resolve } from 'node:path';
import { shortId, type PlanId } from '../../domain/ids.ts';
import type { RollbackChoices, RollbackControl, RollbackOptions } from '../../ports/rollback-control.ts';
import type { RollbackEffect, RollbackEvent } from '../ui/rollback-messages.ts';
import { rollbackResultText } from '../words/rollback-result.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { failureOf } from './failure-of.ts';

/** What a screen asks of rollbacks. */
export type ScreenRollbacks = Pick<RollbackControl, 'preview' | 'rollBack' | 'undoTarget' | 'fork' | 'diff'>;

export interface RollbackRunnerDeps {
  readonly rollbacks: () => Promise<ScreenRollbacks>;
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

  async run(effect: RollbackEffect): Promise<void> {
    switch (effect.kind) {
      case 'preview-rollback':
        return await this.#preview(effect);
      case 'end-preview':
        return this.#look.abort();
      case 'roll-back':
        return await this.#working((options) => this.#rollBack(effect, options));
      case 'fork':
        return await this.#working((options) => this.#fork(effect, options));
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
  async #preview({ checkpointId, scope, choices, token }: Of<'preview-rollback'>): Promise<void> {
    const { rollbacks, rootId } = this.#deps;
    this.#look.abort();
    const look = new AbortController();
    this.#look = look;
    try {
      const control = await rollbacks();
      const target =
        checkpointId === null || scope === null ? await undoTarget(control, rootId) : { checkpointId, scope };
      const options: RollbackOptions = {
        signal: look.signal,
        onProgress: (message) => this.#send({ kind: 'preview-progress', token, message }),
      };
      const preview = await control.preview(
        rootId,
        target.checkpointId,
        choicesOf(target.scope, choices),
        options,
      );
      this.#send({ kind: 'rollback-previewed', token, checkpointId: target.checkpointId, preview });
    } catch (thrown) {
      if (!look.signal.aborted) this.#send({ kind: 'preview-failed', token, failure: failureOf(thrown) });
    }
  }

  async #rollBack(effect: Of<'roll-back'>, options: RollbackOptions): Promise<RollbackEvent> {
    const { checkpointId, scope, choices, leaveDamaged, running } = effect;
    const { rollbacks, rootId, glyphs } = this.#deps;
    const control = await rollbacks();
    const wanted = { ...choicesOf(scope, choices), leaveDamaged };
    const result = await control.rollBack(rootId, checkpointId, wanted, running, options);
    const tone = result.left.length > 0 || result.conflicts.length > 0 ? 'attention' : 'good';
    return { kind: 'work-ended', tone, text: `${glyphs.trigger.rollback} ${rollbackResultText(result)}` };
  }

  async #fork({ checkpointId, into }: Of<'fork'>, options: RollbackOptions): Promise<RollbackEvent> {
    const { rollbacks, rootId, glyphs, workspace } = this.#deps;
    const control = await rollbacks();
    const folder = into === null ? null : resolve(workspace(), into);
    const forked = await control.fork(rootId, checkpointId, folder, options);
    const where = folder === null ? '' : ` in ${forked.workspace}`;
    const text = `${glyphs.trigger.fork} forked${where}: agents plan watch ${shortId(forked.planId)}`;
    return { kind: 'work-ended', tone: 'good', text };
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
