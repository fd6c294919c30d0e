import { createHash } from 'node:crypto';
import type { PlanEvent } from '../../src/domain/plan-event.ts';
import type { Checkpoint, Trigger } from '../../src/domain/checkpoint.ts';
import type { FileChange, FileState } from '../../src/domain/file-state.ts';
import type { Compensation } from '../../src/domain/compensation.ts';
import { BugError, ConflictError, StorageError } from '../../src/domain/errors.ts';
import { rawPathOf, type RawPath } from '../../src/domain/raw-path.ts';
import type { FileHistory } from '../../src/ports/file-history.ts';
import type {
  RollbackChoices,
  RollbackOptions,
  RollbackPreview,
  RollbackResult,
  RunningPlan,
} from '../../src/ports/rollback-control.ts';
import type { ListedFile } from '../../src/ports/workspace-files.ts';
import type { ScreenCompensations, ScreenRollbacks } from '../../src/tui/shell/rollback-runner.ts';

/** One that waits for a person's word. */
export const openCompensation = (number: number, more: Partial<Compensation> = {}): Compensation => ({
  number,
  planId: 'P',
  stepId: `T${number}`,
  callId: `C${number}`,
  call: {
    tool: 'shell.run',
    input: { command: `rm "$IT"\necho ${number}`, effect: 'write' },
    env: { IT: `/elsewhere/${number}` },
    effect: 'write',
  },
  status: 'open',
  error: null,
  isLate: false,
  ...more,
});

/** Files by path: a text, or any state. */
export type FakeTree = Readonly<Record<string, string | Uint8Array | FileState>>;

/** Trees with names, and their contents. */
export class FakeFiles implements FileHistory {
  readonly #trees = new Map<string, readonly ListedFile[]>();
  readonly #contents = new Map<string, Uint8Array>();
  /** What was read, in order. */
  readonly reads: string[] = [];
  /** Reading fails with this. */
  fault: Error | null = null;

  /** Keeps a tree under a name that stands for its hash. */
  keep(name: string, tree: FakeTree): this {
    const files = Object.entries(tree).map(([path, what]) => ({
      path: rawPathOf(path),
      state: this.state(what),
    }));
    this.#trees.set(name, files);
    return this;
  }

  state(what: string | Uint8Array | FileState): FileState {
    if (typeof what !== 'string' && !(what instanceof Uint8Array)) return what;
    const content = Buffer.from(what);
    const hash = createHash('sha256').update(content).digest('hex');
    this.#contents.set(hash, content);
    return { type: 'file', mode: 0o644, size: content.byteLength, hash };
  }

  async changes(before: string | null, after: string | null): Promise<readonly FileChange[]> {
    this.#note(`changes ${before} ${after}`);
    const [a, b] = [this.#tree(before), this.#tree(after)];
    const paths = [...new Set([...a.keys(), ...b.keys()])].sort();
    return paths.flatMap((path) => {
      const change = { path, before: a.get(path) ?? null, after: b.get(path) ?? null };
      return JSON.stringify(change.before) === JSON.stringify(change.after) ? [] : [change];
    });
  }

  async list(tree: string): Promise<readonly ListedFile[]> {
    this.#note(`list ${tree}`);
    return this.#trees.get(tree) ?? [];
  }

  async content(hash: string): Promise<Uint8Array> {
    this.#note('content');
    const content = this.#contents.get(hash);
    if (!content) throw new StorageError('blob_missing', 'the content is missing');
    return content;
  }

  #note(what: string): void {
    this.reads.push(what);
    if (this.fault) throw this.fault;
  }

