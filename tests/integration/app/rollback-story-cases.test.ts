import { describe, expect, it } from 'vitest';
import type { RollbackChoices } from '../../../src/ports/rollback-control.ts';
import { RollbackStory } from '../../support/rollback-story.ts';
import type { Stroke } from '../../support/story-folder.ts';
import type { Move } from '../../support/story-moves.ts';

/** Stories that once went wrong, as short as they can be told. All that a story looks at is looked at here too. */
const LIMIT = 200;
const large = (path: string): Stroke => ({ do: 'file', path, content: 'x'.repeat(300), mode: 0o644 });
const small = (path: string, content = ''): Stroke => ({ do: 'file', path, content, mode: 0o644 });
const write = (stroke: Stroke, end: 'ok' | 'cut off' = 'ok'): Move => ({
  do: 'window',
  who: 0,
  strokes: [stroke],
  end,
  checkpoint: false,
});
const person = (stroke: Stroke): Move => ({ do: 'person', who: 0, strokes: [stroke] });
const back = (to: number, choices: Partial<RollbackChoices> = {}, undos = 0): Move => ({
  do: 'rollback',
  who: 0,
  to,
  choices: { scope: 'plan_and_files', paths: [], onConflict: 'keep', ...choices },
  undos,
});

describe('a file over the limit', () => {
  it('that was put back can be undone: nobody else has changed it', () =>
    RollbackStory.play({
      first: [],
      // The first rollback finds it as a conflict, but stores it: `pre_rollback` is the second one kept.
      moves: [write(large('a')), back(0), write(small('a')), back(1, {}, 2)],
      fileLimit: LIMIT,
    }));

  it('that went aside in its folder comes back by an undo', () =>
    RollbackStory.play({
      first: [],
      moves: [write(large('folder/a')), back(0, { onConflict: 'both' }, 2)],
      fileLimit: LIMIT,
    }));

  it('that took the place of a folder has not hidden what was in it: that comes back', async () => {
    using story = new RollbackStory(LIMIT);
    await story.begin([small('folder/a', 'kept')]);
    const instead: Move = {
      do: 'window',
      who: 0,
      strokes: [{ do: 'remove', path: 'folder' }, large('folder')],
      end: 'ok',
      checkpoint: false,
    };
    for (const move of [instead, back(0, { onConflict: 'take' }, 1)]) await story.take(move);
    await story.take(back(0, { onConflict: 'take' }));
    expect([...story.branches[0]!.folder.look().keys()]).toEqual(['folder', 'folder/a']);
    await story.end();
  });

  it('that was captured once because it had to be is left out again, whether the index knows it or not', () =>
    RollbackStory.play({
      first: [],
      moves: [write(large('a')), { do: 'wait' }, back(0), { do: 'checkpoint', who: 0 }],
      fileLimit: LIMIT,
    }));
});

describe('a write that nobody saw ending', () => {
  it('did not make what a person made after the next look', async () => {
    using story = new RollbackStory(1_000_000);
    await story.begin([]);
    for (const move of [write(small('a'), 'cut off'), back(0), person(small('mine'))]) await story.take(move);
    const [branch] = story.branches;
    const [first] = branch!.kept;
    await story.goBack(branch!, first!, { scope: 'plan_and_files', paths: [], onConflict: 'keep' });
    expect([...branch!.folder.look().keys()]).toEqual(['mine']);
    await story.end();
  });

  it('did not make what was left out before it', () =>
    RollbackStory.play({
      first: [],
      moves: [
        write(small('node_modules')),
        back(0),
        person({ do: 'folder', path: 'node_modules', mode: 0o755 }),
        write(small('a'), 'cut off'),
        { do: 'undo', who: 0 },
      ],
      fileLimit: 1_000_000,
    }));

  it('is taken back also where an earlier write had been', async () => {
    using story = new RollbackStory(1_000_000);
    await story.begin([small('a', 'first')]);
    for (const move of [write(small('a', 'second')), write(small('a', 'half'), 'cut off')])
      await story.take(move);
    const [branch] = story.branches;
    const [first] = branch!.kept;
    const choices = { scope: 'plan_and_files', paths: [], onConflict: 'keep' } as const;
    expect((await story.goBack(branch!, first!, choices)).conflicts).toEqual([]);
    await story.end();
  });
});

it('the undo of a rollback of one path leaves the plan where it is', () =>
  RollbackStory.play({
    first: [],
    moves: [write(small('a')), write(small('b')), back(0, { paths: ['a'] }, 2)],
    fileLimit: 1_000_000,
  }));
