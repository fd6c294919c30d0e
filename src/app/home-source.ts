import { ConfigError, NotFoundError, toErrorValue } from '../domain/errors.ts';
import { isFinal } from '../domain/event-handlers.ts';
import type { PlanId } from '../domain/ids.ts';
import { decisionsOf, runStateOf, stepOf, stepsOf, type TreeState } from '../domain/plan-state.ts';
import type { PlanSummary } from '../domain/plan.ts';
import type {
  HomeDocument,
  HomeForm,
  HomeListener,
  HomePlan,
  HomePlans,
  HomeSource,
} from '../ports/home-source.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import type { PlanFootprint } from '../ports/plan-store.ts';
import { HomeDocuments } from './home-documents.ts';
import type { Parts } from './parts.ts';

const POLL_MS = 500;
/** A runner that was killed and a document that was saved change nothing in the database: they are looked for seldom. */
const POLLS_A_LOOK = 4;
/** A plan may change twice within one tick of the clock: younger knowledge isn't kept. */
const SETTLED_MS = 1000;

/** Real path of the folder that a plan would work in, refusals included. */
export type WorkspaceFinder = () => Promise<string>;

type Details = Pick<HomePlan, 'steps' | 'checkpoints' | 'source' | 'waiting'>;

/** The plans of the database and the documents of a folder. What acts on them loads when it is asked for. */
export class StoredHome implements HomeSource {
  readonly folder: string;
  readonly #parts: Parts;
  readonly #workspace: WorkspaceFinder;
  readonly #documents: HomeDocuments;
  readonly #details = new Map<PlanId, { readonly updatedAt: string; readonly details: Details }>();
  #someRun = false;
  #version: number | null = null;

