import type { CommandGroup } from './command-row.ts';

const CHECKPOINT: CommandGroup = {
  name: 'checkpoint',
  about: 'take, look at and keep checkpoints',
  rows: [
    {
      usage: 'create <plan>',
      about: 'take a checkpoint now, also of a plan that another process runs',
      load: async () => (await import('./commands/checkpoint-create.ts')).checkpointCreate,
    },
    {
      usage: 'list <plan>',
      about: "a plan's checkpoints, oldest first",
      load: async () => (await import('./commands/checkpoint-list.ts')).checkpointList,
    },
    {
      usage: 'show <plan> <checkpoint>',
      about: 'one checkpoint with the whole state it holds',
      load: async () => (await import('./commands/checkpoint-show.ts')).checkpointShow,
    },
    {
      usage: 'label <plan> <checkpoint> [text]',
      about: 'give a checkpoint a name; without a text: take it away',
      load: async () => (await import('./commands/checkpoint-marks.ts')).checkpointLabel,
    },
    {
      usage: 'pin <plan> <checkpoint>',
      about: 'keep a checkpoint whatever is cleaned up',
      load: async () => (await import('./commands/checkpoint-marks.ts')).checkpointPin,
    },
    {
      usage: 'unpin <plan> <checkpoint>',
      about: 'let a checkpoint be cleaned up again',
      load: async () => (await import('./commands/checkpoint-marks.ts')).checkpointUnpin,
      personal: true,
    },
    {
      usage: 'delete <plan> <checkpoint>',
      about: 'take a checkpoint out of the history for good',
      load: async () => (await import('./commands/checkpoint-delete.ts')).checkpointDelete,
      personal: true,
    },
    {
      usage: 'prune [plan]',
      about: 'delete the automatic checkpoints that retention does not keep',
      load: async () => (await import('./commands/checkpoint-prune.ts')).checkpointPrune,
      personal: true,
    },
    {
      usage: 'export <plan> <file>',
      about: 'a whole plan with its checkpoints and files, as one file',
      load: async () => (await import('./commands/checkpoint-archive.ts')).checkpointExport,
    },
    {
      usage: 'import <file>',
      about: 'a plan that was exported, proved before it is stored',
      load: async () => (await import('./commands/checkpoint-archive.ts')).checkpointImport,
    },
  ],
};

