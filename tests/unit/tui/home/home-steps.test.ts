import { describe, expect, it } from 'vitest';
import type { HomeForm, HomeInput } from '../../../../src/ports/home-source.ts';
import type { KeyPress } from '../../../../src/tui/keys/key-press.ts';
import { layoutFor } from '../../../../src/tui/layout/layout-for.ts';
import { homeDialogContent } from '../../../../src/tui/home/home-dialog-content.ts';
import { HOME_DIALOGS } from '../../../../src/tui/home/home-dialog-keys.ts';
import { FILLING, acceptValue } from '../../../../src/tui/home/home-filling.ts';
import { homeItems } from '../../../../src/tui/home/home-items.ts';
import { homeLayout } from '../../../../src/tui/home/home-layout.ts';
import { HOME_MOVING } from '../../../../src/tui/home/home-moving.ts';
import { INITIAL_HOME, type HomeModel, type HomeUi } from '../../../../src/tui/home/home-state.ts';
import { HOME_TYPING, typeText } from '../../../../src/tui/home/home-typing.ts';
import { stepHome } from '../../../../src/tui/home/step-home.ts';
import { glyphsFor } from '../../../../src/tui/words/glyphs.ts';

const data: HomeModel['data'] = { folder: '/home/ann', plans: null, documents: null, fault: null };
const modelOf = (ui: HomeUi): HomeModel => ({
  data,
  ui,
  items: homeItems({ plans: null, documents: null }, INITIAL_HOME),
  layout: homeLayout(100, 30, 0),
  now: 0,
});

function inputOf(name: string, parts: Partial<HomeInput> = {}): HomeInput {
  const faultOf = (text: string): string | null => (text === 'bad' ? 'it is bad' : null);
  return {
    name,
    type: 'text',
    description: null,
    fallback: null,
    options: null,
    secret: false,
    faultOf,
    ...parts,
  };
}

const FORM: HomeForm = {
  file: 'x.plan.yaml',
  name: 'x',
  goal: null,
  workspace: '/home/ann',
  inputs: [inputOf('first'), inputOf('second', { fallback: '' }), inputOf('third', { fallback: 'three' })],
};

const press = (name: string, text = ''): KeyPress => ({ name, text });
const ENTER = press('enter');
const ESC = press('esc');
const type = (text: string): KeyPress[] => Array.from(text, (letter) => press(letter, letter));
const run = (ui: HomeUi, ...keys: readonly KeyPress[]): HomeUi =>
  keys.reduce((now, key) => stepHome(now, key, modelOf(now)).ui, ui);
function begun(form = FORM): HomeUi {
  const ui = { ...INITIAL_HOME, reading: form.file };
  return stepHome(ui, { kind: 'form-read', form }, modelOf(ui)).ui;
}

function linesOf(ui: HomeUi): readonly string[] {
  if (!ui.dialog) throw new Error('no dialog');
  const layout = layoutFor(100, 30, { zoom: 'normal', focus: 'plan' });
  const { lines } = homeDialogContent(ui.dialog, { ui, layout }, glyphsFor('ascii', {}));
  return lines.map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
}

describe('filling in what a document asks for', () => {
  it('Given each is typed or left, then it is asked whether to run with those', () => {
    const ui = run(begun(), ...type('one'), ENTER, ENTER, ENTER);
    expect(ui.dialog).toMatchObject({ kind: 'run', values: { first: 'one' } });
    expect(linesOf(ui)).toEqual(expect.arrayContaining(['first: one', 'second:', 'third: three']));
  });

  it('Given one has to be given, or is wrong, then that is said and it stays', () => {
    expect(linesOf(run(begun(), ENTER))).toContain('it has to be given');
    expect(linesOf(run(begun(), ...type('bad'), ENTER))).toContain('it is bad');
  });

  it('Given one may be empty, or has a value of its own, then that is said', () => {
    const second = run(begun(), ...type('one'), ENTER);
    expect(linesOf(second)).toContain('second  text, may be empty');
    expect(linesOf(run(second, ENTER))).toContain('third  text, if left empty: three');
  });

  it('Given Esc, then what was typed so far is kept for the way back', () => {
    const ui = run(begun(), ...type('one'), ENTER, ...type('two'), ESC);
    expect(ui).toMatchObject({ input: { text: 'one' }, dialog: { kind: 'form', at: 0 } });
    expect(run(ui, ENTER).input?.text).toBe('two');
    expect(run(ui, ESC)).toMatchObject({ input: null, dialog: null });
  });

  it('Given no goal and no inputs, then it is asked at once whether to run', () => {
    const ui = begun({ ...FORM, inputs: [] });
    expect(linesOf(ui)).toContain('in /home/ann');
    expect(run(ui, ESC).dialog).toBeNull();
  });

  it('Given a goal, then it is said', () => {
    expect(linesOf(begun({ ...FORM, goal: 'a release', inputs: [] }))).toContain('a release');
  });
});

describe('a pasted text', () => {
  const paste = (ui: HomeUi, text: string): HomeUi => stepHome(ui, { kind: 'pasted', text }, modelOf(ui)).ui;

  it('Given an input is open, then it takes it; else nothing happens', () => {
    expect(paste(begun(), 'a\nb').input?.text).toBe('a b');
    expect(paste(INITIAL_HOME, 'q')).toBe(INITIAL_HOME);
  });
});

describe('what is asked for when its dialog is not open', () => {
  it.each([
    ['delete', HOME_DIALOGS['delete-now']],
    ['run', FILLING['run-now']],
    ['take a value', acceptValue],
    ['type', (ui: HomeUi) => ({ ui: typeText(ui, 'x'), effects: [] })],
    ['edit', HOME_TYPING['input-rub-out']],
  ])('%s: nothing happens', (_name, handler) => {
    expect(handler(INITIAL_HOME, modelOf(INITIAL_HOME))).toEqual({ ui: INITIAL_HOME, effects: [] });
  });

  it('Given a form, then nothing behind it is moved', () => {
    const ui = begun();
    expect(HOME_MOVING['move-down'](ui, modelOf(ui)).ui).toBe(ui);
  });
});
