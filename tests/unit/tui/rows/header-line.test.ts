import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerLine } from '../../../../src/tui/rows/header-line.ts';
import type { PlanView } from '../../../../src/tui/store/plan-view.ts';
import { ROOT, type FakePlan } from '../../../support/fake-plan.ts';
import { ASCII, UNICODE } from '../store/hand-feed.ts';
import { lineWidth, newPlan, read, releaseNotes, viewOf } from './views.ts';

const headerOf = (plan: FakePlan, width = 80, change: Partial<PlanView> = {}): string =>
  read(headerLine({ ...viewOf(plan), ...change }, { width, glyphs: UNICODE, now: plan.time.now() }));
const begun = (name = 'demo'): FakePlan => newPlan().created(name, ['a', 'b']).runs();

describe('the header', () => {
  it('is that of the pictures, and loses field by field', () => {
    const plan = releaseNotes();
    plan.checkpointed('manual', { bytes: 8_100_000 });
    const wide =
      ' agents · release-notes · 000001RA     ◐ EXECUTE  3/8  ✓3 ✗1 ?1   ▰▰▰✗▱▱▱▱▱▱ 37%   00:00:07   5 checkpoints · 8.1 MB';
    expect(headerOf(plan, 120)).toBe(wide);
    let width = wide.length;
    for (const shorter of [
      ' agents · release-notes · 000001RA     ◐ EXECUTE  3/8  ✓3 ✗1 ?1   ▰▰▰✗▱▱▱▱▱▱ 37%   00:00:07   5 checkpoints',
      ' release-notes · 000001RA     ◐ EXECUTE  3/8  ✓3 ✗1 ?1   ▰▰▰✗▱▱▱▱▱▱ 37%   00:00:07   5 checkpoints',
      ' release-notes 000001RA  ◐ EXECUTE 3/8 ✓3 ✗1 ?1  ▰▰▰✗▱▱▱▱▱▱ 37%  00:00:07  ckpt 5',
      ' release-notes 000001RA  ◐ EXECUTE 3/8 ✗1 ?1  ▰▰▰✗▱▱▱▱▱▱ 37%  00:00:07  ckpt 5',
      ' release-notes 000001RA  ◐ EXECUTE 3/8 ✗1 ?1  ▰✗▱▱▱ 37%  00:00:07  ckpt 5',
      ' release-notes 000001RA  ◐ EXECUTE 3/8 ✗1 ?1  00:00:07  ckpt 5',
      ' release-notes 000001RA  ◐ EXECUTE 3/8 ✗1 ?1  ckpt 5',
      ' ◐ EXECUTE 3/8 ✗1 ?1  ckpt 5',
      ' ◐ EXECUTE 3/8 ✗1 ?1',
    ]) {
      expect(headerOf(plan, width - 1)).toBe(shorter);
      expect(headerOf(plan, shorter.length)).toBe(shorter);
      width = shorter.length;
    }
    expect(headerOf(plan, 12)).toBe(' ◐ EXECUTE …');
  });

  it('says that the past is shown, in place of how far the plan is now', () => {
    const plan = releaseNotes();
    const past = viewOf(plan).checkpoints.at(1) ?? null;
    const look = (width: number): string =>
      read(headerLine(viewOf(plan), { width, glyphs: UNICODE, now: plan.time.now(), past }));
    expect(look(120)).toBe(
      ' agents · release-notes · 000001RA     ◐ EXECUTE  viewing ckpt 2   4 checkpoints',
    );
    expect(look(30)).toBe(' ◐ EXECUTE viewing ckpt 2');
  });

  it('does not count as done what failed, and shows it in the bar', () => {
    const plan = begun().begins('a').ends('a').fails('b', 'no');
    plan.add('plan.failed', { error: { code: 'x', message: 'm', hint: null } });
    expect(headerOf(plan)).toContain('✗ EXECUTE failed 1/2 ✓1 ✗1  ▰▰▰▰▰✗✗✗✗✗ 50%');
    const line = headerLine(viewOf(plan), { width: 80, glyphs: UNICODE, now: 0 });
    expect(line.filter(({ text }) => /^[▰✗]{5}/.test(text)).map(({ tone }) => tone)).toEqual(['good', 'bad']);
  });

  it('tells failures that stop nothing from others', () => {
    const plan = begun().fails('a', 'no', ROOT, true).fails('a', 'no', ROOT, true);
    expect(headerOf(plan)).toContain('1/2 ✗1 (allowed)  ▰▰▰▰▰▱▱▱▱▱ 50%');
    expect(headerOf(plan.fails('b', 'no'))).toContain('1/2 ✗2 (1 allowed)  ▰▰▰▰▰✗✗✗✗✗ 50%');
    expect(headerOf(plan, 80, { tolerated: new Set(['elsewhere/a', `${ROOT}/gone`]) })).toContain('0/2 ✗2  ');
  });

  it('does not count as done what a cancelled plan left out', () => {
    const plan = begun().begins('a').ends('a');
    plan.add('plan.cancelled', { reason: 'cancelled', by: null });
    expect(headerOf(plan)).toContain('cancelled 1/2');
    expect(headerOf(plan)).toContain('50%');
  });

  it('has an ASCII form', () => {
    const plan = releaseNotes();
    const line = headerLine(viewOf(plan), { width: 120, glyphs: ASCII, now: plan.time.now() });
    expect(read(line)).toBe(
      ' agents - release-notes - 000001RA     * EXECUTE  3/8  +3 x1 ?1   ###x------ 37%   00:00:07   4 checkpoints',
    );
  });

  it('says that it is still reading', () => {
    expect(headerOf(newPlan())).toBe(' reading the plan');
  });

  it('is never wider than asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 200 }), (name, width) => {
        const plan = begun(name);
        const line = headerLine(viewOf(plan), { width, glyphs: UNICODE, now: plan.time.now() });
        expect(lineWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it.each([
    ['plan.paused', { reason: 'person', by: null }, '‖ EXECUTE paused'],
    ['plan.failed', { error: { code: 'x', message: 'm', hint: null } }, '✗ EXECUTE failed'],
    ['plan.cancelled', { reason: 'x', by: null }, '⊘ EXECUTE cancelled'],
    ['plan.completed', { outputs: {} }, '✓ EXECUTE complete'],
    ['plan.applied', { checkpoint_id: null }, '✓ APPLY applied'],
  ] as const)('after %s says so in words', (type, payload, words) => {
    expect(headerOf(begun().add(type, payload as never))).toContain(words);
  });

  it.each<[string, PlanView['runner'], boolean]>([
    ['it is gone', { kind: 'lost', how: 'killed' }, true],
    ['there is none', { kind: 'nobody' }, true],
    ['it lives', { kind: 'running', pid: 1, since: '', ours: true }, false],
    ['nobody has asked', { kind: 'unknown' }, false],
  ])('says that nobody runs the plan where the runner is: %s', (_what, runner, isSaid) => {
    expect(headerOf(begun(), 80, { runner }).includes('nobody runs it')).toBe(isSaid);
    const ended = begun().add('plan.completed', { outputs: {} });
    expect(headerOf(ended, 80, { runner })).not.toContain('nobody');
  });

  it('of a plan that rests as it should says no such thing', () => {
    const plan = begun().add('plan.paused', { reason: 'person', by: null });
    expect(headerOf(plan, 80, { runner: { kind: 'nobody' } })).not.toContain('nobody');
  });

  it('counts time from the first start of the execution until the plan rests', () => {
    const plan = newPlan().created('demo', ['a']);
    plan.time.advance(5000);
    expect(headerOf(plan)).not.toContain('00:00');
    plan.runs().time.advance(3_723_000);
    expect(headerOf(plan)).toContain('01:02:03');
    plan.add('plan.paused', { reason: 'person', by: null }).time.advance(60_000);
    expect(headerOf(plan)).toContain('01:02:03');
    plan.add('plan.resumed', { by: null }).time.advance(1000);
    expect(headerOf(plan)).toContain('01:03:04');
  });

  it.each([
    [0, '1 checkpoint'],
    [900, '1 checkpoint · 900 B'],
    [1500, '1 checkpoint · 1.5 kB'],
    [2_500_000_000, '1 checkpoint · 2.5 GB'],
  ])('of %i bytes says %j', (bytes, words) => {
    expect(headerOf(begun().checkpointed('manual', { bytes }), 120).endsWith(words)).toBe(true);
  });

  it('of a plan without steps is at 0 per cent', () => {
    expect(headerOf(newPlan().created('demo', []).runs())).toContain(' 0/0');
    expect(headerOf(newPlan().created('demo', []).runs())).toContain('▱▱▱▱▱ 0%');
  });
});
