import { commandScopes } from '../command/step-command.ts';
import type { KeyScope } from '../keys/key-row.ts';
import type { UiState } from './ui-state.ts';

/** The scopes whose keys are valid now, the innermost first. */
export function scopesOf({
  input,
  dialog,
  command,
  focus,
}: Pick<UiState, 'input' | 'dialog' | 'command' | 'focus'>): readonly KeyScope[] {
  const ofCommand = commandScopes(command);
  if (ofCommand) return ofCommand;
  if (input) return input.kind === 'answer' ? ['answer', 'input', 'always'] : ['input', 'always'];
  if (dialog?.kind === 'rollback') return [dialog.page, 'dialog', 'always'];
  if (dialog) return [dialog.kind, 'dialog', 'always'];
  return focus === 'detail' ? ['detail', 'global', 'always'] : [focus, 'list', 'global', 'always'];
}
