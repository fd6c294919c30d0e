import { keyRow as row, type KeyRow } from './key-row.ts';

/** What changes the plan or one of its checkpoints. What can't be taken back asks first. */
export const ACTING_KEYS: readonly KeyRow[] = [
  row('pin', 'P', ['global'], 'pin the selected checkpoint, so that nobody deletes it, or let it go', {
    twin: 'plan checkpoint pin PLAN CHECKPOINT, plan checkpoint unpin PLAN CHECKPOINT',
  }),
  row('relabel', 'R', ['global'], 'give the selected checkpoint a label, or take it away', {
    twin: 'plan checkpoint label PLAN CHECKPOINT TEXT',
  }),
  row('retry', 'r', ['global'], 'run a failed plan again, from its failed step', {
    hint: 'retry',
    rank: 53,
    twin: 'plan retry PLAN',
  }),
  row('correct', 'O', ['global'], 'choose anew where the selected step was decided; asks first', {
    twin: 'plan correct PLAN DECISION --choose OPTION',
  }),
  row('apply', 'A', ['global'], 'accept the result of a complete plan for good; asks first', {
    hint: 'accept',
    rank: 53,
    twin: 'plan apply PLAN',
  }),
  row('cancel-plan', 'X', ['global'], 'cancel the plan for good; asks first', { twin: 'plan cancel PLAN' }),
];

/** What keys do in the dialogs of these. */
export const ACTING_DIALOG_KEYS: readonly KeyRow[] = [
  row('choose', 'enter', ['cancel'], 'take the choice that has the focus', { hint: 'choose', rank: 2 }),
  row('cancel-now', 'y', ['cancel'], 'cancel the plan: it cannot go on then', {
    hint: 'cancel the plan',
    rank: 3,
    twin: 'plan cancel PLAN',
  }),
];
