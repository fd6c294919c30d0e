import type { CommandGroup, CommandRow } from './command-row.ts';
import { PLAN } from './plan-commands.ts';

export type { CommandGroup, CommandRow };

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

const MCP: CommandGroup = {
  name: 'mcp',
  about: 'tool servers (Model Context Protocol): which there are, which may be started',
  rows: [
    {
      usage: 'list',
      about: 'the servers that the settings name',
      load: async () => (await import('./commands/mcp-list.ts')).mcpList,
    },
    {
      usage: 'approve <server>',
      personal: true,
      about: 'agree to a server of the project, and to its tools as they are',
      load: async () => (await import('./commands/mcp-approve.ts')).mcpApprove,
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
      personal: true,
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

const STORAGE: CommandGroup = {
  name: 'storage',
  about: 'what is stored: how much, whether it is whole, what nobody needs',
  rows: [
    {
      usage: 'du',
      about: 'what takes how much room',
      load: async () => (await import('./commands/storage-du.ts')).storageDu,
    },
    {
      usage: 'gc',
      about: 'delete what no plan and no checkpoint refers to',
      load: async () => (await import('./commands/storage-gc.ts')).storageGc,
    },
    {
      usage: 'verify',
      about: 'read everything that is stored, and prove it',
      load: async () => (await import('./commands/storage-verify.ts')).storageVerify,
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

const DEV: CommandGroup = {
  name: 'dev',
  about: 'for trying things out',
  rows: [
    {
      usage: 'mock-model <file>',
      about: 'a language model that says what a script says, for tests and for trying without a key',
      load: async () => (await import('./commands/dev-mock-model.ts')).devMockModel,
    },
  ],
};

/** Every command there is. */
export const COMMANDS: readonly (CommandRow | CommandGroup)[] = [
  PLAN,
  TOOL,
  MCP,
  CONFIG,
  INIT,
  DOCTOR,
  STORAGE,
  SCHEMA,
  DEV,
  COMPLETION,
];

export function isGroup(row: CommandRow | CommandGroup): row is CommandGroup {
  return 'rows' in row;
}

/** The word that one types for it. */
export function nameOf(row: CommandRow | CommandGroup): string {
  return isGroup(row) ? row.name : (row.usage.split(' ')[0] as string);
}
