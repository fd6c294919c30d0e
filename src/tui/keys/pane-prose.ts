import type { PaneId } from '../layout/layout.ts';

/** A place that F1 tells about. */
export type ProseId = PaneId | 'home';

export const PROSE_TITLES: Readonly<Record<ProseId, string>> = {
  plan: 'About the plan',
  checkpoints: 'About the checkpoints',
  detail: 'About the detail',
  home: 'About home',
};

/** What a place shows and what one does there, for who never saw it. */
export const PROSE: Readonly<Record<ProseId, string>> = {
  plan: `The plan as a tree: its steps, and the plans that steps start, in the order in which they run. The sign in front of a row says how it stands: done, running, waiting for you, failed, skipped, or still to come. A finished subplan is folded to one line; what failed or waits stays open.

The selection is yours: nothing that happens moves it, unless the frame says "follow". Then it goes with the running step, until you move up or down. What you select here is what the detail below or beside shows.

Signs with numbers at the right are checkpoints: moments to which plan and files can be taken back.`,
  checkpoints: `The timeline of the plan, newest first. A checkpoint holds the state of the plan and the files of its folder at one moment. Four triggers take them by themselves: before and after a tool writes, before a subplan starts, and when something fails. You take one whenever you like.

Selecting one shows everything as it was then: tree, log, state and files. The plan goes on meanwhile, and one key brings you back to now. Mark one and select another to see what differs between them.

Going back shows first what it would do and asks; it takes a checkpoint of now before, so that it can be undone.`,
  detail: `What there is to know about the selected row, on five tabs. Log: what happened and what tools said. Diff: what changed, against another checkpoint or against now. State: what the plan holds. Decision: what was asked, what was chosen and why. Files: what the checkpoint kept.

A search looks through all of the tab and not only through what is on the screen. At its end the log follows what comes; scrolling up stops that.`,
  home: `All plans of this folder, what needs you first, and below them the documents that plans are made of. Opening a plan shows it live, whoever runs it; opening a document asks for its inputs and runs it. The plans can stand in other orders, which the frame names; those of all folders stand below the folder they work in. A filter shows what has all of its words; "state:failed" looks at the state alone, and so do "name:" and "folder:".

A plan runs in a process of its own: leaving its screen can leave it running, and you find it here again. Nothing is touched by leaving home.`,
};
