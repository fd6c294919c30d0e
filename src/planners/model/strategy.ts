import * as z from 'zod';
import type { DecisionOption } from '../../domain/plan-document.ts';

/** How a goal is to be reached, and what else could have been done: the decision behind a plan. */
export interface Strategy {
  readonly alternatives: readonly DecisionOption[];
  /** The id of one of them. */
  readonly chosen: string;
  readonly rationale: string;
  /** 0 to 1. */
  readonly confidence: number;
}

const MAX_ALTERNATIVES = 8;
/** A person is to read it. */
const MAX_DOCUMENT = 100_000;

const alternative = z.strictObject({
  id: z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,49}$/),
  description: z.string().min(1).max(500),
});

/** A plan as a model proposes it. */
export const proposalSchema = z
  .strictObject({
    document: z.string().min(1).max(MAX_DOCUMENT).describe('the whole plan document: YAML'),
    alternatives: z.array(alternative).min(1).max(MAX_ALTERNATIVES).describe('ways to reach the goal'),
    chosen: z.string().describe('id of the alternative that the document carries out'),
    rationale: z.string().min(1).max(2000).describe('why, in a sentence or two'),
    confidence: z.number().min(0).max(1).describe('that it reaches the goal'),
  })
  .refine(({ alternatives, chosen }) => alternatives.some(({ id }) => id === chosen), {
    path: ['chosen'],
    error: 'must be the id of one of the alternatives',
  });

export type Proposal = z.infer<typeof proposalSchema>;
