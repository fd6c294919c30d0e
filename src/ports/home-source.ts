import type { ErrorValue } from '../domain/errors.ts';
import type { PlanId } from '../domain/ids.ts';
import type { PlanSummary } from '../domain/plan.ts';
import type { PlanFootprint } from './plan-store.ts';

/** A root plan with what a list says of it. */
export interface HomePlan {
  readonly plan: PlanSummary;
  /** Steps of the whole tree, as on the plan's own screen. */
  readonly steps: { readonly complete: number; readonly total: number };
  /** Checkpoints of the whole tree. */
  readonly checkpoints: number;
  /** What a fork began from, and that checkpoint's number unless it has been deleted; null: it is no fork. */
  readonly source: { readonly plan_id: PlanId; readonly number: number | null } | null;
  /** Questions of the whole tree that nobody has answered. */
  readonly waiting: number;
  /** Some process runs it now. */
  readonly isRun: boolean;
}

/** The newest plans of a folder, or of all folders. */
export interface HomePlans {
  readonly items: readonly HomePlan[];
  /** There are older ones. */
  readonly hasMore: boolean;
}

/** A document that a plan can be made of. */
export interface HomeDocument {
  /** As it is typed from the current folder. */
  readonly file: string;
  readonly name: string;
  readonly goal: string | null;
  /** What is wrong with it first, with its place; null: it can be run. */
  readonly fault: string | null;
}

/** One input that a document asks for. */
export interface HomeInput {
  readonly name: string;
  readonly type: string;
  readonly description: string | null;
  /** What it is if nothing is given, as text; null: it has to be given. */
  readonly fallback: string | null;
  /** The only values that it may have, as text. */
  readonly options: readonly string[] | null;
  /** Never shown and never stored. */
  readonly secret: boolean;
  /** Why a text can't be its value; null if it can. */
  readonly faultOf: (text: string) => string | null;
}

/** Everything that has to be known to run a document. */
export interface HomeForm {
  readonly file: string;
  readonly name: string;
  readonly goal: string | null;
  /** Real path of the folder that it would work in. */
  readonly workspace: string;
  readonly inputs: readonly HomeInput[];
}

/** What the home screen shows and asks for. */
export interface HomeSource {
  /** The folder that it is about, as people read it. */
  readonly folder: string;
  /** Newest first. @throws StorageError */
  plans(everywhere: boolean): Promise<HomePlans>;
  /** By folder and name. A document that can't be read is among them, with its fault. */
  documents(): Promise<readonly HomeDocument[]>;
  /** @throws DocumentError with all its faults, WorkspaceError */
  form(file: string): Promise<HomeForm>;
  /** Stores a plan; inputs that are left out have their defaults. @throws DocumentError, UsageError, WaitingError */
  create(file: string, inputs: Readonly<Record<string, string>>): Promise<PlanSummary>;
  /** The plan that a text names, as in every command. @throws NotFoundError */
  find(reference: string): Promise<PlanSummary>;
  /** What `remove` would remove. @throws NotFoundError */
  footprint(planId: PlanId): Promise<PlanFootprint>;
  /** Deletes a plan for good, with everything that only it has. @throws ConflictError while a process runs it */
  remove(planId: PlanId): Promise<void>;
  /**
   * Calls back when plans, their runners or documents may have changed, at most twice a second, until the returned
   * function is called.
   */
  watch(listener: HomeListener): () => void;
}

export interface HomeListener {
  onChange(): void;
  /** The plans can't be read at the moment; null: they can again. */
  onFault(error: ErrorValue | null): void;
}
