import { describe, expect, it } from 'vitest';
import { Stage } from './ui-stage.ts';

const comes = (stage: Stage): Stage => stage.change({ checkpointNumbers: [1, 2, 3, 4] });

describe('the newest checkpoint', () => {
  it.each([
    ['2', 'nobody has gone to one'],
    ['2jf', 'it is followed again'],
    ['2j<end>', 'it is gone to by End'],
    ['2jv', 'the plan is shown as it is now'],
    ['2j1<end>', 'the plan is followed as it is now'],
    ['2j..', 'one goes beyond it'],
    ['2jv3', 'the detail is about the plan'],
  ])('is selected as soon as it comes (%s: %s)', (keys) => {
    const stage = comes(Stage.begin().press(keys));
    expect(stage.ui).toMatchObject({ checkpointSelected: 'c4', checkpointIndex: 0, checkpointFollow: true });
    expect(stage.ui.past).toBeNull();
  });

  it.each([
    ['2g', 'somebody is there'],
    ['2f', 'that was stopped'],
    ['2 ', 'it is marked'],
    ['d', 'it is compared'],
    ['2\r', 'its detail is looked at'],
    ['23', 'its detail is read'],
    ['2jj<esc>2f,', 'somebody went away from it'],
  ])('leaves the selection where it is (%s: %s)', (keys) => {
    const stage = Stage.begin().press(keys);
    const selected = stage.ui.checkpointSelected;
    expect(comes(stage).ui.checkpointSelected).toBe(selected);
  });

  it('leaves the detail of the plan as it is', () => {
    const stage = Stage.begin().press('2v1K');
    const { detailTop, detailFollow } = stage.ui;
    expect(detailFollow).toBe(false);
    expect(comes(stage).ui).toMatchObject({ detailTop, detailFollow, lastList: 'plan' });
  });

  it('is not there to be followed where nothing is shown', () => {
    const stage = Stage.begin().press('2/9\r');
    expect(comes(stage).ui.checkpointSelected).toBe('c3');
  });
});

describe('the filter by trigger', () => {
  const stage = (): Stage => Stage.begin({ triggers: ['manual', 'on_error', 'manual'] }).press('2');

  it('goes through those that have taken one, then shows all', () => {
    const one = stage().press('i');
    expect([one.toast, one.context().checkpointRows.count]).toEqual(['i: only checkpoints "on error"', 1]);
    expect(one.press('i').toast).toBe('i: only checkpoints "by hand"');
    expect(one.context().checkpointRows.count).toBe(2);
    expect(one.press('i').toast).toBe('i: all checkpoints');
    expect(one.ui.checkpointTriggers).toBe('all');
  });

  it('is taken away by Esc, with the text', () => {
    const filtered = stage().press('i/2\r');
    expect(filtered.ui).toMatchObject({ checkpointTriggers: 'on_error', checkpointFilter: '2' });
    expect(filtered.press('<esc>').ui).toMatchObject({ checkpointTriggers: 'all', checkpointFilter: '' });
  });

  it('is named where it hides everything', () => {
    expect(stage().press('i/9\rj').toast).toBe('no row has "on error 9"; Esc shows all');
  });

  it('says why it does nothing', () => {
    expect(Stage.begin().press('2i').toast).toBe('i: there are no two triggers to tell apart yet');
  });
});
