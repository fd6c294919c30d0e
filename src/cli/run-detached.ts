import type { JsonObject } from '../domain/json.ts';
import { shortId } from '../domain/ids.ts';
import type { PlanState } from '../domain/plan-state.ts';
import type { PlanSummary } from '../domain/plan.ts';
import { explainThrown } from './error-report.ts';
import { OwnEngine } from './own-engine.ts';
import type { StartChoices } from './plan-run-flow.ts';
import { runToJson } from './run-shapes.ts';
import type { CommandResult, Session } from './session.ts';

/** Starts a plan in a process of its own and leaves it to itself: it goes on when this terminal is closed. */
export async function runDetached(
  session: Session,
  plan: PlanSummary,
  choices: StartChoices,
): Promise<CommandResult> {
  const { plans } = await (await session.app()).storage();
  const engine = new OwnEngine(session, plan.root_plan_id, () => undefined);
  const described = async (): Promise<JsonObject> => {
    const now = await plans.get(plan.root_plan_id);
    const tree = await plans.stateAt(plan.root_plan_id);
    return runToJson(now, tree.plans.get(plan.root_plan_id) as PlanState);
  };
  try {
    await engine.start(choices);
  } catch (thrown) {
    // The plan exists whatever went wrong: a program still gets to know where it stands.
    const error = explainThrown(thrown);
    return { data: await described(), exitCode: error.exitCode, error };
  }
  engine.leave('goes on');
  const data = { ...(await described()), pid: engine.pid };
  return { data, show: () => session.output.print(detachedText(plan, engine.pid)) };
}

function detachedText(plan: PlanSummary, pid: number | null): string {
  const id = shortId(plan.root_plan_id);
  return [
    `${plan.name} ${id} runs in process ${pid}, also when this terminal is closed`,
    `  look at it     agents plan watch ${id}`,
    `  all plans      agents`,
    `  how it stands  agents plan status ${id}`,
    `  pause it       agents plan pause ${id}`,
    '',
  ].join('\n');
}
