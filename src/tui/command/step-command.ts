import type { DialogSurroundings } from '../dialogs/dialog-content.ts';
import type { ActionId, KeyScope } from '../keys/key-row.ts';
import { editingKeys, insertText, type EditedText } from '../ui/text-edit.ts';
import { browse, takeHistory } from './browsing.ts';
import {
  isCommandRunning,
  turn,
  type CommandEvent,
  type CommandState,
  type CommandStep,
} from './command-state.ts';
import { complete, takeCompletion } from './completing.ts';
import { OUTPUT_MOVES, takeEnd, takeOutput, type OutputHandler } from './output-moves.ts';

/** The scopes whose keys are valid while it takes them, the innermost first; null: it takes none. */
export function commandScopes({ line, outputTop }: CommandState): readonly KeyScope[] | null {
  if (line) return ['command', 'input', 'always'];
  return outputTop === null ? null : ['output', 'dialog', 'always'];
}

const shut = (command: CommandState): CommandState => ({
  ...command,
  line: null,
  olderAsked: 0,
  browsing: null,
  offer: null,
  outputTop: null,
});

/** An empty line, with the history as it is now. */
export const openCommand = (command: CommandState): CommandStep =>
  turn(
    { ...shut(command), line: { text: '', cursor: 0 }, history: null },
    { effects: [{ kind: 'read-history' }] },
  );

function edit(command: CommandState, change: (edited: EditedText) => EditedText): CommandState {
  return command.line
    ? { ...command, line: change(command.line), olderAsked: 0, browsing: null, offer: null }
    : command;
}

/** Writes a text where the cursor is; nothing if no line is open. */
export const typeCommand = (command: CommandState, text: string): CommandState =>
  edit(command, (edited) => insertText(edited, text));

type Handler = OutputHandler;

const editBy =
  (change: (edited: EditedText) => EditedText): Handler =>
  (command) =>
    turn(edit(command, change));

/** One level back: first the candidates go, then the line. */
const cancel: Handler = (command) =>
  turn(command.offer ? { ...command, line: command.offer.before, offer: null } : shut(command));

const accept: Handler = (command) => {
  const chosen = command.offer?.candidates[command.offer.selected];
  if (chosen?.key !== undefined) return turn(shut(command), { pressed: chosen.key });
  const text = command.line?.text.trim() ?? '';
  return turn(shut(command), text === '' ? {} : { submitted: text });
};

/** Ctrl-C: ends the command whose output is shown; what else is open is closed. */
const interrupt: Handler = (command) =>
  command.outputTop !== null && isCommandRunning(command)
    ? turn(command, { effects: [{ kind: 'end-command' }] })
    : turn(shut(command));

const HANDLERS: Readonly<Partial<Record<ActionId, Handler>>> = {
  ...OUTPUT_MOVES,
  ...editingKeys(editBy),
  'input-accept': accept,
  'input-cancel': cancel,
  'command-older': (command) => browse(command, 'older'),
  'command-newer': (command) => browse(command, 'newer'),
  'command-complete': (command) => complete(command, 1),
  'command-complete-back': (command) => complete(command, -1),
  close: (command) => turn(shut(command)),
  interrupt,
};

/** What a key does while the command line or an output takes the keys; null: nothing of theirs. Pure. */
export function stepCommandKey(
  command: CommandState,
  action: ActionId | null,
  text: string,
  place: DialogSurroundings,
): CommandStep | null {
  if (action === null) return turn(text === '' ? command : typeCommand(command, text));
  const handler = HANDLERS[action];
  return handler ? handler(command, place) : null;
}

/** What comes of an event; the command line keeps the keys that it has, and takes none. Pure. */
export function stepCommandEvent(
  command: CommandState,
  event: CommandEvent,
  place: DialogSurroundings,
): CommandStep {
  switch (event.kind) {
    case 'history-read':
      return turn(takeHistory(command, event.lines));
    case 'completed':
      return takeCompletion(command, event.line, event.found);
    case 'command-said':
      return turn(takeOutput(command, event.output, place));
    case 'command-ended':
      return takeEnd(command, event.end, place);
  }
}

/** Has a line run, and shows what it says; one at a time. */
export function startCommand(command: CommandState, line: string): CommandStep {
  if (isCommandRunning(command)) {
    const text = `"${command.run?.line}" still runs; :output shows it, Ctrl-C there ends it`;
    return turn(command, { say: { text, tone: 'attention' } });
  }
  return turn(
    { ...command, run: { line, output: '', end: null }, outputTop: 0 },
    {
      effects: [
        { kind: 'remember', line },
        { kind: 'run-command', line },
      ],
    },
  );
}
