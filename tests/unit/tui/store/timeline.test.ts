import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../../src/domain/checkpoint.ts';
import type { PlanEvent } from '../../../../src/domain/plan-event.ts';
import { GrowingTimeline } from '../../../../src/tui/store/growing-timeline.ts';
import { Timeline } from '../../../../src/tui/store/timeline.ts';

const checkpointOf = (number: number, parts: Partial<Checkpoint> = {}): Checkpoint =>
  ({
    id: `c${number}`,
    number,
    seq: 10 * number,
    plan_id: 'p',
    step_id: number % 2 === 0 ? 'even' : null,
    bytes: number,
    ...parts,
  }) as Checkpoint;
const upTo = (count: number): readonly Checkpoint[] =>
  Array.from({ length: count }, (_, index) => checkpointOf(index + 1));
const numbersOf = (timeline: Iterable<Checkpoint>): readonly number[] =>
  [...timeline].map(({ number }) => number);

describe('a timeline', () => {
  const timeline = Timeline.of(upTo(5));

  it('is found by place and by id', () => {
    expect(numbersOf(timeline)).toEqual([1, 2, 3, 4, 5]);
    expect([-1, 0, 4, 5].map((index) => timeline.at(index)?.number)).toEqual([undefined, 1, 5, undefined]);
    expect(timeline.last()?.number).toBe(5);
    expect(['c1', 'c5', 'c6', null].map((id) => timeline.indexOf(id))).toEqual([0, 4, -1, -1]);
    expect(timeline.byId('c3')?.number).toBe(3);
    expect(timeline.byId(null)).toBeUndefined();
  });

  it.each([
    [0, 0, 0, []],
    [9, 0, 0, []],
    [20, 2, 3, [2]],
    [45, 4, 10, [2, 4]],
    [99, 5, 15, [2, 4]],
  ])('as of seq %i has %i of them, %i bytes, and no mark of later ones', (seq, size, bytes, marks) => {
    const past = timeline.upTo(seq);
    expect(past.size).toBe(size);
    expect(past.bytes).toBe(bytes);
    expect(numbersOf(past.lastOfStep('p', 'even', 4))).toEqual(marks);
    expect(past.indexOf('c5')).toBe(size === 5 ? 4 : -1);
    expect(timeline.continues(past)).toBe(true);
    expect(past.continues(timeline)).toBe(size === 5);
  });

  it('has the last ones of a step', () => {
    expect(numbersOf(timeline.lastOfStep('p', 'even', 1))).toEqual([4]);
    expect(timeline.lastOfStep('p', 'none', 1)).toEqual([]);
    expect(timeline.lastOfStep('other', 'even', 1)).toEqual([]);
  });

  it('that has nothing has neither bytes nor a last one', () => {
    expect([Timeline.of([]).bytes, Timeline.of([]).last()]).toEqual([0, undefined]);
  });
});

const rolledBack = (seq: number, toSeq: number, scope = 'plan_and_files'): PlanEvent =>
  ({ type: 'plan.rolled_back', seq, payload: { to_seq: toSeq, scope } }) as PlanEvent;

describe('a timeline with rollbacks', () => {
  const growing = new GrowingTimeline();
  const leftOf = (timeline: Timeline): readonly number[] =>
    numbersOf(timeline).filter((number) => timeline.isLeft(timeline.byId(`c${number}`) as Checkpoint));

  it('Given one, then what came behind its aim is left, and what stood before it still holds what it held', () => {
    for (const checkpoint of upTo(5)) growing.add(checkpoint);
    growing.take(rolledBack(51, 20, 'files_only'));
    const before = growing.value();
    growing.take(rolledBack(52, 20));
    growing.add(checkpointOf(6));
    const after = growing.value();
    expect([leftOf(before), leftOf(after)]).toEqual([[], [3, 4, 5]]);
    expect(numbersOf(after.lastOfStep('p', 'even', 4))).toEqual([2, 6]);
    expect(numbersOf(before.lastOfStep('p', 'even', 4))).toEqual([2, 4]);
    expect(leftOf(after.upTo(40))).toEqual([]);
    expect(growing.value()).toBe(after);
  });

  it('Given it is undone, then what was left holds again, and what came in between is left', () => {
    growing.take(rolledBack(62, 50));
    expect(leftOf(growing.value())).toEqual([6]);
    expect(numbersOf(growing.value().lastOfStep('p', 'even', 4))).toEqual([2, 4]);
    growing.remove('c1');
    expect(leftOf(growing.value())).toEqual([6]);
  });

  it('Given it comes without a checkpoint, then there is a new timeline nevertheless', () => {
    const before = growing.value();
    growing.take(rolledBack(63, 30));
    expect(growing.value()).not.toBe(before);
    expect([leftOf(before), leftOf(growing.value())]).toEqual([[6], [4, 5, 6]]);
  });

  it('Given anything else happens, then nothing is left', () => {
    const other = new GrowingTimeline();
    const before = other.value();
    other.take({ type: 'note.added', seq: 1, payload: { text: '', step_id: null } } as PlanEvent);
    expect(other.value()).toBe(before);
  });
});

describe('a growing timeline', () => {
  it('Given nothing is new, then it is the same; given one more, then those before stay as they are', () => {
    const growing = new GrowingTimeline();
    const none = growing.value();
    growing.add(checkpointOf(1));
    const one = growing.value();
    growing.add(checkpointOf(2));
    expect(growing.value()).toBe(growing.value());
    expect([none, one, growing.value()].map(({ size }) => size)).toEqual([0, 1, 2]);
    expect(one.at(1)).toBeUndefined();
    expect(growing.value().continues(one)).toBe(true);
  });

  it('Given some are deleted, labelled and pinned, then only what comes now says so', () => {
    const growing = new GrowingTimeline();
    for (const checkpoint of upTo(6)) growing.add(checkpoint);
    const before = growing.value();
    growing.change('c4', { label: 'mine' });
    growing.change('c4', { pinned: true });
    growing.change('c3', { label: 'gone anyway' });
    growing.remove('c2');
    growing.remove('c3');
    growing.change('c3', { pinned: true });
    const after = growing.value();
    expect(numbersOf(before)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(before.at(3)).toEqual(checkpointOf(4));
    expect(numbersOf(after)).toEqual([1, 4, 5, 6]);
    expect(after.byId('c4')).toEqual(checkpointOf(4, { label: 'mine', pinned: true }));
    expect(after.bytes).toBe(16);
    expect([after.indexOf('c3'), after.indexOf('c6')]).toEqual([-1, 3]);
    expect(numbersOf(after.lastOfStep('p', 'even', 4))).toEqual([4, 6]);
    expect(after.continues(before)).toBe(false);
    growing.add(checkpointOf(7));
    expect(growing.value().continues(after)).toBe(true);
    expect(growing.value().indexOf('c7')).toBe(4);
  });
});
