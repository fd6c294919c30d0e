import { NotFoundError } from '../../src/domain/errors.ts';
import { describe, expect, it } from 'vitest';
import type { FakePlan } from '../support/fake-plan.ts';
import { OpenPlan } from '../support/open-plan.ts';

const writes = (plan: FakePlan): unknown =>
  plan
    .created('demo', ['T1', 'T2'])
    .runs()
    .checkpointed('manual', { label: 'here' } as never)
    .begins('T1')
    .ends('T1', { result: { path: 'notes/a.md', bytes: 3, created: true } })
    .begins('T2');

const copiedIn = ({ terminal }: OpenPlan): readonly string[] =>
  terminal.clipboard.map((data) => Buffer.from(data.replace('c;', ''), 'base64').toString());

async function opened(more: ConstructorParameters<typeof OpenPlan>[0] = {}): Promise<OpenPlan> {
  const open = new OpenPlan({ history: writes, ...more });
  await open.settle();
  return open;
}

describe('copies', () => {
  it('Given a row of each list, when y is pressed, then it is copied without what is drawn, and how much is told', async () => {
    await using open = await opened();
    expect(await open.type('gjjy')).toMatch(/copied 1 line, \d+ bytes/);
    await open.type('2y');
    expect(copiedIn(open)[0]).toMatch(/^T1 {2}/);
    expect(copiedIn(open)[1]).toMatch(/^checkpoint 1 manual .*2026-.*Z \w+$/);
  });

  it('Given the detail, then y copies what a search found, and Y all of it, wrapped or not', async () => {
    await using open = await opened();
    expect(await open.type('3y')).toContain('a search in the detail selects a line');
    await open.type('/T2\ry');
    expect(copiedIn(open)[0]).toContain('T2');
    await open.type('wY');
    expect(copiedIn(open)[1]?.split('\n').length).toBeGreaterThan(1);
    expect(copiedIn(open)[1]).not.toMatch(/[│╭┃]/);
  });

  it('Given no room for the detail, or no row, then it says that there is nothing', async () => {
    await using open = await opened({ columns: 60, rows: 20 });
    expect(await open.type('Y')).toContain('the detail is empty');
    expect(await open.type('L')).toContain('the detail is empty');
    expect(await open.type('/zzz\ry')).toContain('no row is selected');
    await using bare = await opened({ history: (plan) => void plan.created('demo', ['T1']).runs() });
    expect(await bare.type('2y')).toContain('no row is selected');
    expect(bare.terminal.clipboard).toEqual([]);
  });

  it('Given tmux, then what it has to hand on is told to it', async () => {
    await using open = await opened({ inTmux: true });
    await open.type('y');
    expect(open.terminal.written).toContain('\u001BPtmux;');
  });
});

describe('other programs', () => {
  it('Given the pager, then it has the terminal while it runs, and the screen comes again whole', async () => {
    await using open = await opened();
    const before = open.terminal.text();
    const ended = Promise.withResolvers<void>();
    open.programs.ended = ended.promise;
    await open.type('L');
    expect([open.terminal.isAlternate, open.terminal.isRaw, open.job.awake]).toEqual([false, false, 1]);
    expect(open.programs.ran[0]?.[0]).toBe('page');
    expect(open.programs.ran[0]?.[1]).toContain('T2');
    // Neither is the Ctrl-C in it meant for the screen, nor what is drawn.
    open.shell.close({ kind: 'signal', name: 'SIGINT' });
    open.job.continue();
    await open.settle();
    expect(open.terminal.isAlternate).toBe(false);
    ended.resolve();
    await open.terminal.until((text) => text === before);
    expect([open.terminal.isAlternate, open.terminal.isRaw, open.job.awake]).toEqual([true, true, 0]);
  });

  it('Given a step with a file, then e edits it and o shows it, below the folder of the plan', async () => {
    await using open = await opened();
    await open.type('gjj');
    await open.type('e');
    await open.terminal.until(() => open.terminal.isAlternate && open.programs.ran.length === 1);
    await open.settle();
    await open.type('o');
    await open.terminal.until(() => open.programs.ran.length === 2);
    expect(open.programs.ran.map(([what, file]) => [what, file.endsWith('/notes/a.md')])).toEqual([
      ['edit', true],
      ['view', true],
    ]);
  });

  it('Given a row without a file, then it says so', async () => {
    await using open = await opened();
    expect(await open.type('gjjje')).toContain('select a step that wrote or read a file');
    expect(await open.type('ge')).toContain('select a step that wrote or read a file');
    expect(await open.type('2o')).toContain('select a step that wrote or read a file');
    expect(open.programs.ran).toEqual([]);
  });

  it('Given a program that is not there, then the screen comes again and says so', async () => {
    await using open = await opened();
    open.programs.refusal = new NotFoundError('program_not_found', 'there is no program lesss');
    await open.type('L');
    expect(await open.terminal.until((text) => text.includes('no program lesss'))).toContain('demo');
    expect(open.terminal.isAlternate).toBe(true);
  });

  it('Given the screen is closed while the pager runs, then it does not come again', async () => {
    const open = await opened();
    const ended = Promise.withResolvers<void>();
    open.programs.ended = ended.promise;
    await open.type('L');
    open.shell.close({ kind: 'signal', name: 'SIGTERM' });
    ended.resolve();
    expect(await open.shell.done).toEqual({ kind: 'signal', name: 'SIGTERM' });
    expect(open.terminal.isAlternate).toBe(false);
    await open[Symbol.asyncDispose]();
  });
});
