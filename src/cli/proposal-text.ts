import type { PlanProposal } from '../app/propose-plan.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { toPrintableLine } from '../domain/printable.ts';
import type { Glyphs } from '../tui/words/glyphs.ts';

/** How a goal is to be reached and what else could have been done, and what the thinking took. */
export function proposalText(proposal: PlanProposal, glyphs: Glyphs): string {
  const { alternatives, chosen, rationale, confidence } = proposal;
  const width = Math.max(...alternatives.map(({ id }) => id.length));
  return [
    ...alternatives.map(({ id, description }) => {
      const sign = id === chosen ? glyphs.step.complete : ' ';
      return toPrintableLine(`${sign} ${id.padEnd(width)}  ${description ?? ''}`.trimEnd());
    }),
    toPrintableLine(`because: ${rationale} (${Math.round(confidence * 100)} % sure)`),
    costText(proposal),
  ].join('\n');
}

function costText({ model, costs }: PlanProposal): string {
  const { replies, input_tokens, output_tokens, cost } = costs;
  const tokens =
    input_tokens === null || output_tokens === null
      ? 'tokens not known'
      : `${input_tokens} tokens in, ${output_tokens} out`;
  const what = replies === 1 ? '1 reply' : `${replies} replies`;
  return toPrintableLine(`${what} of ${model}, ${tokens}${cost === null ? '' : `, cost ${cost}`}`);
}

/** What became of a proposal. */
interface Made {
  readonly document: string;
  readonly file: string | null;
  readonly approved: boolean;
  readonly decision_id: string;
}

/** `data.planned` of `plan create --goal` (docs/json.md). */
export type PlannedJson = JsonObject & Made;

export function proposalToJson(
  { model, costs, alternatives, chosen, rationale, confidence }: PlanProposal,
  made: Made,
): PlannedJson {
  const strategy = { alternatives: alternatives as unknown as Json, chosen, rationale, confidence };
  return { model, ...costs, ...strategy, ...made };
}
