import { formatPhaseState } from '../../domain/plan.ts';
import type { HomeDocument, HomePlan } from '../../ports/home-source.ts';
import { phaseStateWords } from '../words/state-words.ts';

/** The parts that a word may be about alone, as in `state:failed`. */
const PARTS = ['name', 'state', 'folder'] as const;
type Part = (typeof PARTS)[number];
type Texts = Readonly<Record<Part, string>> & { readonly others: string };

interface Word {
  /** null: any of them. */
  readonly part: Part | null;
  readonly text: string;
}

/** What a filter lets through: everything that has all of its words, in either case. */
export interface HomeFilter {
  plan(item: HomePlan): boolean;
  document(document: HomeDocument): boolean;
}

/** @param typed words with blanks between them; `name:`, `state:` or `folder:` before a word: only there */
export function homeFilter(typed: string): HomeFilter {
  const words = typed.toLowerCase().split(/\s+/u).map(wordOf);
  const fits = (texts: Texts): boolean => words.every((word) => has(texts, word));
  return {
    plan: ({ plan }) =>
      fits({
        name: plan.name,
        state: `${formatPhaseState(plan.phase, plan.state)}\n${phaseStateWords(plan.phase, plan.state)}`,
        folder: plan.workspace,
        others: `${plan.goal ?? ''}\n${plan.plan_id}`,
      }),
    document: ({ name, file, goal }) => fits({ name, state: '', folder: file, others: goal ?? '' }),
  };
}

function wordOf(word: string): Word {
  const part = PARTS.find((name) => word.startsWith(`${name}:`)) ?? null;
  return { part, text: part === null ? word : word.slice(part.length + 1) };
}

function has(texts: Texts, { part, text }: Word): boolean {
  const searched = part === null ? Object.values(texts).join('\n') : texts[part];
  return searched.toLowerCase().includes(text);
}
