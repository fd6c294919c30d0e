import * as z from 'zod';
import { AUTO_TRIGGERS, TRIGGER_ALIASES, type AutoTrigger } from '../domain/checkpoint.ts';
import { AGE, AGE_OF_DAYS } from './age.ts';
import { BYTE_SIZE } from './byte-size.ts';
import { mcp } from './mcp-schema.ts';
import { models } from './models-schema.ts';
import { permissions } from './permission-schema.ts';
import { group } from './schema-group.ts';
import { findBindingFaults, type KeyBindings } from '../tui/keys/bind-keys.ts';
import { REGENERABLE_FOLDERS } from './regenerable-folders.ts';
import { findPatternFault, SECRET_NAMES, SECRET_PATTERNS } from './secret-patterns.ts';

function toTriggers(names: readonly string[]): AutoTrigger[] {
  const wanted = new Set(names.map((name) => TRIGGER_ALIASES[name] ?? name));
  return AUTO_TRIGGERS.filter((trigger) => wanted.has(trigger));
}

const secretPattern = z.string().check((context) => {
  const fault = findPatternFault(context.value);
  if (fault !== null) context.issues.push({ code: 'custom', message: fault, input: context.value });
});

const secretName = z
  .string()
  .regex(/^[A-Za-z0-9_*?]+$/, 'is no variable name (letters, digits, _, and the wildcards * and ?)');
const toolName = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]*$/, 'is no name of a tool');

/** What a key table refuses, at the key it refuses. */
function refuseBindings(context: z.core.ParsePayload<KeyBindings>): void {
  for (const { path, message } of findBindingFaults(context.value))
    context.issues.push({ code: 'custom', message, input: context.value, path: [...path] });
}

const NO_SIZE = 'is no size: a number with B, KiB, MiB, GiB or TiB';

/** Sizes in bytes, as people write them; see byte-size.ts. */
function size(fallback: string, what: string): z.ZodDefault<z.ZodString> {
  return z.string().regex(BYTE_SIZE, NO_SIZE).default(fallback).describe(what);
}

const checkpoints = group({
  auto_create_on: z
    .array(z.enum([...AUTO_TRIGGERS, ...Object.keys(TRIGGER_ALIASES)]))
    .transform(toTriggers)
    .default([...AUTO_TRIGGERS])
    .describe(
      'The moments at which a checkpoint is taken by itself: before a tool writes, after it wrote (or failed), before ' +
        'a subplan starts, when a plan fails. [] means none, at intervals neither; by hand always works. ' +
        'before_tool_execute and after_tool_execute are other names of the first two.',
    ),
  interval: group({
    seconds: z
      .int()
      .min(1)
      .max(86_400)
      .nullable()
      .default(null)
      .describe(
        'A checkpoint at the next safe point once this many seconds have gone by since the last; null is off.',
      ),
    steps: z
      .int()
      .min(1)
      .max(1_000_000)
      .nullable()
      .default(null)
      .describe('A checkpoint whenever this many more steps have ended; null is off.'),
  }),
  on_failure: z
    .enum(['stop', 'warn'])
    .default('stop')
    .describe(
      "What happens if a checkpoint can't be stored. stop: the plan pauses before anything else is changed. " +
        'warn: it goes on, and the failure stands in its history.',
    ),
  files: z
    .boolean()
    .default(true)
    .describe(
      'true: every checkpoint holds the files of the workspace too, so they can be gone back to. false: only the state ' +
        'of the plan.',
    ),
  exclude: z
    .array(z.string().regex(/^[^/\0]+$/, 'is no name of a folder'))
    .default(REGENERABLE_FOLDERS)
    .describe(
      'Names of folders that can be made again: they are noted, not captured, and a rollback never touches them. ' +
        '.agentsignore in the workspace names more, in the syntax of .gitignore.',
    ),
  watch: z
    .enum(['auto', 'off'])
    .default('auto')
    .describe(
      'How automatic checkpoints find what changed. auto: the system tells, where it can (local file systems under Linux), ' +
        'and everything is looked at wherever there is doubt. off: everything is looked at each time.',
    ),
  limits: group({
    file: size('100MiB', 'Larger files are named, not captured.'),
    checkpoint: size('2GiB', 'At most this much new content goes into one checkpoint; the rest is named.'),
    git: size('256MiB', 'A .git folder over this size is named, not captured.'),
    store: size('20GiB', 'Nothing more is captured once the object store of all plans is this large.'),
    free_disk: size('1GiB', "Nothing more is captured once the store's disk has less room than this."),
  }),
  retention: group({
    max_per_plan: z
      .int()
      .min(1)
      .max(1_000_000)
      .nullable()
      .default(5000)
      .describe(
        'So many checkpoints stay of a plan with its subplans; of more, the oldest automatic ones go. Never: those by hand, pinned ' +
          'or labelled, the last of each plan, the last ten failures, the way back from the last rollback, what a plan was forked ' +
          'from. null: all stay.',
      ),
    max_age: z
      .string()
      .regex(AGE, 'is no age: a number with h, d or w')
      .nullable()
      .default('90d')
      .describe(
        'Older automatic checkpoints go likewise, when their plan runs or agents plan checkpoint prune is typed. null: none.',
      ),
    max_bytes: z
      .string()
      .regex(BYTE_SIZE, NO_SIZE)
      .nullable()
      .default('10GiB')
      .describe(
        'Beyond this size of the object store of all plans the oldest automatic checkpoints go too, of the oldest plan first, looked at ' +
          'once a day; less than limits.store, at which nothing is captured any more. null: any size.',
      ),
  }),
});

