import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { INITIAL_COMMAND } from '../../../../src/tui/command/command-state.ts';
import { INITIAL_HOME } from '../../../../src/tui/home/home-state.ts';
import { homeScopes } from '../../../../src/tui/home/step-home.ts';
import { findKey, reachableRows } from '../../../../src/tui/keys/find-key.ts';
import { hintLine } from '../../../../src/tui/keys/hint-line.ts';
import { helpLines, SCOPE_TITLES } from '../../../../src/tui/keys/key-help.ts';
import { keyLabels } from '../../../../src/tui/keys/key-names.ts';
import { KEY_SCOPES, type KeyScope } from '../../../../src/tui/keys/key-row.ts';
import { KEY_TABLE } from '../../../../src/tui/keys/key-table.ts';
import { renderKeysDocs } from '../../../../src/tui/keys/keys-docs.ts';
import { newRollbackDialog } from '../../../../src/tui/ui/rollback-state.ts';
import { scopesOf } from '../../../../src/tui/ui/scopes-of.ts';
import { openCompensation } from '../../../support/fake-rollbacks.ts';
import { INITIAL_UI, type Dialog, type UiState } from '../../../../src/tui/ui/ui-state.ts';

const textOf = (line: readonly { text: string }[]) => line.map(({ text }) => text).join('');

const ROLLBACK = newRollbackDialog({ purpose: 'rollback', checkpointId: 'c', scope: null, token: 1 });
const dialogs: readonly Dialog[] = [
  { kind: 'help', scopes: [], filter: '', top: 0 },
  { kind: 'triggers', selected: 0 },
  { kind: 'decision', planId: 'p', decisionId: 'd', selected: 0 },
  { kind: 'settings', seq: 1, selected: 0 },
  { kind: 'quit', selected: 0 },
  { kind: 'stop', selected: 0 },
  { kind: 'cancel', selected: 0 },
  { kind: 'fork', checkpointId: 'c', selected: 0 },
  { kind: 'forked', planId: 'p', selected: 0 },
  { kind: 'compensate', one: openCompensation(2), rest: [openCompensation(1)], selected: 0 },
  ...(['rollback', 'paths', 'conflicts', 'patch'] as const).map((page) => ({ ...ROLLBACK, page })),
  { kind: 'failure', failure: { message: 'no', hint: null, nextSteps: [] } },
];
const typing = (kind: 'label' | 'answer') => ({ kind, before: '', text: '', cursor: 0 });
/** Those of the home screen. */
const HOME_STACKS: readonly (readonly KeyScope[])[] = [
  homeScopes(INITIAL_HOME),
  homeScopes({ ...INITIAL_HOME, input: { kind: 'value', before: '', text: '', cursor: 0 } }),
  ['run', 'dialog', 'always'],
  ['delete', 'dialog', 'always'],
  homeScopes({ ...INITIAL_HOME, command: { ...INITIAL_COMMAND, line: { text: '', cursor: 0 } } }),
];
const STACKS: readonly (readonly KeyScope[])[] = [
  ...(['plan', 'checkpoints', 'detail'] as const).map((focus): UiState => ({ ...INITIAL_UI, focus })),
  ...dialogs.map((dialog): UiState => ({ ...INITIAL_UI, dialog })),
  { ...INITIAL_UI, input: typing('label') },
  { ...INITIAL_UI, input: typing('answer') },
  { ...INITIAL_UI, command: { ...INITIAL_COMMAND, outputTop: 0 } },
]
  .map(scopesOf)
  .concat(HOME_STACKS);

