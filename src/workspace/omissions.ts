import type { Capture } from '../domain/checkpoint.ts';
import { EXCLUSIONS, type Exclusion } from '../domain/file-state.ts';
import { isWithin, textOfPath, type RawPath } from '../domain/raw-path.ts';

const MOST_NAMED = 1000;

const WORDS: Readonly<Record<Exclusion, string>> = {
  rule: 'left out by a rule',
  git: 'a .git over its limit',
  file_limit: 'over the limit for one file',
  checkpoint_limit: 'over the limit for one checkpoint',
  store_limit: 'without room in the store',
  unreadable: 'unreadable',
  changing: 'changing while read',
  mount: 'on another file system',
};

/** Collects what a capture should hold and doesn't. */
export class Omissions {
  readonly #reasons = new Map<RawPath, Exclusion>();

  /** A path that a rule leaves out is not missing: that is the policy. */
  add(path: RawPath, reason: Exclusion): void {
    if (reason !== 'rule') this.#reasons.set(path, reason);
  }

  /** What was said of a path and of all below it, because it is looked at again. */
  forget(path: RawPath): void {
    for (const known of this.#reasons.keys()) if (isWithin(known, path)) this.#reasons.delete(known);
  }

  paths(): Iterable<RawPath> {
    return this.#reasons.keys();
  }

  toCapture(): Capture {
    const total = this.#reasons.size;
    if (total === 0) return { status: 'complete', reason: null, paths: [] };
    const all = [...this.#reasons.values()];
    const counts = EXCLUSIONS.map(
      (reason) => [all.filter((other) => other === reason).length, reason] as const,
    );
    const why = counts.filter(([count]) => count > 0).map(([count, reason]) => `${count} ${WORDS[reason]}`);
    const unnamed = total > MOST_NAMED ? ` (${total - MOST_NAMED} of them are not named)` : '';
    return {
      status: 'partial',
      reason: `${total === 1 ? '1 path is' : `${total} paths are`} not captured: ${why.join(', ')}${unnamed}`,
      paths: [...this.#reasons.keys()].slice(0, MOST_NAMED).map(textOfPath),
    };
  }
}
