// Ink's own: the level that FORCE_COLOR and NO_COLOR decide is kept there.
import chalk from 'chalk';
import { afterEach, expect, it } from 'vitest';
import { OpenPlan } from '../support/open-plan.ts';
import { releaseNotes } from '../support/release-notes-plan.ts';

const usual = chalk.level;
afterEach(() => {
  chalk.level = usual;
});

async function textsAt(level: typeof chalk.level): Promise<{ texts: readonly string[]; written: string }> {
  chalk.level = level;
  await using open = new OpenPlan({ columns: 100, rows: 30, history: releaseNotes });
  const texts = [await open.settle()];
  for (const keys of ['2j', 'd', 'T', 'T', '?', '?', 'a', '\u0003', '3', '+', '+'])
    texts.push(await open.type(keys));
  return { texts, written: open.terminal.writtenOnScreen };
}

it('Given FORCE_COLOR=0 and FORCE_COLOR=3, then the screen has the same text, dialogs included', async () => {
  const none = await textsAt(0);
  const all = await textsAt(3);
  expect(none.texts).toEqual(all.texts);
  expect(none.written).not.toMatch(/\u001B\[[\d;]*m/);
  expect(all.written).toMatch(/\u001B\[36m/);
});