  #tree(name: string | null): ReadonlyMap<RawPath, FileState> {
    return new Map((this.#trees.get(name ?? '') ?? []).map(({ path, state }) => [path, state]));
  }
}

/** The fake plan that goes back. */
interface RolledBack {
  readonly asked: string[];
  readonly events: readonly PlanEvent[];
  checkpointed(trigger: Trigger): RolledBack;
}

/** Goes back in a fake plan, as far as its words go. */
export class FakeRollbacks implements ScreenRollbacks {
  /** What a look gives beside the target. */
  impact: Partial<RollbackPreview> = {};
  /** What a rollback gives beside that. */
  result: Partial<RollbackResult> = {};
  /** The next call is refused with this. */
  refusal: Error | null = null;
  /** While set, calls hear this and wait until the gate opens, or they are stopped. */
  queue: { readonly message: string; readonly gate: Promise<void> } | null = null;
  /** What differs now, for `diff`. */
  now: readonly FileChange[] | null = [];
  readonly #plan: RolledBack;

  constructor(plan: RolledBack) {
    this.#plan = plan;
  }

  async preview(
    _planId: string,
    checkpointId: string,
    choices: RollbackChoices,
    options: RollbackOptions,
  ): Promise<RollbackPreview> {
    await this.#take(`preview ${this.#number(checkpointId)} ${wordsOf(choices)}`, options);
    return this.#preview(checkpointId, choices);
  }

  async rollBack(
    _planId: string,
    checkpointId: string,
    choices: RollbackChoices,
    running: RunningPlan,
    options: RollbackOptions,
  ): Promise<RollbackResult> {
    await this.#take(`roll back ${this.#number(checkpointId)} ${wordsOf(choices)} ${running}`, options);
    this.#plan.checkpointed('pre_rollback').checkpointed('rollback');
    return this.#done(_planId, this.#preview(checkpointId, choices));
  }

  async undoTarget(): ReturnType<ScreenRollbacks['undoTarget']> {
    const checkpoint = this.#checkpoints().findLast(({ trigger }) => trigger === 'pre_rollback');
    if (!checkpoint)
      throw new ConflictError('nothing_to_undo', 'no rollback is there to undo', {
        nextSteps: ['agents plan checkpoint list'],
      });
    return { checkpoint, scope: 'plan_and_files' };
  }

