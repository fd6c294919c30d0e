import type { Json, JsonObject } from '../domain/json.ts';
import type { DecisionState, StepState, SubplanState } from '../domain/plan-state.ts';
import { toPrintableLine } from '../domain/printable.ts';
import { valueText } from './checkpoint-views.ts';
import { byText } from '../tui/words/by-text.ts';
import type { Glyphs } from '../tui/words/glyphs.ts';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';

/** A section of a state: its title with the number of entries, then its rows; nothing if it is empty. */
function section(title: string, rows: readonly (readonly string[])[], paint: Paint): readonly string[] {
  if (rows.length === 0) return [];
  const body = formatTable(rows);
  return ['', paint('strong', `${title} (${rows.length})`), body.replaceAll(/^/gm, '  ')];
}

export function decisionRows(
  decisions: readonly DecisionState[],
  glyphs: Glyphs,
): readonly (readonly string[])[] {
  return decisions.map((decision) => [
    decision.chosen === null ? glyphs.waiting : glyphs.step.complete,
    toPrintableLine(decision.step_id ?? decision.type),
    toPrintableLine(decision.question),
    decision.chosen === null
      ? 'waits'
      : `${valueText(decision.chosen)} (${toPrintableLine(byText(decision.by))})`,
    valueText(decision.rationale ?? ''),
  ]);
}

export function subplanRows(
  subplans: readonly SubplanState[],
  glyphs: Glyphs,
): readonly (readonly string[])[] {
  return subplans.map(({ name, status, attempt, max_retries, error }) => [
    glyphs.plan[status],
    toPrintableLine(name),
    status,
    `attempt ${attempt} of ${max_retries + 1}`,
    toPrintableLine(error?.message ?? ''),
  ]);
}

function stepRows(steps: readonly StepState[], glyphs: Glyphs): readonly (readonly string[])[] {
  return steps.map((step) => [
    glyphs.step[step.status],
    toPrintableLine(step.id),
    step.status,
    step.attempt > 1 ? `attempt ${step.attempt}` : '',
    toPrintableLine(step.error?.message ?? step.reason ?? ''),
  ]);
}

const valueRows = (values: Json | undefined): readonly (readonly string[])[] =>
  Object.entries((values ?? {}) as JsonObject).map(([key, value]) => [
    toPrintableLine(key),
    valueText(value),
  ]);

/** A state snapshot (docs/json.md) as people read it. */
export function snapshotToText(snapshot: JsonObject, glyphs: Glyphs, paint: Paint): string {
  const list = <T>(name: string): readonly T[] => snapshot[name] as unknown as readonly T[];
  return [
    ...section('Steps', stepRows(list('steps'), glyphs), paint),
    ...section('Decisions', decisionRows(list('decisions'), glyphs), paint),
    ...section('Subplans', subplanRows(list('subplans'), glyphs), paint),
    ...section('Context', valueRows(snapshot['context']), paint),
    ...section('Outputs', valueRows(snapshot['outputs']), paint),
  ].join('\n');
}
