import { keyRow as row, type KeyRow } from './key-row.ts';

/** What keys do before something goes back: the safe choice has the focus, and what differs can be looked at. */
export const ROLLBACK_KEYS: readonly KeyRow[] = [
  row('choose', 'enter', ['rollback', 'fork', 'forked', 'compensate'], 'take the choice that has the focus', {
    hint: 'choose',
    rank: 2,
  }),
  row('roll-back-both', 'y', ['rollback'], 'roll back the plan and its files', {
    hint: 'roll back',
    rank: 3,
    twin: 'plan rollback PLAN CHECKPOINT --yes',
  }),
  row('roll-back-state', 's', ['rollback'], 'roll back only the state of the plan; files stay', {
    hint: 'state only',
    rank: 4,
    twin: 'plan rollback PLAN CHECKPOINT --plan-only --yes',
  }),
  row('roll-back-files', 'f', ['rollback'], 'roll back only the files; the state of the plan stays', {
    hint: 'files only',
    rank: 5,
    twin: 'plan rollback PLAN CHECKPOINT --files-only --yes',
  }),
  row(
    'leave-damaged',
    'x',
    ['rollback'],
    'roll back all but the paths whose stored content is missing or damaged',
    {
      twin: 'plan rollback PLAN CHECKPOINT --leave-damaged --yes',
    },
  ),
  row('fork', 'F', ['rollback'], 'leave this plan as it is: fork a new one'),
  row('show-paths', 'l', ['rollback'], 'the paths, and what becomes of each', { hint: 'paths', rank: 6 }),
  row('show-conflicts', 'c', ['rollback'], 'what somebody else changed: keep it, take it back, or both', {
    hint: 'conflicts',
    rank: 7,
  }),
  row('show-patch', 'enter d', ['paths', 'conflicts'], 'what differs in the path', { hint: 'diff', rank: 2 }),
  row('leave-path', 'space', ['paths'], 'leave the path out, or take it in again; only files go back then', {
    hint: 'leave out',
    rank: 3,
    twin: 'plan rollback PLAN CHECKPOINT --path PATH --yes',
  }),
  row('leave-all-paths', 'a', ['paths'], 'all paths that are listed, or none of them', {
    hint: 'all or none',
    rank: 4,
  }),
  row('find', '/', ['paths', 'conflicts'], 'show only paths with a text', { hint: 'filter', rank: 7 }),
  row('keep-mine', 'm', ['conflicts'], 'leave it as it is now', { hint: 'keep', rank: 3 }),
  row('take-theirs', 't', ['conflicts'], 'replace it by what the checkpoint has', { hint: 'take', rank: 4 }),
  row('take-both', 'b', ['conflicts'], 'replace it, and save what is there now beside it', {
    hint: 'both',
    rank: 5,
  }),
  row('same-for-all', '*', ['conflicts'], 'the same for all of them', { hint: 'for all', rank: 6 }),
  row('fork-here', 'y', ['fork'], 'a new plan in the same folder', {
    hint: 'fork',
    rank: 3,
    twin: 'plan fork PLAN CHECKPOINT',
  }),
  row('fork-into', 'i', ['fork'], 'a new plan in a folder of its own, with the files as they were', {
    hint: 'into a folder',
    rank: 4,
    twin: 'plan fork PLAN CHECKPOINT --into DIR',
  }),
  row('open-fork', 'o', ['forked'], 'open the new plan; this one is left as it is', {
    hint: 'open it',
    rank: 3,
    twin: 'plan watch PLAN',
  }),
  row('run-compensation', 'y', ['compensate'], 'run what takes back what an undone step did elsewhere', {
    hint: 'run it',
    rank: 3,
    twin: 'plan compensate PLAN COMPENSATION --yes',
  }),
  row('skip-compensation', 's', ['compensate'], 'skip it for good: what the step did stays', {
    hint: 'skip it',
    rank: 4,
    twin: 'plan compensate PLAN COMPENSATION --skip',
  }),
  row('next-compensation', 'n', ['compensate'], 'leave it open, and look at the one before it', {
    hint: 'next',
    rank: 5,
  }),
];