  /** @param folder real path */
  constructor(parts: Parts, folder: string, workspace: WorkspaceFinder) {
    this.#parts = parts;
    this.folder = folder;
    this.#workspace = workspace;
    this.#documents = new HomeDocuments({
      tools: async () => lookingOnly(await this.#tools(folder)),
      cwd: parts.options.cwd,
    });
  }

  async plans(everywhere: boolean): Promise<HomePlans> {
    const { plans } = await this.#parts.storage();
    // Before reading: what is written meanwhile is news.
    this.#version = plans.dataVersion();
    const page = await plans.list(everywhere ? {} : { workspace: this.folder });
    const items: HomePlan[] = [];
    for (const plan of page.items) {
      const [details, isRun] = [await this.#detailsOf(plan), await this.#isRun(plan)];
      items.push({ plan, isRun, ...details });
    }
    this.#someRun = items.some(({ isRun }) => isRun);
    return { items, hasMore: page.nextCursor !== null };
  }

  documents(): Promise<readonly HomeDocument[]> {
    return this.#documents.list();
  }

  async form(file: string): Promise<HomeForm> {
    const { readHomeForm } = await import('./home-form.ts');
    const { options } = this.#parts;
    const workspace = await this.#workspace();
    const tools = (): Promise<ToolRegistry> => this.#tools(workspace);
    return await readHomeForm(file, { tools, cwd: options.cwd, env: options.env }, workspace);
  }

  /** Broken settings are said where a plan is started, not where documents are looked at. */
  async #tools(folder: string): Promise<ToolRegistry> {
    const opened = await this.#parts.toolsOf(folder).catch((error: unknown) => {
      if (error instanceof ConfigError) return null;
      throw error;
    });
    return opened?.registry ?? (await this.#parts.tools());
  }

  async create(file: string, inputs: Readonly<Record<string, string>>): Promise<PlanSummary> {
    const { createPlan } = await import('./create-plan.ts');
    return await createPlan(this.#parts, { file, inputs, workspace: await this.#workspace() });
  }

  async find(reference: string): Promise<PlanSummary> {
    const { plans } = await this.#parts.storage();
    return await plans.resolve(reference, this.folder);
  }

  async footprint(planId: PlanId): Promise<PlanFootprint> {
    const { deletePlan } = await import('./delete-plan.ts');
    return await deletePlan(this.#parts, planId, { dryRun: true });
  }

  async remove(planId: PlanId): Promise<void> {
    const { deletePlan } = await import('./delete-plan.ts');
    await deletePlan(this.#parts, planId, { dryRun: false });
  }

  watch(listener: HomeListener): () => void {
    const stop = new AbortController();
    void this.#follow(listener, stop.signal);
    return () => stop.abort();
  }

  async #follow(listener: HomeListener, signal: AbortSignal): Promise<void> {
    let isFaulty = false;
    for (let poll = 1; !signal.aborted; poll += 1) {
      // It is cut short by nothing but the signal.
      await this.#parts.clock.sleep(POLL_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      try {
        const isNews = await this.#isNews(poll % POLLS_A_LOOK === 0);
        if ((isNews || isFaulty) && !signal.aborted) listener.onChange();
        isFaulty = false;
      } catch (thrown) {
        isFaulty = true;
        if (!signal.aborted) listener.onFault(toErrorValue(thrown));
      }
    }
  }

  /** Whether anything may be different from what was read last. */
  async #isNews(looks: boolean): Promise<boolean> {
    const { plans } = await this.#parts.storage();
    if (plans.dataVersion() !== this.#version) return true;
    return looks && (this.#someRun || (await this.#documents.haveChanged()));
  }

  async #detailsOf(plan: PlanSummary): Promise<Details> {
    const { plan_id, updated_at } = plan;
    const known = this.#details.get(plan_id);
    if (known?.updatedAt === updated_at) return known.details;
    const { plans } = await this.#parts.storage();
    const tree = await plans.stateAt(plan_id);
    const subplans = [...tree.plans.keys()].filter((id) => id !== plan_id);
    let { checkpoints } = plan;
    for (const id of subplans) checkpoints += (await plans.get(id)).checkpoints;
    const details = { ...describeTree(tree), checkpoints, source: await this.#sourceOf(plan) };
    if (this.#parts.clock.now() - Date.parse(updated_at) > SETTLED_MS)
      this.#details.set(plan_id, { updatedAt: updated_at, details });
    return details;
  }

  async #sourceOf({ forked_from }: PlanSummary): Promise<HomePlan['source']> {
    if (!forked_from) return null;
    const { plan_id, checkpoint_id } = forked_from;
    const { checkpoints } = await this.#parts.storage();
    try {
      return { plan_id, number: (await checkpoints.resolve(plan_id, checkpoint_id)).number };
    } catch (thrown) {
      if (thrown instanceof NotFoundError) return { plan_id, number: null };
      throw thrown;
    }
  }

  async #isRun({ plan_id, state }: PlanSummary): Promise<boolean> {
    if (isFinal(state)) return false;
    const { leases } = await this.#parts.storage();
    const lease = await leases.read(plan_id);
    return lease?.role === 'runner' && this.#parts.processes.liveness(lease.holder) !== 'gone';
  }
}

function describeTree(tree: TreeState): Pick<Details, 'steps' | 'waiting'> {
  const steps = [...tree.plans.values()].flatMap(stepsOf);
  const complete = steps.filter(({ status }) => status === 'complete').length;
  return { steps: { complete, total: steps.length }, waiting: countWaiting(tree) };
}

/** Questions that nobody has answered, of steps that still wait for that. */
function countWaiting(tree: TreeState): number {
  return [...tree.plans.values()]
    .filter((plan) => !isFinal(runStateOf(plan)))
    .flatMap((plan) =>
      decisionsOf(plan).filter(({ chosen, superseded_by, step_id }) => {
        const status = step_id === null ? undefined : stepOf(plan, step_id)?.status;
        const isOpen = status === undefined || status === 'running' || status === 'pending';
        return chosen === null && superseded_by === null && isOpen;
      }),
    ).length;
}

/** A list of documents starts no servers: what they alone know is taken as it is written. */
function lookingOnly(tools: ToolRegistry): ToolRegistry {
  return {
    get: (name) => tools.get(name),
    list: () => tools.list(),
    mayHave: (name) => tools.mayHave(name),
    prepare: async () => undefined,
  };
}
