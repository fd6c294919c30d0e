import { shortId } from '../domain/ids.ts';
import type { PlanSummary } from '../domain/plan.ts';
import { toPrintableLine } from '../domain/printable.ts';
import { restText } from '../tui/words/rest-text.ts';
import {
  checkpointCounts,
  nextCommands,
  outputsOf,
  reasonsOf,
  stepCounts,
  type SummaryInput,
} from './run-summary.ts';
import { spokenDuration, toSentence } from './spoken-words.ts';

const STATE_WORDS: Readonly<Record<PlanSummary['state'], string>> = {
  queued: 'has not started',
  processing: 'is running',
  paused: 'is paused',
  complete: 'is done',
  errored: 'failed',
  cancelled: 'is cancelled',
  applied: 'is applied',
};

/** `The plan release, 00003V00, is done`: how a plan stands, without a stop. */
export function standingWords({
  name,
  plan_id,
  state,
}: Pick<PlanSummary, 'name' | 'plan_id' | 'state'>): string {
  return `The plan ${toPrintableLine(name)}, ${shortId(plan_id)}, ${STATE_WORDS[state]}`;
}

/** What to know after a run, as sentences, at most 15 lines; a command stands alone at the end of its line. */
export function summarizeInSentences(input: SummaryInput): string {
  const { plan, tree, outcome, checkpoints, durationMs, quiet } = input;
  const because = outcome.pausedBecause === null ? '' : `, ${restText(outcome.pausedBecause)}`;
  const head = `${standingWords(plan)}${because}, after ${spokenDuration(durationMs)}.`;
  if (quiet) return head;
  return [
    head,
    toSentence(`steps: ${stepCounts(tree, plan)}`),
    ...reasonsOf(input, { sign: 'Failed: ', within: ', ' }).map(toSentence),
    ...outputsOf(input).map((line) => toSentence(`output: ${line}`)),
    toSentence(`checkpoints: ${checkpointCounts(checkpoints)}`),
    ...nextCommands(input).map((command) => `Next: ${command}`),
  ].join('\n');
}