/** The whole configuration: every key with its default and what it is for. All else is made from this. */
export const configSchema = z.strictObject({
  core: group({
    checkpoints,
    plans: group({
      retention: z
        .string()
        .regex(AGE_OF_DAYS, 'is no age of a day or more: a number with d or w')
        .nullable()
        .default(null)
        .describe(
          'Complete, cancelled and applied plans are deleted this long after the last thing that happened to them, with their history ' +
            'and checkpoints, once a day; files stay. Never: plans of a sandbox, those whose folder is missing, those that a plan was ' +
            'forked from, and those with a checkpoint by hand, pinned or labelled. agents plan prune --dry-run says which. null: none.',
        ),
    }),
    execution: group({
      max_parallel: z
        .int()
        .min(1)
        .max(64)
        .default(4)
        .describe(
          'How many independent steps may run side by side. Tools that write wait for each other anyway.',
        ),
    }),
    permissions,
    storage: group({
      durability: z
        .enum(['full', 'normal'])
        .default('full')
        .describe(
          'full: what was acknowledged survives a power cut. normal: faster; a power cut may take the last commits, so checkpoints that ' +
            'were told of, and the knowledge that a write began: it then runs again on top of what it did. A kill takes nothing either way.',
        ),
    }),
    secrets: group({
      names: z
        .array(secretName)
        .default(SECRET_NAMES)
        .describe(
          'Environment variables whose values are secret: they are never stored or shown. * stands for any text, ? for ' +
            'one character.',
        ),
      patterns: z
        .array(secretPattern)
        .default(SECRET_PATTERNS)
        .describe(
          'Regular expressions (JavaScript) of texts that are secret wherever they turn up in an output.',
        ),
    }),
  }),
  tools: group({
    overrides: z
      .record(toolName, z.enum(['read', 'write']))
      .default({})
      .describe(
        'What a tool does to the workspace, by its name, in place of what it declares. Calls of a tool that is said to ' +
          'read take no checkpoints, so say so only if you know.',
      ),
  }),
  mcp,
  models,
  ui: group({
    glyphs: z
      .enum(['auto', 'unicode', 'ascii'])
      .default('auto')
      .describe('The signs that lists and trees are drawn with. auto: what the terminal can show.'),
    accessible: z
      .boolean()
      .default(false)
      .describe(
        'true: sentences instead of a screen, one for each step that has ended, for screen readers and braille displays. ' +
          'The same as --accessible and ACCESSIBLE=1.',
      ),
    side_panel_width: z
      .int()
      .min(20)
      .max(80)
      .default(38)
      .describe("The width of the screen's left column, in percent of the whole."),
    theme: z
      .enum(['auto', 'dark', 'light', 'high-contrast'])
      .default('auto')
      .describe(
        "The colours of the screens, of the terminal's own sixteen. auto: those that can be read on any background. " +
          'high-contrast: nothing faint, and bold beside every colour. NO_COLOR leaves all of them out.',
      ),
    notify: z
      .boolean()
      .default(true)
      .describe(
        'true: the screen rings, and gives a notice where the terminal knows OSC 9, when a plan waits for you, has failed ' +
          'or is done.',
      ),
    mouse: z
      .boolean()
      .default(false)
      .describe(
        'true: the screens read clicks and the wheel from the beginning; m changes it while one is open. false: the mouse ' +
          "is the terminal's: it selects text as everywhere, and the wheel sends arrows where the terminal can.",
      ),
    keys: z
      .record(z.string(), z.union([z.string(), z.array(z.string())], 'is no key and no list of keys'))
      .check(refuseBindings)
      .default({})
      .describe(
        'Other keys for the actions of the screens: pause: Z, or rollback: [b, f5]; [] leaves an action without a key. ' +
          'docs/keys.md has the names of the actions.',
      ),
  }),
});

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** A configuration in force: every key has a value. Plain JSON. */
export type Config = DeepReadonly<z.output<typeof configSchema>>;
