import type { Line } from '../lines/line.ts';
import type { NodeRef } from '../rows/tree-row.ts';
import type { PlanView } from '../store/plan-view.ts';
import { GrowingLog } from './growing-log.ts';
import type { LogOptions } from './log-line.ts';

/** The events of a node, or of the whole tree (null), with the output of its calls under their start. */
export function logLines(view: PlanView, node: NodeRef | null, options: LogOptions): readonly Line[] {
  return new GrowingLog(view, node, options).take(view);
}

/** The log that was asked for last: the next answer costs only what has been added since. */
export class LogLines {
  #last: GrowingLog | null = null;

  /** As `logLines`, of views of one plan in the order of time; of what is just no longer kept some may still be told. */
  readonly of: typeof logLines = (view, node, options) => {
    if (!this.#last?.continues(view, node, options)) this.#last = new GrowingLog(view, node, options);
    return this.#last.take(view);
  };
}