describe('the key table', () => {
  it('gives no key two meanings in one scope', () => {
    for (const scope of KEY_SCOPES) {
      const keys = KEY_TABLE.filter((row) => row.scopes.includes(scope)).flatMap((row) => row.keys);
      const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
      expect(twice).toEqual([]);
    }
  });

  it('has a scope for every row, and reaches every row of it', () => {
    const reached = new Set(STACKS.flatMap((scopes) => reachableRows(scopes).map(({ row }) => row)));
    expect(KEY_TABLE.filter((row) => !reached.has(row))).toEqual([]);
  });

  it('asks the innermost scope first', () => {
    expect(findKey(['plan', 'list', 'global', 'always'], 'end')?.action).toBe('move-live');
    expect(findKey(['checkpoints', 'list', 'global', 'always'], 'end')?.action).toBe('newest');
    expect(findKey(['detail', 'global', 'always'], 'end')?.action).toBe('move-last');
    expect(findKey(['quit', 'dialog', 'always'], 'p')?.action).toBe('quit-pause');
    expect(findKey(['input', 'always'], 'q')).toBeNull();
  });

  it('always lets Ctrl-C, Ctrl-Z and Ctrl-L through', () => {
    for (const scopes of STACKS) {
      const actions = ['ctrl-c', 'ctrl-z', 'ctrl-l'].map((key) => findKey(scopes, key)?.action);
      expect(actions).toEqual(['interrupt', 'suspend', 'redraw']);
    }
  });

  it('has no key that a terminal keeps for itself, none with Alt, and no F-key without another', () => {
    const keys = KEY_TABLE.flatMap((row) => row.keys);
    expect(keys.filter((key) => /^(alt-|ctrl-[sq]$)/.test(key))).toEqual([]);
    for (const row of KEY_TABLE) expect(row.keys.every((key) => /^f\d/.test(key))).toBe(false);
  });

  it('has hints with words, and words only for hints', () => {
    for (const row of KEY_TABLE) expect(row.hint !== '').toBe(row.hintRank !== null);
  });
});

describe('the hint line', () => {
  it('shows the most useful keys of the pane', () => {
    expect(textOf(hintLine(scopesOf(INITIAL_UI), 90))).toBe(
      ' q quit  ? keys  Enter open  : command  Tab pane  / filter  c checkpoint  b roll back',
    );
  });

  it.each(STACKS.map((scopes) => [scopes.join(' > '), scopes] as const))(
    'never is wider than asked: %s',
    (_name, scopes) => {
      for (let width = 0; width < 140; width += 1)
        expect(stringWidth(textOf(hintLine(scopes, width)))).toBeLessThanOrEqual(width);
    },
  );

  it('shows runs of digits as one', () => {
    expect(textOf(hintLine(['decision', 'dialog', 'always'], 80))).toBe(
      ' Esc close  Enter choose  1-9 option  Tab next question',
    );
  });
});

describe('the list of keys', () => {
  it('has every reachable key once, below the title of its scope', () => {
    const scopes = scopesOf(INITIAL_UI);
    const lines = helpLines(scopes, '').map(textOf);
    expect(lines[0]).toBe('Plan');
    expect(lines).toContain('  G               to the last row; the detail then stays at its end');
    expect(lines).toContain('  c               a checkpoint now  (agents plan checkpoint create PLAN)');
    const titles = scopes.map((scope) => SCOPE_TITLES[scope]);
    expect(lines.filter((line) => titles.includes(line))).toEqual(titles);
  });

  it('shows only what a filter says, in either case', () => {
    expect(helpLines(['plan', 'list', 'global', 'always'], 'RUNNING TOOL').map(textOf)).toEqual([
      'Everywhere',
      '  s               end the running tool; its step is pending again  (agents plan stop PLAN)',
    ]);
    expect(helpLines(['plan'], 'nothing like it')).toEqual([]);
  });

  it('names keys as people do', () => {
    expect(keyLabels(['j', 'down', 'ctrl-d', 'pagedown'])).toBe('j Down Ctrl-D PgDn');
    expect(keyLabels(['1'])).toBe('1');
    expect(keyLabels([])).toBe('');
  });
});

describe('the documentation', () => {
  it('names every row of the table', () => {
    const text = renderKeysDocs();
    for (const row of KEY_TABLE) expect(text).toContain(row.about);
    for (const scope of KEY_SCOPES) expect(text).toContain(`## ${SCOPE_TITLES[scope]}\n`);
  });
});
