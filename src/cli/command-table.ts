import type { Command } from './command.ts';

/** A row of the table of commands: enough for help and completion, without loading the command. */
export interface CommandRow {
  /** Name and arguments in yargs' notation: `run <file>`. */
  readonly usage: string;
  readonly about: string;
  readonly load: () => Promise<Command>;
  /** For programs of ours, not for people: not in any help. */
  readonly hidden?: true;
}

export interface CommandGroup {
  readonly name: string;
  readonly about: string;
  readonly rows: readonly (CommandRow | CommandGroup)[];
}

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
    },
  ],
};

const PLAN: CommandGroup = {
  name: 'plan',
  about: 'run, look at and steer plans',
  rows: [
    {
      usage: 'run <file>',
      about: 'create a plan from a document and execute it',
      load: async () => (await import('./commands/plan-run.ts')).planRun,
    },
    {
      usage: 'create <file>',
      about: 'store a plan without running it',
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
    },
    {
      usage: 'engine <plan>',
      about: 'run a plan for the screen that shows it',
      load: async () => (await import('./commands/plan-engine.ts')).planEngine,
      hidden: true,
    },
    {
      usage: 'approve <plan>',
      about: 'take what a running plan asks your word for',
      load: async () => (await import('./commands/plan-control.ts')).planApprove,
    },
    {
      usage: 'deny <plan>',
      about: 'refuse what a running plan asks your word for',
      load: async () => (await import('./commands/plan-control.ts')).planDeny,
    },
    {
      usage: 'delete <plan>',
      about: 'remove a plan for good, with its history and checkpoints',
      load: async () => (await import('./commands/plan-delete.ts')).planDelete,
    },
    CHECKPOINT,
  ],
};

const TOOL: CommandGroup = {
  name: 'tool',
  about: 'what steps can call',
  rows: [
    {
      usage: 'list',
      about: 'all tools with their effect',
      load: async () => (await import('./commands/tool-list.ts')).toolList,
    },
    {
      usage: 'show <name>',
      about: 'one tool with the schemas of what it takes and gives',
      load: async () => (await import('./commands/tool-show.ts')).toolShow,
    },
  ],
};

const CONFIG: CommandGroup = {
  name: 'config',
  about: 'settings: what holds, and where it comes from',
  rows: [
    {
      usage: 'show',
      about: 'every setting as it holds for this folder',
      load: async () => (await import('./commands/config-show.ts')).configShow,
    },
    {
      usage: 'explain <key>',
      about: 'one setting: what it means, and which level won',
      load: async () => (await import('./commands/config-explain.ts')).configExplain,
    },
    {
      usage: 'get <key>',
      about: "one setting's value",
      load: async () => (await import('./commands/config-explain.ts')).configGet,
    },
    {
      usage: 'set <key> <value>',
      about: "write one setting into the project's .agentsrc",
      load: async () => (await import('./commands/config-set.ts')).configSet,
    },
    {
      usage: 'path',
      about: 'the files that settings are read from',
      load: async () => (await import('./commands/config-path.ts')).configPath,
    },
    {
      usage: 'validate',
      about: 'check the settings files',
      load: async () => (await import('./commands/config-validate.ts')).configValidate,
    },
  ],
};

const INIT: CommandRow = {
  usage: 'init',
  about: 'write settings and a first plan into this folder',
  load: async () => (await import('./commands/init.ts')).init,
};

const DOCTOR: CommandRow = {
  usage: 'doctor',
  about: 'look whether all is well here, and say what to do if not',
  load: async () => (await import('./commands/doctor.ts')).doctor,
};

const SCHEMA: CommandGroup = {
  name: 'schema',
  about: 'JSON Schemas for editors',
  rows: [
    {
      usage: 'plan',
      about: 'the JSON Schema of plan documents',
      load: async () => (await import('./commands/schema.ts')).schemaPlan,
    },
    {
      usage: 'config',
      about: 'the JSON Schema of .agentsrc',
      load: async () => (await import('./commands/schema.ts')).schemaConfig,
    },
  ],
};

const COMPLETION: CommandGroup = {
  name: 'completion',
  about: 'complete commands, plans and settings in your shell',
  rows: [
    {
      usage: 'bash',
      about: 'the script that bash is to read',
      load: async () => (await import('./commands/completion.ts')).completionBash,
    },
    {
      usage: 'zsh',
      about: 'the script that zsh is to read',
      load: async () => (await import('./commands/completion.ts')).completionZsh,
    },
    {
      usage: 'fish',
      about: 'the script that fish is to read',
      load: async () => (await import('./commands/completion.ts')).completionFish,
    },
  ],
};

/** Every command there is. */
export const COMMANDS: readonly (CommandRow | CommandGroup)[] = [
  PLAN,
  TOOL,
  CONFIG,
  INIT,
  DOCTOR,
  SCHEMA,
  COMPLETION,
];

export function isGroup(row: CommandRow | CommandGroup): row is CommandGroup {
  return 'rows' in row;
}

/** The word that one types for it. */
export function nameOf(row: CommandRow | CommandGroup): string {
  return isGroup(row) ? row.name : (row.usage.split(' ')[0] as string);
}
