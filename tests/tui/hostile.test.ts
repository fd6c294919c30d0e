import { describe, expect, it } from 'vitest';
import { id, type FakePlan } from '../support/fake-plan.ts';
import { OpenPlan } from '../support/open-plan.ts';

const ATTACKS: Readonly<Record<string, string>> = {
  clipboard: '\u001B]52;c;c2VjcmV0\u0007',
  title: '\u001B]0;owned\u0007',
  cursor: '\u001B[10;10H\u001B[2J\u001B[?25h',
  buffer: '\u001B[?1049l\u001B[?2004l',
  c1: '\u009B2J\u009D0;owned\u009C',
  bidi: 'abc\u202Edef\u2066ghi',
  tabs: 'a\tb\tc',
  returns: 'first\rsecond\nthird',
  cells: '漢字かな交じり文é́́́',
  wide: '👩‍👩‍👧‍👦🏳️‍🌈👍🏽',
  zero: 'a\u200B\u200Db\uFEFF\u0000',
  long: 'x'.repeat(1_000_000),
  longWide: '漢'.repeat(50_000),
};

function attacked(text: string): (plan: FakePlan) => void {
  return (plan) => {
    plan
      .created(text, [
        { id: 'T1', name: text },
        { id: 'T2', kind: 'decide', name: text },
      ])
      .runs();
    plan.begins('T1', { tool: text }).say(id('CT1'), text, 'after it');
    plan.checkpointed('manual', { step_id: 'T1', tool: text, label: text.slice(0, 300) });
    plan.waits('T2', text, [{ id: text.slice(0, 50), description: text }]);
    plan.fails('T2', text);
  };
}

describe('what others say is shown and never done', () => {
  it.each(Object.keys(ATTACKS))(
    'Given %s in names, output and questions, then the screen stays whole',
    async (kind) => {
      const text = ATTACKS[kind] as string;
      await using open = new OpenPlan({
        columns: 100,
        rows: 30,
        history: attacked(text),
        strict: kind !== 'wide',
      });
      await open.settle();
      await open.pass(100);
      const keys = ['gjj', 'w', '2', 'd', ']', ']', 'a', '\u0003', '?', '?', '3', '/x', '\r', 'n'];
      for (const one of keys) {
        await open.type(one);
        expect(open.terminal.scrolledRows).toBe(0);
        expect(open.terminal.wrappedRows()).toEqual([]);
        expect(open.terminal.lines()[0]).toContain('EXECUTE');
      }
      open.plan.fault({ code: 'x', message: text, hint: null });
      open.plan.runner({ kind: 'lost', how: text });
      await open.pass(6000);
      const { titles, clipboard, bells, isAlternate, isCursorShown, isPasteBracketed } = open.terminal;
      expect({ titles, clipboard, bells, isAlternate, isCursorShown, isPasteBracketed }).toEqual({
        titles: [],
        clipboard: [],
        bells: 0,
        isAlternate: true,
        isCursorShown: false,
        isPasteBracketed: true,
      });
    },
  );

  it('Given control sequences in a label that is pasted, then they are shown', async () => {
    await using open = new OpenPlan({ history: attacked('plain') });
    await open.settle();
    await open.type('C');
    await open.type('\u001B[200~one\u001B]0;owned\u0007two\u001B[201~');
    expect(open.terminal.titles).toEqual([]);
    expect(open.terminal.lines().at(-2)).toContain('checkpoint label: one');
  });
});