  /** Numbers whose call fails. */
  readonly failing = new Set<number>();
  /** Those of the result of the last rollback. */
  readonly compensations: ScreenCompensations = {
    run: async (_planId, number, { rerun, ...options }) => {
      await this.#take(`run compensation ${number}${rerun ? ' again' : ''}`, options);
      const error = { code: 'failed', message: 'exit code 1', hint: null };
      return this.failing.has(number)
        ? { ...this.#compensation(number), status: 'failed', error }
        : { ...this.#compensation(number), status: 'done' };
    },
    skip: async (_planId, number, options) => {
      await this.#take(`skip compensation ${number}`, options);
      return { ...this.#compensation(number), status: 'skipped' };
    },
  };

  #compensation(number: number): Compensation {
    return this.impact.compensations?.find((one) => one.number === number) ?? unused();
  }

  /** What accepting the result would do to the folder; null: there is no sandbox. */
  applies: Partial<RollbackPreview> | null = null;

  async previewCorrect(
    _planId: string,
    decision: string,
    choice: string,
    choices: RollbackChoices,
    options: RollbackOptions,
  ): Promise<RollbackPreview> {
    await this.#take(`preview correct ${decision} ${choice} ${wordsOf(choices)}`, options);
    return this.#betweenTwo(choices);
  }

  async correct(
    planId: string,
    decision: string,
    choice: string,
    choices: RollbackChoices,
    running: RunningPlan,
    options: RollbackOptions,
  ): Promise<RollbackResult> {
    await this.#take(`correct ${decision} ${choice} ${wordsOf(choices)} ${running}`, options);
    return this.#done(planId, this.#betweenTwo(choices));
  }

  async previewApply(
    _planId: string,
    onConflict: string,
    options: RollbackOptions,
  ): Promise<RollbackPreview | null> {
    await this.#take(`preview apply ${onConflict}`, options);
    return this.applies && { ...this.#betweenTwo(FILES), ...this.applies };
  }

  async apply(
    planId: string,
    onConflict: string,
    options: RollbackOptions,
  ): ReturnType<ScreenRollbacks['apply']> {
    await this.#take(`apply ${onConflict}`, options);
    const files = this.applies && this.#done(planId, { ...this.#betweenTwo(FILES), ...this.applies });
    return { standing: { plan_id: planId, phase: 'apply', state: 'applied' }, files };
  }

  /** A place of the journal that no checkpoint holds. */
  #betweenTwo(choices: RollbackChoices): RollbackPreview {
    const first = this.#checkpoints()[0]?.id ?? '';
    return {
      ...this.#preview(first, choices),
      target: { checkpointId: null, number: null, seq: 3, tree: null },
    };
  }

  #done(planId: string, preview: RollbackPreview): RollbackResult {
    return {
      ...preview,
      preRollback: null,
      rollback: null,
      left: [],
      standing: { plan_id: planId, phase: 'execute', state: 'queued' },
      checkpoints: 0,
      ...this.result,
    };
  }

  async fork(
    _planId: string,
    checkpointId: string,
    into: string | null,
    options: RollbackOptions,
  ): ReturnType<ScreenRollbacks['fork']> {
    await this.#take(`fork ${this.#number(checkpointId)} ${into ?? 'here'}`, options);
    return { planId: `${'0'.repeat(18)}FRKFRKFR`, workspace: into ?? '/home/ann/project', excluded: [] };
  }

  async diff(
    _planId: string,
    from: string,
    _to: string | null,
    options: RollbackOptions,
  ): ReturnType<ScreenRollbacks['diff']> {
    await this.#take(`diff ${this.#number(from)} now`, options);
    return { from: this.#checkpoint(from), to: null, state: [], files: this.now };
  }

  #preview(checkpointId: string, { scope, paths, choices }: RollbackChoices): RollbackPreview {
    const { number, seq, tree_hash: tree } = this.#checkpoint(checkpointId);
    const preview = {
      planId: '',
      workspace: '/home/ann/project',
      target: { checkpointId, number, seq, tree },
      scope,
      actions: [],
      conflicts: [],
      excluded: [],
      damaged: [],
      notUndone: [],
      impact: { decisions: 0, steps: 2, tool_calls: 1, child_plans: 0 },
      heads: [],
      isNothing: false,
      ...this.impact,
    };
    const actions = preview.actions.filter(({ path }) => paths.length === 0 || paths.includes(path));
    const conflicts = preview.conflicts.map((one) => ({
      ...one,
      resolution: choices?.get(one.path) ?? one.resolution,
    }));
    return { ...preview, actions, conflicts };
  }

  async #take(what: string, { signal, onProgress }: RollbackOptions): Promise<void> {
    this.#plan.asked.push(what);
    const { refusal, queue } = this;
    this.refusal = null;
    if (refusal) throw refusal;
    if (!queue) return;
    onProgress(queue.message);
    const stopped = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
    await Promise.race([queue.gate, stopped]);
  }

  #checkpoints(): readonly Checkpoint[] {
    return this.#plan.events.flatMap((event) =>
      event.type === 'checkpoint.created' ? [event.payload.checkpoint] : [],
    );
  }
  #checkpoint(id: string): Checkpoint {
    return this.#checkpoints().find((one) => one.id === id) ?? unused();
  }
  #number(id: string): number {
    return this.#checkpoint(id).number;
  }
}

const FILES: RollbackChoices = { scope: 'files_only', paths: [], onConflict: 'keep' };

function wordsOf({ scope, choices, paths, leaveDamaged }: RollbackChoices): string {
  const answers = [...(choices ?? [])].map(([path, choice]) => ` ${path}=${choice}`);
  return `${scope}${answers.join('')}${paths.map((path) => ` only ${path}`).join('')}${leaveDamaged === true ? ' leaving the damaged' : ''}`;
}

function unused(): never {
  throw new BugError('test', 'the screen never asks this');
}
