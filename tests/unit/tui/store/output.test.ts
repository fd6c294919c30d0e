import { describe, expect, it } from 'vitest';
import { StorageError } from '../../../../src/domain/errors.ts';
import type { BlobRef } from '../../../../src/domain/plan-event.ts';
import type { Json } from '../../../../src/domain/json.ts';
import type { LiveLine } from '../../../../src/ports/output-source.ts';
import { KEPT_LINES } from '../../../../src/tui/store/plan-view.ts';
import type { ViewStore } from '../../../../src/tui/store/view-store.ts';
import { FakePlan, id, ROOT } from '../../../support/fake-plan.ts';
import { FakeTime } from '../../../support/fake-time.ts';
import { openStore } from './hand-feed.ts';

const CALL = id('CA');
const log: BlobRef = { ref: 'sha256:1', media: 'text', bytes: 9000, preview: 'whole' };

function running(): FakePlan {
  return new FakePlan(new FakeTime()).created('demo', ['a', 'b']).runs().begins('a');
}

const texts = (store: ViewStore, call = CALL): readonly string[] | undefined =>
  store
    .getView()
    .outputs.get(call)
    ?.lines.map(({ stream, text }) => (stream === 'stderr' ? `!${text}` : text));

/** Opens a store on a plan; `settle` lets loads and notifications come through. */
function watch(plan: FakePlan) {
  const opened = openStore(ROOT, plan.feed, { output: plan.output, time: new FakeTime() });
  const settle = async (): Promise<void> => {
    await Promise.resolve();
    await Promise.resolve();
    opened.time.advance(100);
  };
  return { ...opened, settle };
}

describe('the output of a running call', () => {
  it('is followed while it is shown, and only then', async () => {
    const plan = running().say(CALL, 'before');
    const { store, settle } = watch(plan);
    expect([...plan.followed]).toEqual([]);
    store.showOutput([CALL]);
    plan.say(CALL, 'live');
    await settle();
    expect(texts(store)).toEqual(['before', 'live']);
    const { outputs } = store.getView();
    plan.add('note.added', { text: 'x', step_id: null });
    await settle();
    expect(store.getView().outputs).toBe(outputs);
    store.showOutput([CALL]);
    expect([...plan.followed]).toEqual([CALL]);
    store.showOutput([]);
    await settle();
    expect([[...plan.followed], texts(store)]).toEqual([[], undefined]);
    store.showOutput([CALL]);
    await settle();
    expect(texts(store)).toEqual(['before', 'live']);
    await store.stop();
    expect([...plan.followed]).toEqual([]);
  });

  it('is a ring of the last lines, with the number of those before them', async () => {
    const plan = running();
    const { store, settle } = watch(plan);
    store.showOutput([CALL]);
    plan.say(CALL, ...Array.from({ length: 2 * KEPT_LINES + 10 }, (_, i) => `line ${i}`));
    await settle();
    expect(store.getView().outputs.get(CALL)).toMatchObject({ dropped: KEPT_LINES + 10 });
    plan.say(CALL, 'last');
    await settle();
    const output = store.getView().outputs.get(CALL);
    expect([output?.lines.length, output?.dropped, output?.lines.at(-1)?.text]).toEqual([
      KEPT_LINES,
      KEPT_LINES + 11,
      'last',
    ]);
  });

  it('keeps the beginning of an endless line', async () => {
    const plan = running();
    const { store, settle } = watch(plan);
    store.showOutput([CALL]);
    plan.say(CALL, 'x'.repeat(1_000_000));
    await settle();
    expect(texts(store)?.[0]).toMatch(/^x{8192} \[991808 more characters\]$/);
  });

  it('counts what the source no longer keeps', async () => {
    const plan = running();
    let tell: (lines: readonly LiveLine[], dropped: number) => void = () => undefined;
    const output = {
      ...plan.output,
      follow: (_call: string, on: typeof tell) => ((tell = on), () => undefined),
    };
    const { store, time } = openStore(ROOT, plan.feed, { output });
    store.showOutput([CALL]);
    tell([{ stream: 'stderr', text: 'a' }], 7);
    tell([{ stream: 'stdout', text: 'b' }], 2);
    time.advance(100);
    expect(store.getView().outputs.get(CALL)?.dropped).toBe(9);
    expect(texts(store)).toEqual(['!a', 'b']);
  });
});