/** Everything that is done with plans. */
export const PLAN: CommandGroup = {
  name: 'plan',
  about: 'run, look at and steer plans',
  rows: [
    {
      usage: 'run [file]',
      about: 'create a plan from a document, or for a goal, and execute it',
      load: async () => (await import('./commands/plan-run.ts')).planRun,
    },
    {
      usage: 'create [file]',
      about: 'store a plan of a document, or for a goal, without running it',
      load: async () => (await import('./commands/plan-create.ts')).planCreate,
    },
    {
      usage: 'validate <file>',
      about: 'check a document; nothing is created',
      load: async () => (await import('./commands/plan-validate.ts')).planValidate,
    },
    {
      usage: 'explain <file>',
      about: 'what a document does: its graph, which steps write, what cannot be undone',
      load: async () => (await import('./commands/plan-explain.ts')).planExplain,
    },
    {
      usage: 'execute <plan>',
      about: 'start a plan, or go on where it rests',
      load: async () => (await import('./commands/plan-execute.ts')).planExecute,
    },
    {
      usage: 'retry <plan>',
      about: 'a failed plan again, from its failed step',
      load: async () => (await import('./commands/plan-retry.ts')).planRetry,
    },
    {
      usage: 'list',
      about: 'the plans of this folder, newest first',
      load: async () => (await import('./commands/plan-list.ts')).planList,
    },
    {
      usage: 'status <plan>',
      about: 'steps, subplans, decisions and who runs it',
      load: async () => (await import('./commands/plan-status.ts')).planStatus,
    },
    {
      usage: 'tree <plan>',
      about: 'the tree of steps and subplans, as the screen shows it',
      load: async () => (await import('./commands/plan-tree.ts')).planTree,
    },
    {
      usage: 'show <plan> <decision>',
      about: 'one decision whole: question, options, choice, reasons',
      load: async () => (await import('./commands/plan-show.ts')).planShow,
    },
    {
      usage: 'errors <plan>',
      about: 'all that failed, and what to do about each',
      load: async () => (await import('./commands/plan-errors.ts')).planErrors,
    },
    {
      usage: 'events <plan>',
      about: 'the history of a plan, line by line',
      load: async () => (await import('./commands/plan-events.ts')).planEvents,
    },
    {
      usage: 'watch <plan>',
      about: 'follow a plan that another process runs',
      load: async () => (await import('./commands/plan-watch.ts')).planWatch,
    },
    {
      usage: 'pause <plan>',
      about: 'finish the running step, take a checkpoint, rest',
      load: async () => (await import('./commands/plan-control.ts')).planPause,
    },
    {
      usage: 'resume <plan>',
      about: 'let a paused plan go on in the process that runs it',
      load: async () => (await import('./commands/plan-control.ts')).planResume,
    },
    {
      usage: 'stop <plan>',
      about: 'end the running tool and its process; the step can run again',
      load: async () => (await import('./commands/plan-control.ts')).planStop,
    },
    {
      usage: 'cancel <plan>',
      about: 'end a plan for good',
      load: async () => (await import('./commands/plan-control.ts')).planCancel,
    },
    {
      usage: 'answer <plan> <decision> <option>',
      about: 'answer a question that a plan waits for',
      load: async () => (await import('./commands/plan-control.ts')).planAnswer,
      personal: true,
    },
    {
      usage: 'engine <plan>',
      about: 'run a plan for the screen that shows it',
      load: async () => (await import('./commands/plan-engine.ts')).planEngine,
      hidden: true,
    },
    {
      usage: 'approve <plan>',
      about: 'take what a plan asks your word for',
      load: async () => (await import('./commands/plan-control.ts')).planApprove,
      personal: true,
    },
    {
      usage: 'deny <plan>',
      about: 'refuse what a plan asks your word for',
      load: async () => (await import('./commands/plan-control.ts')).planDeny,
    },
    {
      usage: 'rollback [plan] [checkpoint]',
      about: 'take a plan and its files back to a checkpoint',
      load: async () => (await import('./commands/plan-rollback.ts')).planRollback,
      personal: true,
    },
    {
      usage: 'undo <plan>',
      about: 'reverse the last rollback',
      load: async () => (await import('./commands/plan-undo.ts')).planUndo,
      personal: true,
    },
    {
      usage: 'compensate <plan> [compensation]',
      about: 'take back what undone steps did outside of the folder',
      load: async () => (await import('./commands/plan-compensate.ts')).planCompensate,
      personal: true,
    },
    {
      usage: 'fork <plan> <checkpoint>',
      about: 'a new plan that begins at a checkpoint',
      load: async () => (await import('./commands/plan-fork.ts')).planFork,
    },
    {
      usage: 'diff <plan> <a> [b]',
      about: 'what differs between two checkpoints, or since one',
      load: async () => (await import('./commands/plan-diff.ts')).planDiff,
    },
    {
      usage: 'correct <plan> <decision>',
      about: 'go back to before a decision and take another choice',
      load: async () => (await import('./commands/plan-correct.ts')).planCorrect,
      personal: true,
    },
    {
      usage: 'apply <plan>',
      about: 'accept the result of a complete plan for good',
      load: async () => (await import('./commands/plan-apply.ts')).planApply,
      personal: true,
    },
    {
      usage: 'delete <plan>',
      about: 'remove a plan for good, with its history and checkpoints',
      load: async () => (await import('./commands/plan-delete.ts')).planDelete,
      personal: true,
    },
    {
      usage: 'prune',
      about: 'delete the plans that ended longer ago than retention keeps them',
      load: async () => (await import('./commands/plan-prune.ts')).planPrune,
      personal: true,
    },
    CHECKPOINT,
  ],
};
