import { isBindable } from './bind-keys.ts';
import { SCOPE_TITLES } from './key-help.ts';
import { keyLabel } from './key-names.ts';
import { KEY_SCOPES, type KeyRow, type KeyScope } from './key-row.ts';
import { KEY_TABLE } from './key-table.ts';

const HEAD = `# Keys of the shell

<!-- Made from src/tui/keys by \`npm run generate\`; changes here are lost. -->

\`?\` shows the keys that are valid where you are, the last line of the screen the most useful ones. A key belongs to what
is innermost: a text being typed, then a dialog, then the pane with the focus, then everywhere. Esc goes back one level
and never quits. What ends work is never on one key: \`s\` and \`q\` ask first, with the safe choice in focus.

\`:\` takes what has no key: the words that stand behind \`agents\` or behind \`agents plan\`. On the screen of a plan its id is
filled in (\`:errors\`, \`:checkpoint create before the move\`), and \`:execute\`, \`:resume\` and \`:retry\` go on with it;
\`:rollback N\`, \`:undo\`, \`:correct STEP --choose OPTION\`, \`:apply\` and \`:cancel\` open the dialogs that ask first; at home
\`:open PLAN\` and \`:run FILE\` open the screen and the form. \`:output\` shows once more what the last command said.
Tab on the empty line lists what keys do at that place, and Enter does what is chosen there; so does an action's name (\`:zoom-in\`).

The mouse is the terminal's until \`m\` (or \`ui.mouse: true\`): it selects text as everywhere, and the wheel sends arrows where
the terminal can. After \`m\` a click takes the focus and selects the row, the tab or the pane it points to, and the wheel
scrolls what is below it; text is then selected with Shift held. No click ever says yes to something.

\`ui.keys\` in \`.agentsrc\` gives an action other keys, wherever it is valid; \`[]\` takes them away. The hint line and \`?\` then say
so too. Actions without a name below keep their keys, and so do Ctrl-C, Ctrl-Z, Ctrl-L and Esc. A key that another action of
the same place has is an error, until that one is given another key.

\`\`\`yaml
ui:
  keys:
    pause: Z
    rollback: [b, f5]
    undo: []
\`\`\`
`;

/** From where one is most of the time to where one seldom is. */
const ORDER: readonly KeyScope[] = [
  'global',
  'always',
  'list',
  'plan',
  'checkpoints',
  'detail',
  'home',
  'dialog',
];

/** `docs/keys.md`: every line of the table, scope by scope. */
export function renderKeysDocs(): string {
  const scopes = [...ORDER, ...KEY_SCOPES.filter((scope) => !ORDER.includes(scope)).toReversed()];
  return `${HEAD}\n${scopes.map(renderScope).join('\n')}`;
}

function renderScope(scope: KeyScope): string {
  const rows = KEY_TABLE.filter((row) => row.scopes.includes(scope)).map(renderRow);
  return `## ${SCOPE_TITLES[scope]}\n\n| key | what it does | action | same from any terminal |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

function renderRow({ action, keys, about, twin }: KeyRow): string {
  const names = keys.map((key) => `\`${keyLabel(key)}\``).join(' ');
  const commands = twin === null ? [] : twin.split(', ').map((command) => `\`agents ${command}\``);
  return `| ${names} | ${about} | ${isBindable(action) ? `\`${action}\`` : ''} | ${commands.join(', ')} |`;
}
