import { Buffer } from 'node:buffer';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { lstat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { PlanError } from '../../domain/errors.ts';
import { defineTool } from '../define-tool.ts';
import { resolveInWorkspace, workspaceRelative } from '../workspace-path.ts';
import { checkInside, requireFile, withFileErrors } from './file-access.ts';
import { pathField, wordField } from './input-fields.ts';

/** Longer lines are cut in the result. */
const MAX_LINE_CHARACTERS = 500;

/** The same answer on every machine: no configuration, no rules from outside of the workspace, sorted. */
const FIXED_ARGUMENTS =
  '--json --no-config --no-messages --hidden --no-follow --no-require-git --no-ignore-parent --no-ignore-global --sort=path'.split(
    ' ',
  );

const input = z.strictObject({
  pattern: wordField.min(1).describe('regular expression (syntax of ripgrep)'),
  path: pathField.default('.').describe('file or folder to search'),
  glob: z.array(wordField).default([]).describe('only files that fit, like *.ts; with ! in front: not those'),
  fixed: z.boolean().default(false).describe('the pattern is plain text'),
  ignore_case: z.boolean().default(false),
  ignored: z.boolean().default(false).describe('search what .gitignore leaves out too'),
  max: z.int().min(1).max(10_000).default(1000),
});

/** A type, not an interface: only then it counts as plain JSON. */
type Match = { readonly path: string; readonly line: number; readonly text: string };

/** A text as ripgrep writes it: in UTF-8, or as base64 where it isn't. */
type RipgrepText = { readonly text: string } | { readonly bytes: string };

interface RipgrepMessage {
  readonly type: string;
  readonly data: { readonly path: RipgrepText; readonly lines: RipgrepText; readonly line_number: number };
}

function decode(value: RipgrepText): string {
  return 'text' in value ? value.text : Buffer.from(value.bytes, 'base64').toString('utf8');
}

function toMatch({ path, lines, line_number }: RipgrepMessage['data']): Match {
  return {
    path: decode(path).replace(/^\.\//, ''),
    line: line_number,
    text: decode(lines).trimEnd().slice(0, MAX_LINE_CHARACTERS).toWellFormed(),
  };
}

function argumentsOf(options: z.output<typeof input>, target: string): readonly string[] {
  return [
    ...FIXED_ARGUMENTS,
    ...(options.fixed ? ['--fixed-strings'] : []),
    ...(options.ignore_case ? ['--ignore-case'] : []),
    ...(options.ignored ? ['--no-ignore'] : []),
    ...options.glob.map((each) => `--glob=${each}`),
    '--glob=!.git',
    `--regexp=${options.pattern}`,
    '--',
    target,
  ];
}

/** Reads matches until there is one more than asked for; then the search is ended. */
async function readMatches(
  child: ChildProcessByStdio<null, Readable, Readable>,
  max: number,
): Promise<readonly Match[]> {
  const matches: Match[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as RipgrepMessage;
    if (message.type === 'match') matches.push(toMatch(message.data));
    if (matches.length > max) {
      child.kill();
      break;
    }
  }
  return matches;
}

interface Found {
  readonly matches: readonly Match[];
  /** What ripgrep says of the pattern; empty if it likes it. */
  readonly complaint: string;
}

/** ripgrep: linear in time whatever the pattern, so that none can hang the plan, and a process that can be ended. */
async function search(
  options: z.output<typeof input>,
  workspace: string,
  target: string,
  signal: AbortSignal,
): Promise<Found> {
  const { rgPath } = await import('@vscode/ripgrep');
  const child = spawn(rgPath, argumentsOf(options, target), {
    cwd: workspace,
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const [matches, complaint] = await Promise.all([
    readMatches(child, options.max),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { matches, complaint: complaint.trim() };
}

export const fsGrep = defineTool({
  name: 'fs.grep',
  summary: 'Find lines that fit a pattern',
  effect: 'read',
  input,
  output: z.object({
    matches: z.array(z.object({ path: z.string(), line: z.number(), text: z.string() })),
    truncated: z.boolean(),
  }),
  check: ({ path }, { workspace }) => checkInside(workspace, [path]),
  async run(options, { workspace, signal }) {
    const real = await resolveInWorkspace(workspace, options.path);
    const stats = await withFileErrors(options.path, () => lstat(real));
    if (!stats.isDirectory()) requireFile(stats, options.path); // a pipe would be read for ever
    const { matches, complaint } = await search(
      options,
      workspace,
      workspaceRelative(workspace, real),
      signal,
    );
    if (complaint !== '') {
      throw new PlanError('bad_pattern', `the pattern cannot be searched for: ${options.pattern}`, {
        hint: complaint.replaceAll(/\s*\n\s*/g, ' '),
      });
    }
    return { matches: matches.slice(0, options.max), truncated: matches.length > options.max };
  },
});
