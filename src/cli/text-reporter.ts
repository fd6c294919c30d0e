import type { PlanId } from '../domain/ids.ts';
import type { PlanEvent } from '../domain/plan-event.ts';
import { toPrintableLine } from '../domain/printable.ts';
import type { TreeState } from '../domain/plan-state.ts';
import type { Clock } from '../ports/clock.ts';
import type { OutputLine } from '../ports/event-listener.ts';
import { describeEvent } from '../tui/words/event-lines.ts';
import type { Glyphs } from '../tui/words/glyphs.ts';
import type { Output } from './output.ts';
import type { Tone } from '../tui/words/tone.ts';
import { clockTime } from '../tui/words/time-text.ts';
import { ToldPlan, type PlanReporter, isTakenAtOnce } from './told-plan.ts';

export interface TextReporterOptions {
  readonly output: Output;
  readonly glyphs: Glyphs;
  readonly clock: Clock;
  /** The plan's state before the first event that will come. */
  readonly tree: TreeState;
  /** Minor events too. */
  readonly verbose: boolean;
  /** Nothing at all; only the state is kept. */
  readonly quiet: boolean;
  /** Only this plan and its subplans are told of; absent: the whole tree. */
  readonly within?: PlanId;
  /** Nobody can be asked here: a question that has a default takes it at once, and waits for no one. */
  readonly takesDefaults?: boolean;
}

/** As wide as the time and the blank before a glyph, so that live output stands under it. */
const INDENT = ' '.repeat('02:03:39 '.length);

/** Prints what happens to a plan: append-only lines, one for each event, live output indented. */
export class TextReporter implements PlanReporter {
  readonly #options: TextReporterOptions;
  readonly #told: ToldPlan;

  constructor(options: TextReporterOptions) {
    this.#options = options;
    this.#told = new ToldPlan(options.tree, options.within);
  }

  get tree(): TreeState {
    return this.#told.tree;
  }

  covers(event: PlanEvent): boolean {
    return this.#told.covers(event);
  }

  onEvent(event: PlanEvent): void {
    this.#told.hear(event);
    const { glyph, tone, text, minor } = describeEvent(event, this.tree, this.#options.glyphs);
    if ((minor && !this.#options.verbose) || !this.covers(event)) return;
    if (this.#options.takesDefaults && isTakenAtOnce(event)) return;
    this.#print(clockTime(event.at), glyph, tone, text);
  }

  onOutput(line: OutputLine): void {
    if (this.#options.quiet) return;
    const { output, glyphs } = this.#options;
    const text = `${this.#speaker(line)}${toPrintableLine(line.text)}`;
    output.print(output.paint('dim', `${INDENT}${glyphs.output} ${text}`));
  }

  room(): Promise<void> | null {
    return this.#options.quiet ? null : this.#options.output.room();
  }

  onWaiting(message: string): void {
    const { clock, glyphs } = this.#options;
    this.#print(clockTime(clock.now()), glyphs.paused, 'attention', message);
  }

  #print(time: string, glyph: string, tone: Tone, text: string): void {
    if (this.#options.quiet) return;
    const { paint, print } = this.#options.output;
    print(`${paint('dim', time)} ${paint(tone, `${glyph} ${toPrintableLine(text)}`)}`);
  }

  /** Who says it, where several tools talk at once. */
  #speaker(line: OutputLine): string {
    const names = this.#told.speaker(line);
    return names.length === 0 ? '' : `[${toPrintableLine(names.join(` ${this.#options.glyphs.within} `))}] `;
  }
}
