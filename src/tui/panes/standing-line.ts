import { errorOf, runStateOf } from '../../domain/plan-state.ts';
import type { RunState } from '../../domain/plan.ts';
import type { Line } from '../lines/line.ts';
import { firstLine, safeText } from '../lines/safe-text.ts';
import type { PlanView } from '../store/plan-view.ts';
import { hasEnded } from '../ui/plan-standing.ts';
import { waitingName } from '../ui/waiting-items.ts';
import type { Glyphs } from '../words/glyphs.ts';
import type { Tone } from '../words/tone.ts';

/** How the plan stands, where that asks something of the person: what is wrong, waits, rests or is over. */
export function standingLine(view: PlanView, glyphs: Glyphs): Line {
  const said = troubleOf(view) ?? waitingOf(view) ?? restOf(view);
  if (!said) return [];
  const [kind, tone, text] = said;
  const sign = kind === 'waiting' ? glyphs.waiting : glyphs.plan[kind];
  return [{ text: ` ${sign} ${text}`, tone }];
}

type Said = readonly [RunState | 'waiting', Tone, string];

function troubleOf(view: PlanView): Said | null {
  const { fault, runner } = view;
  if (fault) return ['errored', 'bad', safeText(`the plan can't be read at the moment: ${fault.message}`)];
  if (runner.kind !== 'lost' || hasEnded(view)) return null;
  return ['errored', 'bad', safeText(`nobody runs it: ${runner.how}; p goes on with it`)];
}

function waitingOf(view: PlanView): Said | null {
  const [first, ...others] = view.waiting;
  if (!first || hasEnded(view)) return null;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return ['waiting', 'attention', `${waitingName(first)} waits for you${more}; a answers`];
}

/** Why nothing happens any more, and what can be done then. */
function restOf({ tree, rootId }: PlanView): Said | null {
  const plan = tree.plans.get(rootId);
  if (!plan) return null;
  const state = runStateOf(plan);
  switch (state) {
    case 'complete':
    case 'applied':
      return [state, 'good', `${state}; look around, or leave with q`];
    case 'errored':
      return [state, 'bad', `failed (! shows where): ${firstLine(errorOf(plan)?.message ?? '')}`];
    case 'cancelled':
      return [state, 'attention', 'cancelled; look around, or leave with q'];
    case 'paused':
      return [state, 'attention', 'paused; p goes on with it'];
    case 'queued':
    case 'processing':
      return null;
  }
}
