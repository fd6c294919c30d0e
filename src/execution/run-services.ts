import type { CheckpointContext } from '../domain/checkpoint.ts';
import type { PlanDocument, StepHead } from '../domain/plan-document.ts';
import type { Json } from '../domain/json.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Expressions } from '../ports/expressions.ts';
import type { IdSource } from '../ports/id-source.ts';
import type { LanguageModels } from '../ports/language-models.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { Planner } from '../ports/planner.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import type { RestoreAttempt } from '../ports/restore-attempt.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import type { ToolRunner } from '../tools/tool-runner.ts';
import type { ExecutionControl } from './execution-control.ts';
import type { People } from './people.ts';

/** What the parts of one run share. */
export interface RunServices {
  readonly journal: PlanJournal;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly blobs: BlobStore;
  readonly expressions: Expressions;
  readonly tools: ToolRunner;
  /** What models are offered. */
  readonly registry: ToolRegistry;
  /** Loaded when the first step asks one. @throws ConfigError */
  readonly models: () => Promise<LanguageModels>;
  readonly plans: Pick<PlanStore, 'eventsOfType'>;
  readonly people: People;
  readonly control: ExecutionControl;
  /** Steps of one plan that run side by side at most. */
  readonly maxParallel: number;
  readonly plannerFor: (document: PlanDocument) => Planner;
  /** A subplan's inputs from its `with`: defaults and types. @throws PlanError */
  readonly fillInputs: (
    document: PlanDocument,
    values: Readonly<Record<string, Json>>,
  ) => Readonly<Record<string, Json>>;
  /** A plan that a model wrote, as text. @throws DocumentError */
  readonly checkDocument: (text: string) => Promise<PlanDocument>;
  readonly describeSteps: (document: PlanDocument) => readonly StepHead[];
  /** Hears of each step that ended, between windows: interval checkpoints. Absent without a checkpoint service. */
  readonly intervals?: { stepEnded(context: CheckpointContext): Promise<void> };
  /** For `retries: {restore: workspace}`. Absent where files are not captured. */
  readonly restoreAttempt?: RestoreAttempt;
}
