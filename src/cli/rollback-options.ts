import type { Argv } from 'yargs';
import { UsageError } from '../domain/errors.ts';
import type { RollbackScope } from '../domain/plan-event.ts';
import type { ConflictChoice } from '../domain/plan-restore.ts';
import type { RollbackChoices } from '../ports/rollback-control.ts';
import { isOn, optionalText, texts, type ParsedArgs } from './global-options.ts';
import { parseChoice } from './option-values.ts';
import { readWorkspacePath } from './path-option.ts';

export const CONFLICT_CHOICES: readonly ConflictChoice[] = ['keep', 'take', 'both'];
export const SCOPES = ['plan', 'workspace'] as const;

/** What somebody decides before files go back. */
export interface Consent {
  readonly dryRun: boolean;
  readonly yes: boolean;
}

export function describeConsent(parser: Argv): Argv {
  return parser
    .option('dry-run', { type: 'boolean', describe: 'only say what would happen, path by path' })
    .option('yes', { alias: 'y', type: 'boolean', describe: 'do not ask' });
}

export function readConsent(args: ParsedArgs): Consent {
  return { dryRun: isOn(args, 'dry-run'), yes: isOn(args, 'yes') };
}

export function describeOnConflict(parser: Argv): Argv {
  return parser.option('on-conflict', {
    type: 'string',
    requiresArg: true,
    describe:
      'where somebody else changed a path: keep it (default), take the other, or both: save it as NAME.mine',
  });
}

export function readOnConflict(args: ParsedArgs): ConflictChoice {
  return parseChoice(optionalText(args, 'on-conflict'), CONFLICT_CHOICES, '--on-conflict') ?? 'keep';
}

/** What everything that goes back takes. */
export function describeGoingBack(parser: Argv): Argv {
  return describeOnConflict(describeConsent(parser))
    .option('stop', { type: 'boolean', describe: 'a plan that runs: end its running tool and its run first' })
    .option('leave-damaged', {
      type: 'boolean',
      describe: 'go on without the paths whose stored content is missing or damaged',
    });
}

/** The parts of a rollback that can be chosen. */
export function describeParts(parser: Argv): Argv {
  return parser
    .option('plan-only', { type: 'boolean', describe: 'the plan goes back, its files stay' })
    .option('files-only', { type: 'boolean', describe: 'the files go back, the plan stays' })
    .option('path', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: "only this file or folder, relative to the plan's folder; the plan stays",
    })
    .option('scope', {
      type: 'string',
      requiresArg: true,
      describe: 'plan (default): what this plan changed; workspace: every path that was captured',
    });
}

/** @throws UsageError */
export function readChoices(args: ParsedArgs, scope: RollbackScope, workspace: string): RollbackChoices {
  return {
    scope,
    paths: texts(args, 'path').map((typed) => readWorkspacePath(typed, workspace)),
    onConflict: readOnConflict(args),
    leaveDamaged: isOn(args, 'leave-damaged'),
  };
}

/** @throws UsageError where options exclude each other */
export function readScope(args: ParsedArgs): RollbackScope {
  const scope = parseChoice(optionalText(args, 'scope'), SCOPES, '--scope');
  const isWorkspace = scope === 'workspace';
  const [planOnly, filesOnly] = [isOn(args, 'plan-only'), isOn(args, 'files-only')];
  if (planOnly && filesOnly) throw excluding('--plan-only', '--files-only');
  if (planOnly && texts(args, 'path').length > 0) throw excluding('--plan-only', '--path');
  if (planOnly && scope !== undefined) throw excluding('--plan-only', '--scope');
  if (filesOnly && isWorkspace) throw excluding('--files-only', '--scope workspace');
  if (planOnly) return 'plan_only';
  if (filesOnly) return 'files_only';
  return isWorkspace ? 'workspace' : 'plan_and_files';
}

export function excluding(one: string, other: string): UsageError {
  return new UsageError('invalid_option', `${one} and ${other} exclude each other`);
}
