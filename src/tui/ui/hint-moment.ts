import { isCommandRunning, type CommandState } from '../command/command-state.ts';
import type { HintMoment } from '../keys/hint-line.ts';
import type { ActionId } from '../keys/key-row.ts';
import type { CheckpointId } from '../../domain/ids.ts';
import { countSteps } from '../rows/tree-counts.ts';
import type { PlanView } from '../store/plan-view.ts';
import { canResume, hasFailed, isRunning } from './plan-standing.ts';

/** What the hint line leaves out, calls otherwise or puts first, as the plan stands now. */
export function hintMoment(view: PlanView, command: CommandState, past: CheckpointId | null): HintMoment {
  const mayGoOn = canResume(view);
  const runs = isRunning(view);
  const waits = view.waiting.length > 0;
  const useless: readonly (readonly [ActionId, boolean])[] = [
    ['approve', !waits],
    ['next-waiting', view.waiting.length < 2],
    ['pause', !runs && !mayGoOn],
    ['stop', !runs],
    ['retry', !hasFailed(view)],
    ['diff', view.checkpoints.size === 0],
    ['mark', view.checkpoints.size === 0],
    ['rollback', view.checkpoints.size === 0],
    ['live', past === null],
    ['next-error', !hasFailures(view)],
    ['interrupt', !isCommandRunning(command)],
  ];
  return {
    useless: new Set(useless.flatMap(([action, isUseless]) => (isUseless ? [action] : []))),
    words: mayGoOn ? { pause: 'go on' } : {},
    first: past !== null ? 'live' : waits ? 'approve' : mayGoOn ? 'pause' : hasFailed(view) ? 'retry' : null,
  };
}

function hasFailures(view: PlanView): boolean {
  const { failed, tolerated } = countSteps(view);
  return failed > tolerated;
}
