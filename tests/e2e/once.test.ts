import { beforeAll, describe, expect, it } from 'vitest';
import { OnceStory, type Kill, type OnceEnd } from '../support/once-story.ts';

const runner = (at: number | string, delayMs = 0): Kill => ({ at, delayMs, whom: 'runner' });
const all = (at: number | string, delayMs = 0): Kill => ({ at, delayMs, whom: 'all' });

/** By the event that was told last, or by a path that came: in a write, a capture, a retry and its restore, subplans side by side, at the end. */
const KILLS: readonly (readonly [what: string, kills: readonly Kill[]])[] = [
  ['at its first word', [runner(1)]],
  ['in its first write, whose tool lives on', [runner('one.log')]],
  ['as its file tools write', [runner(37)]],
  ['between the attempts of a step', [all(78)]],
  ['while files go back for a retry', [runner(88, 2)]],
  ['in subplans side by side', [runner(125)]],
  ['as a subplan begins again', [all(140, 5)]],
  ['again and again', [runner(45), all(20), runner(30), all(50)]],
  ['in its last write, with its tool', [all('last.log')]],
];

describe('a plan whose every effect can be counted', () => {
  let undisturbed: OnceEnd;
  beforeAll(async () => {
    using story = new OnceStory();
    undisturbed = await story.run();
  });

  it.each(KILLS)(
    'Given SIGKILL %s, then all it does is done once, and nothing it told is lost',
    async (_, kills) => {
      using story = new OnceStory();
      expect(await story.run(kills)).toEqual(undisturbed);
      expect(await story.lost()).toEqual([]);
      expect(story.sandbox.processes()).toEqual([]);
    },
  );
});
