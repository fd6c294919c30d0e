import * as fc from 'fast-check';
import type { RawPath } from '../../src/domain/raw-path.ts';
import type { RollbackChoices } from '../../src/ports/rollback-control.ts';
import type { Stroke } from './story-folder.ts';

/** What happens in a story. Numbers choose among what there is at that moment. */
export type Move =
  /** A write of the plan, or of one of its subplans. `cut off`: nobody saw its end. */
  | {
      readonly do: 'window';
      readonly who: number;
      readonly strokes: readonly Stroke[];
      readonly end: 'ok' | 'failed' | 'cut off';
      /** A checkpoint before it, as `on_tool_write` takes it. */
      readonly checkpoint: boolean;
    }
  /** Somebody else, outside of any window. */
  | { readonly do: 'person'; readonly who: number; readonly strokes: readonly Stroke[] }
  | { readonly do: 'checkpoint'; readonly who: number; readonly isAutomatic?: boolean }
  /** Retention: at most so many stay. */
  | { readonly do: 'prune'; readonly who: number; readonly most: number }
  | {
      readonly do: 'rollback';
      readonly who: number;
      readonly to: number;
      readonly choices: RollbackChoices;
      /** Undone right after it, and that too: so many times. */
      readonly undos: number;
    }
  | { readonly do: 'undo'; readonly who: number }
  | { readonly do: 'fork'; readonly who: number; readonly to: number; readonly into: boolean }
  | { readonly do: 'spawn'; readonly who: number }
  /** A person changes `.agentsignore`. */
  | { readonly do: 'ignore'; readonly text: string }
  /** Until the scan's index counts on what was written. */
  | { readonly do: 'wait' };

export interface StoryPlot {
  readonly first: readonly Stroke[];
  readonly moves: readonly Move[];
  /** Bytes beyond which a file is left out. */
  readonly fileLimit: number;
}

const name = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom('a', 'b', 'c') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'c d',
      '-r',
      '\n"',
      'e\xcc\x81',
      '\xc3\xa9',
      '\xff',
      'a.mine',
      'x.log',
      ' ',
      'n'.repeat(255),
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('node_modules', '.git') },
);
const path: fc.Arbitrary<RawPath> = fc
  .array(name, { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('/'));
const content = fc.constantFrom('', '1', '2', 'a line\r\n', '\0\xff', 'x'.repeat(300));
const mode = fc.constantFrom(0o644, 0o644, 0o600, 0o755, 0o444, 0o4755);
const folderMode = fc.constantFrom(0o755, 0o700, 0o555);
const target = fc.constantFrom('a', 'missing', '../outside', '../outside/secret', '\xff');
const into = fc.constantFrom('file', 'folder', 'link');

const stroke: fc.Arbitrary<Stroke> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('file'), path, content, mode }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('folder'), path, mode: folderMode }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('link'), path, target }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove'), path }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move'), path, to: path }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('mode'), path, mode }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('swap'), path, into }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('checkout'), version: fc.constantFrom('main', 'other') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clean'), every: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('commit'), path: fc.constantFrom('', 'a', 'b'), content }),
  },
);
const strokes = fc.array(stroke, { minLength: 1, maxLength: 5 });

const who = fc.nat({ max: 5 });
const to = fc.nat({ max: 20 });
const conflict = fc.constantFrom('keep', 'take', 'both');
const choices: fc.Arbitrary<RollbackChoices> = fc.record({
  scope: fc.constantFrom('plan_and_files', 'plan_and_files', 'workspace', 'files_only', 'plan_only'),
  paths: fc.oneof(
    { weight: 4, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: fc.array(path, { maxLength: 2 }) },
  ),
  onConflict: conflict,
  choices: fc.array(fc.tuple(path, conflict), { maxLength: 2 }).map((answers) => new Map(answers)),
});

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('window'),
      who,
      strokes,
      end: fc.constantFrom('ok', 'ok', 'ok', 'ok', 'failed', 'cut off'),
      checkpoint: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('person'), who, strokes }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('checkpoint'), who }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('rollback'), who, to, choices, undos: fc.nat({ max: 2 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undo'), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fork'), who, to, into: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('spawn'), who }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('ignore'), text: fc.constantFrom('', '*.log\n', 'c\nb/a\n') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait') }) },
);

/** As others, with retention in between. */
const prunedMove: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: move },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('checkpoint'), who, isAutomatic: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('prune'), who, most: fc.integer({ min: 1, max: 4 }) }),
  },
);

/** @param length at most so many moves */
export function plots(length: number, { isPruned = false } = {}): fc.Arbitrary<StoryPlot> {
  return fc.record({
    first: fc.array(stroke, { maxLength: 10 }),
    moves: fc.array(isPruned ? prunedMove : move, { minLength: 2, maxLength: length, size: 'max' }),
    fileLimit: fc.constantFrom(1_000_000, 1_000_000, 200),
  });
}
