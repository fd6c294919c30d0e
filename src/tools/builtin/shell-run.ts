import { stat } from 'node:fs/promises';
import * as z from 'zod';
import { AgentsError, PlanError } from '../../domain/errors.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { ProcessTable } from '../../ports/process-table.ts';
import type { Tool, ToolContext } from '../../ports/tool.ts';
import { defineTool } from '../define-tool.ts';
import { ToolFailure } from '../tool-failure.ts';
import { resolveInWorkspace } from '../workspace-path.ts';
import { checkInside, quotePath, withFileErrors } from './file-access.ts';
import { runGated, type CommandResult } from './gated-command.ts';
import { pathField, wordField } from './input-fields.ts';

const MAX_HINT_CHARACTERS = 200;

const input = z.strictObject({
  command: wordField.min(1),
  shell: wordField
    .min(1)
    .default('/bin/sh')
    .describe('the shell that reads the command; it gets -c and the text'),
  cwd: pathField.default('.').describe('folder that the command starts in'),
  ok_codes: z.array(z.int().min(0).max(255)).min(1).default([0]).describe('exit codes that count as success'),
  effect: z.enum(['read', 'write']).default('write').describe('read: the command changes no file'),
});

/** The last line that a command wrote to stderr: mostly its reason. */
function lastWords({ stderr }: CommandResult): string | undefined {
  const line = stderr
    .trimEnd()
    .replace(/^[^]*\n/, '')
    .trim();
  return line === '' ? undefined : toPrintableLine(line.slice(0, MAX_HINT_CHARACTERS).toWellFormed());
}

function explainFailure(result: CommandResult): ToolFailure {
  const how = result.signal ? `was ended by ${result.signal}` : `ended with exit code ${result.exit_code}`;
  const hint = lastWords(result);
  return new ToolFailure(
    'command_failed',
    `the command ${how}`,
    { ...result },
    hint === undefined ? {} : { hint },
  );
}

function explainAbort(reason: unknown, result: CommandResult): ToolFailure {
  const [code, message] =
    reason instanceof AgentsError
      ? [reason.code, reason.message]
      : ['aborted', 'the command was ended before it was done'];
  return new ToolFailure(code, message, { ...result }, { cause: reason });
}

async function openFolder(workspace: string, cwd: string): Promise<string> {
  const folder = await resolveInWorkspace(workspace, cwd);
  const stats = await withFileErrors(cwd, () => stat(folder));
  if (!stats.isDirectory()) throw new PlanError('not_a_folder', `${quotePath(cwd)} is not a folder`);
  return folder;
}

/** The system ends such a value at its NUL: a command would get half of it. @throws PlanError */
function checkVariables(env: ToolContext['env']): void {
  const [name] = Object.entries(env).find(([, value]) => value.includes('\0')) ?? [];
  if (name === undefined) return;
  throw new PlanError('variable_unusable', `the value of ${name} holds a NUL character`, {
    hint: 'no program can be given one in its environment: write the value to a file',
  });
}

/**
 * The tool behind `run:` steps. The command gets the call's environment and no standard input; what it leaves running in
 * the background is ended with it.
 */
export function createShellRun(processes: ProcessTable): Tool<z.output<typeof input>> {
  return defineTool({
    name: 'shell.run',
    summary: 'Run a shell command',
    openWorld: true,
    code: ['command', 'shell'],
    input,
    output: z.object({
      exit_code: z.number(),
      signal: z.string().nullable(),
      stdout: z.string(),
      stderr: z.string(),
      truncated: z.boolean(),
    }),
    effectOf: ({ effect }) => effect,
    check: ({ cwd }, { workspace }) => checkInside(workspace, [cwd]),
    async run({ command, shell, cwd, ok_codes }, context) {
      context.signal.throwIfAborted();
      checkVariables(context.env);
      const folder = await openFolder(context.workspace, cwd);
      const result = await runGated({ shell, text: command, folder }, context, processes);
      if (context.signal.aborted) throw explainAbort(context.signal.reason, result);
      if (result.signal !== null || !ok_codes.includes(result.exit_code)) throw explainFailure(result);
      return { ...result };
    },
  });
}