describe('the output of a call that has ended', () => {
  const ended = (plan: FakePlan, result: Json): FakePlan =>
    plan.add('tool.completed', { call_id: CALL, result, tree_after: null });

  it('is its stored log', async () => {
    const plan = ended(running().add('tool.output', { call_id: CALL, log }), { stdout: 'short' });
    const { store, settle } = watch(plan);
    store.showOutput([CALL]);
    await settle();
    expect(texts(store)).toEqual(['whole log sha256:1']);
    expect([...plan.followed]).toEqual([]);
  });

  it('takes the place of the live lines when the call ends', async () => {
    const plan = running();
    const { store, settle } = watch(plan);
    store.showOutput([CALL]);
    plan.say(CALL, 'live').add('tool.output', { call_id: CALL, log });
    await settle();
    expect(texts(store)).toEqual(['live']);
    ended(plan, null);
    await settle();
    expect([texts(store), [...plan.followed]]).toEqual([['whole log sha256:1'], []]);
  });

  it.each<[string, Json, readonly string[]]>([
    ['its streams', { stdout: 'a\r\nb\n', stderr: 'c' }, ['a', 'b', '!c']],
    ['nothing', { stdout: '', stderr: '' }, []],
    ['one stream', { stdout: 'a' }, ['a']],
    ['the beginning of a long one', { stdout: { ...log }, stderr: '' }, ['whole ...']],
    ['no text', { stdout: 7, stderr: 'c' }, ['!c']],
  ])('is %s in its result', async (_what, result, lines) => {
    const { store, settle } = watch(ended(running(), result));
    store.showOutput([CALL]);
    await settle();
    expect(texts(store)).toEqual(lines);
  });

  it.each<[string, Json]>([
    ['nothing', null],
    ['a list', []],
    ['something else', { bytes: 5 }],
    ['a text', 'done'],
  ])('is what was heard live where the result holds %s', async (_what, result) => {
    const plan = running();
    const { store, settle } = watch(plan);
    store.showOutput([CALL]);
    plan.say(CALL, 'live');
    ended(plan, result);
    await settle();
    expect(texts(store)).toEqual(['live']);
  });

  it('stays what was heard live when a pause interrupts it', async () => {
    const plan = running();
    const { store, settle } = watch(plan);
    store.showOutput([CALL]);
    plan.say(CALL, 'live').add('plan.paused', { reason: 'stopped', by: null });
    await settle();
    expect([texts(store), [...plan.followed]]).toEqual([['live'], []]);
  });

  it('says why the log cannot be read', async () => {
    const plan = ended(running().add('tool.output', { call_id: CALL, log }), null);
    const read = (): Promise<never> => Promise.reject(new StorageError('gone', 'the object is gone'));
    const { store, time } = openStore(ROOT, plan.feed, { output: { ...plan.output, read } });
    store.showOutput([CALL]);
    await Promise.resolve();
    await Promise.resolve();
    time.advance(100);
    expect(texts(store)).toEqual(["!the stored output can't be read: the object is gone"]);
  });

  it('is empty for a call that is not there', async () => {
    const { store, settle } = watch(running());
    store.showOutput([id('WHAT')]);
    await settle();
    expect(texts(store, id('WHAT'))).toBe(undefined);
  });

  it('is kept for the calls shown last', async () => {
    const calls = Array.from({ length: 40 }, (_, i) => id(`CA${i}`));
    const plan = new FakePlan(new FakeTime()).created('demo', ['a']).runs();
    for (const call of calls) plan.begins('a', { call }).ends('a', { call, result: { stdout: call } });
    const { store, settle } = watch(plan);
    for (const call of calls) store.showOutput([call]);
    await settle();
    const kept = [...store.getView().outputs.keys()];
    expect([kept.length, kept.at(-1), kept.includes(calls[0] as string)]).toEqual([33, calls.at(-1), false]);
  });
});
