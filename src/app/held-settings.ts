import { isDeepStrictEqual } from 'node:util';
import { valueOf, type LoadedConfig } from '../config/load-config.ts';
import type { PlanEvent } from '../domain/plan-event.ts';
import type { PlanSummary } from '../domain/plan.ts';
import { CHANGED_BY_STEP, refusedSettings, type RefusedSettings } from '../domain/refused-settings.ts';
import { shortId } from '../domain/ids.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { Storage } from '../storage/open-storage.ts';

/** Enough: older plans of a folder are hardly the last that wrote its settings. */
const PLANS_LOOKED_AT = 50;

/** What steps of a folder's plans wrote into its settings, and no person has taken. */
export interface HeldSettings extends RefusedSettings {
  /** Those that this plan's own history tells of. */
  readonly own: RefusedSettings['changes'];
  /** Those that only other plans' histories tell of. */
  readonly elsewhere: readonly PlanEvent[];
}

/** A folder has one `.agentsrc` for all its plans: what a step of one may not change for itself it may not change for the next. */
export async function heldSettings(
  storage: Pick<Storage, 'plans'>,
  { root_plan_id, workspace }: PlanSummary,
): Promise<HeldSettings> {
  const { items } = await storage.plans.list({ workspace, limit: PLANS_LOOKED_AT });
  const roots = new Set([root_plan_id, ...items.map((plan) => plan.root_plan_id)]);
  const all: PlanEvent[] = [];
  for (const root of roots) all.push(...(await storage.plans.eventsOfType(root, 'config.changed')));
  const inTime = all.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const refused = refusedSettings(inTime);
  const keys = new Set(refused.changes.map(({ key }) => key));
  const elsewhere = inTime.filter(
    (event) =>
      event.type === 'config.changed' &&
      event.root_plan_id !== root_plan_id &&
      event.payload.error?.code === CHANGED_BY_STEP &&
      event.payload.changes.some(({ key }) => keys.has(key)),
  );
  const own = refusedSettings(inTime.filter((event) => event.root_plan_id === root_plan_id)).changes;
  return { ...refused, own, elsewhere };
}

/** Says in a plan's own history, once, what it doesn't take although the files say it: then it can be answered there. */
export async function tellHeldSettings(
  journal: PlanJournal,
  { changes, own, elsewhere }: HeldSettings,
  files: LoadedConfig,
): Promise<void> {
  const inForce = changes.filter(({ key, after }) => isDeepStrictEqual(valueOf(files, key), after));
  const last = elsewhere.at(-1);
  if (inForce.length === 0 || last?.type !== 'config.changed') return;
  if (inForce.every((change) => own.some((known) => isDeepStrictEqual(known, change)))) return;
  const keys = inForce.map(({ key }) => key).join(', ');
  const error = {
    code: CHANGED_BY_STEP,
    message: `a step of plan ${shortId(last.root_plan_id)} changed ${keys} while it wrote: not taken`,
    hint: 'agents plan approve PLAN takes it, agents plan deny PLAN leaves it',
  };
  const payload = { changes: inForce, error };
  await journal.commit([{ type: 'config.changed', plan_id: journal.rootId, payload }]);
}
