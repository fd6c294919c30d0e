import type { KeyScope } from '../keys/key-row.ts';
import type { UiState } from './ui-state.ts';

/** The scopes whose keys are valid now, the innermost first. */
export function scopesOf({
  input,
  dialog,
  focus,
}: Pick<UiState, 'input' | 'dialog' | 'focus'>): readonly KeyScope[] {
  if (input) return input.kind === 'answer' ? ['answer', 'input', 'always'] : ['input', 'always'];
  if (dialog) return [dialog.kind, 'dialog', 'always'];
  return focus === 'detail' ? ['detail', 'global', 'always'] : [focus, 'list', 'global', 'always'];
}
