import { toPrintableLine } from '../../domain/printable.ts';
import type { KeyMap } from './find-key.ts';
import { keyLabel } from './key-names.ts';
import type { KeyScope } from './key-row.ts';

/** Where a key means something, as the end of a sentence; only the places without a dialog. */
const PLACES: readonly (readonly [KeyScope, string])[] = [
  ['plan', 'in the plan'],
  ['checkpoints', 'in the checkpoints'],
  ['list', 'in the plan and the checkpoints'],
  ['detail', 'in the detail'],
  ['global', 'on the screen of a plan'],
  ['home', 'at home'],
];

/** What is said to a key that does nothing here: where it would do something, or where all keys are listed. */
export function noKeyText(keys: KeyMap, name: string, scopes: readonly KeyScope[]): string {
  const label = toPrintableLine(keyLabel(name));
  for (const [scope, words] of PLACES) {
    const row = scopes.includes(scope) ? null : keys.find([scope], name);
    if (row) return `${label} does nothing here; ${words}: ${row.about}`;
  }
  const help = keys.reachable(scopes).find(({ row }) => row.action === 'help')?.keys[0];
  return `no key ${label} here${help === undefined ? '' : `; ${keyLabel(help)} shows the keys`}`;
}
