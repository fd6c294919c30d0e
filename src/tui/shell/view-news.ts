import type { Checkpoint } from '../../domain/checkpoint.ts';
import { safeText } from '../lines/safe-text.ts';
import type { PlanView, WaitingItem } from '../store/plan-view.ts';
import { hasEnded, hasFailed, isCancelled } from '../ui/plan-standing.ts';
import type { UiEvent } from '../ui/ui-step.ts';
import { TRIGGER_WORDS, type Glyphs } from '../words/glyphs.ts';

/** What a new view tells the person at once, wherever they look. */
export interface News {
  readonly events: readonly UiEvent[];
  /** What a person who looks elsewhere wants to hear of: it waits, has failed or is done; null: nothing of that. */
  readonly notice: string | null;
}

/** Compares each view with the one before: what was there when the screen opened is no news, but for what a run says of itself. */
export class ViewNews {
  readonly #glyphs: Glyphs;
  #isOpen = false;
  #hasEnded = false;
  #lastCheckpoint = 0;
  #lastSeq = 0;
  #waiting: ReadonlySet<string> = new Set();

  constructor(glyphs: Glyphs) {
    this.#glyphs = glyphs;
  }

  of(view: PlanView): News {
    if (!view.caughtUp) return { events: [], notice: null };
    const created = this.#newCheckpoint(view);
    const asked = this.#newWaiting(view);
    const ended = this.#newEnd(view);
    const noted = this.#newNote(view);
    const wasOpen = this.#isOpen;
    this.#isOpen = true;
    const events: UiEvent[] = asked.map((item) => ({ kind: 'waiting', item }));
    // Where its end came at the same time, that is the news.
    const isNews = created !== null && (created.trigger === 'manual' || !hasEnded(view));
    if (isNews && wasOpen) {
      const toast = { kind: 'toast', tone: 'good', text: this.#createdText(created) } as const;
      // Somebody waits for the one that was asked for.
      events.unshift(created.trigger === 'manual' ? toast : { ...toast, passing: true });
    }
    // It may have come while the screen was being opened; of what goes on it still holds.
    if (noted !== null && (wasOpen || !hasEnded(view)))
      events.push({ kind: 'toast', tone: 'attention', text: noted });
    return { events, notice: wasOpen ? (ended ?? waitingText(view, asked)) : null };
  }

  #newCheckpoint(view: PlanView): Checkpoint | null {
    const last = view.checkpoints.last();
    if (!last || last.number <= this.#lastCheckpoint) return null;
    this.#lastCheckpoint = last.number;
    return last;
  }

  /** What the run has to say of itself, and of none of its steps. */
  #newNote({ log }: PlanView): string | null {
    const last = this.#lastSeq;
    this.#lastSeq = log.last()?.seq ?? last;
    const news = log
      .toSeq()
      .reverse()
      .takeWhile(({ seq }) => seq > last);
    const said = news.find(
      ({ type, stepId, line }) => type === 'note.added' && stepId === null && !line.minor,
    );
    return said?.line.text ?? null;
  }

  #newWaiting(view: PlanView): readonly WaitingItem[] {
    const known = this.#waiting;
    this.#waiting = new Set(view.waiting.map(keyOf));
    return view.waiting.filter((item) => !known.has(keyOf(item)));
  }

  /** What is said of the end, once. A cancelled plan is no news to who cancelled it. */
  #newEnd(view: PlanView): string | null {
    const hadEnded = this.#hasEnded;
    this.#hasEnded = hasEnded(view);
    if (hadEnded || !this.#hasEnded) return null;
    if (hasFailed(view)) return `${view.name} has failed`;
    return isCancelled(view) ? null : `${view.name} is done`;
  }

  #createdText({ number, trigger, label }: Checkpoint): string {
    const taken = `${this.#glyphs.trigger[trigger]} ${TRIGGER_WORDS[trigger]}`;
    const words = label === null ? taken : `${taken} "${safeText(label)}"`;
    return `${this.#glyphs.step.complete} checkpoint ${number} created (${words})`;
  }
}

function waitingText(view: PlanView, [item]: readonly WaitingItem[]): string | null {
  if (!item) return null;
  const what = item.kind === 'decision' ? item.decision.question : 'its settings have changed';
  return `${view.name} waits for you: ${what}`;
}

function keyOf(item: WaitingItem): string {
  return item.kind === 'decision' ? item.decision.id : `settings ${item.seq}`;
}
