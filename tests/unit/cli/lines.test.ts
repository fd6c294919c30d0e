import { describe, expect, it } from 'vitest';
import type { RunOutcome } from '../../../src/app/run-options.ts';
import { checkpointTable } from '../../../src/cli/checkpoint-views.ts';
import { fieldTable } from '../../../src/cli/commands/tool-show.ts';
import { glyphsFor } from '../../../src/tui/words/glyphs.ts';
import { createOutput } from '../../../src/cli/output.ts';
import { createPaint } from '../../../src/cli/paint.ts';
import { describeRunner } from '../../../src/cli/plan-status-text.ts';
import { errorOf, exitCodeOf } from '../../../src/cli/run-ending.ts';
import { restText } from '../../../src/tui/words/rest-text.ts';
import { snapshotToText } from '../../../src/cli/snapshot-text.ts';
import { TextReporter } from '../../../src/cli/text-reporter.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { EMPTY_TREE } from '../../../src/domain/plan-state.ts';
import type { PlanSummary } from '../../../src/domain/plan.ts';
import type { Holder } from '../../../src/cli/plan-status-text.ts';
import { tickingClock } from '../../support/cli-bench.ts';
import { checkpoint, CHILD, decision, error, ROOT, storyEvents } from '../../support/event-story.ts';

function collect() {
  let text = '';
  const sink = { write: (more: string) => (text += more), isTTY: false, columns: 80, closed: false };
  const output = createOutput({ stdout: sink, stderr: sink, env: {} } as never, {
    quiet: false,
    noColor: true,
  });
  return { output, said: () => text };
}

const glyphs = glyphsFor('unicode', {});
const plain = createPaint({}, false, false);

function tell(verbose: boolean): string {
  const { output, said } = collect();
  const clock = tickingClock('2026-11-21T02:03:39.000Z');
  const reporter = new TextReporter({ output, glyphs, clock, tree: EMPTY_TREE, verbose, quiet: false });
  for (const event of storyEvents()) reporter.onEvent(event);
  reporter.onWaiting('waits for the workspace, held by pid 7');
  return said();
}

describe('the line for each event', () => {
  it('Given every event there is, with --verbose', () =>
    expect(tell(true)).toMatchInlineSnapshot(`
      "02:00:00 · plan demo created with 3 steps in /w
      02:00:01 · getting ready (strategize/processing)
      02:00:02 ◐ executing
      02:00:03 ◐ go go $ make
      02:00:04 · go  write shell.run
      02:00:05 · process 7
      02:00:06 · output of 9000 bytes kept
      02:00:07 · go  shell.run failed: it broke
      02:00:08 ↻ go go $ make  again in 0.5s: it broke
      02:00:09 ↻ go go $ make  again now: it broke
      02:00:10 ◐ go go $ make  attempt 2
      02:00:11 · go  write shell.run
      02:00:12 · go  shell.run done
      02:00:13 ✓ go go $ make  10.0s
      02:00:14 ✗ go go $ make  11.0s  it broke (the plan goes on)
      02:00:15 ✗ kids  it broke
      02:00:16 ⊘ kids  skipped: if: false
      02:00:17 · nameless  read fs.read
      02:00:18 · strategy_choice  How? {"a":1} (document)
      02:00:19 ? ask waits for you: Which?
      02:00:20 ✓ ask  Which? left (you)
      02:00:21 ↶ decided anew: Which?
      02:00:22 ↶ decided anew: 00000049
      02:00:23 · subplan kid
      02:00:24 · kid › plan kid created with 1 step
      02:00:25 ◐ subplan kid
      02:00:26 ◐ kid › one
      02:00:27 ◆ ckpt 12  after write    go fs.write  in kid
      02:00:28 ↻ subplan kid  again: it broke
      02:00:29 ◐ subplan kid  attempt 2
      02:00:30 ✗ subplan kid  it broke
      02:00:31 ⊘ subplan kid  cancelled: a sibling failed
      02:00:32 ✓ subplan kid
      02:00:33 · context tone set
      02:00:34 ◆ ckpt 12  after write    go fs.write "mine" (failed)
      02:00:35 ✗ ckpt 12  on error       it broke
      02:00:36 ▷ ckpt 12  before subplan kids kid
      02:00:37 ✗ no checkpoint (before write): it broke
      02:00:38 · ckpt 12 is labelled "good", pinned
      02:00:39 · ckpt 12 let go
      02:00:40 · ckpt 12 has no label now
      02:00:41 · ckpt 12 deleted
      02:00:42 · 3 checkpoints pruned by retention
      02:00:43 · settings changed: ui.glyphs = "ascii"
      02:00:44 ? settings edited, but not taken: it broke
      02:00:45 · remember\\nthis
      02:00:46 ‖ paused: as asked (pid 7)
      02:00:47 ‖ paused: waits for an answer
      02:00:48 ◐ goes on (pid 8)
      02:00:49 ◐ goes on
      02:00:50 ↶ rolled back to checkpoint 1
      02:00:51 ⑂ forked at event 9
      02:00:52 ✗ failed: it broke
      02:00:53 ◐ again from go, ask (pid 9)
      02:00:54 ⊘ cancelled (pid 7)
      02:00:55 ⊘ cancelled: a sibling failed
      02:00:56 ✓ complete
      02:00:57 ✓ applied
      02:00:58 · go  can't be taken back: it broke
      02:00:59 · go  what takes it back is recorded
      02:01:00 ◐ taking back what go did outside
      02:01:01 ✓ go  is taken back outside too
      02:01:02 ✗ go  was not taken back outside: it broke
      02:01:03 ⊘ go  stays as it is outside
      02:03:39 ‖ waits for the workspace, held by pid 7
      "
    `));

  it('Given the same without --verbose, then the small ones are left out', () => {
    const all = tell(true).split('\n');
    const some = tell(false).split('\n');
    expect(all.filter((line) => !some.includes(line)).map((line) => line.slice(9))).toMatchInlineSnapshot(`
      [
        "· plan demo created with 3 steps in /w",
        "· getting ready (strategize/processing)",
        "· go  write shell.run",
        "· process 7",
        "· output of 9000 bytes kept",
        "· go  shell.run failed: it broke",
        "· go  write shell.run",
        "· go  shell.run done",
        "· nameless  read fs.read",
        "· strategy_choice  How? {"a":1} (document)",
        "· subplan kid",
        "· kid › plan kid created with 1 step",
        "· context tone set",
        "· ckpt 12 is labelled "good", pinned",
        "· ckpt 12 let go",
        "· ckpt 12 has no label now",
        "· ckpt 12 deleted",
        "· 3 checkpoints pruned by retention",
        "· go  what takes it back is recorded",
      ]
    `);
  });
});

describe('how a run ended', () => {
  const ending = (
    state: PlanSummary['state'],
    pausedBecause: string | null,
    withError = false,
  ): Pick<RunOutcome, 'plan' | 'pausedBecause' | 'error'> => ({
    plan: { plan_id: ROOT, name: 'demo', state } as PlanSummary,
    pausedBecause,
    error: withError ? error : null,
  });

  it.each([
    ['complete', null, false, 0, null],
    ['errored', null, true, 1, 'x'],
    ['cancelled', null, false, 1, 'plan_cancelled'],
    ['paused', 'waiting', false, 5, 'plan_waiting'],
    ['paused', 'stopped', false, 5, 'plan_stopped'],
    ['paused', null, false, 5, 'plan_paused'],
    ['paused', 'checkpoint_failed', true, 7, 'x'],
  ] as const)('%s because of %s: exit code and error', (state, because, withError, exitCode, code) => {
    const outcome = ending(state, because, withError);
    expect(exitCodeOf(outcome)).toBe(exitCode);
    expect(errorOf(outcome, EMPTY_TREE, exitCode)?.code ?? null).toBe(code);
  });

  it.each([
    ['signal', 'by a signal'],
    [null, 'as asked'],
    ['recovery', 'recovery'],
  ])('%s reads: %s', (because, text) => expect(restText(because)).toBe(text));
});

describe('who runs a plan', () => {
  const holder = (liveness: Holder['liveness']): Holder => ({
    lease: { holder: { host: 'box', pid: 7 }, since: '2026-11-21T02:00:00.000Z' } as Holder['lease'],
    liveness,
  });
  const now = Date.parse('2026-11-21T02:05:00.000Z');
  it.each([
    ['processing', holder('alive'), 'run by pid 7 for 5m'],
    ['processing', holder('unknown'), 'run by pid 7 on box for 5m'],
    ['processing', holder('gone'), 'nobody runs it'],
    ['paused', null, 'nobody runs it'],
    ['complete', null, ''],
  ] as const)('%s', (state, lease, text) => expect(describeRunner({ state }, lease, now)).toBe(text));
});

describe('views', () => {
  it('Given checkpoints with files, then their number; a plan without a name by its id', () => {
    const look = { glyphs, paint: plain, now: Date.parse(checkpoint.created_at) };
    const one = { ...checkpoint, number: 13, files_changed: 1, pinned: false, plan_id: CHILD };
    expect(checkpointTable([checkpoint, one], look, new Map([[ROOT, 'demo']]))).toBe(
      [
        '  12  02:03:39  ◆ after write  demo      go fs.write "mine" (failed)  2 files pinned',
        '  13  02:03:39  ◆ after write  00000002  go fs.write "mine" (failed)  1 file',
      ].join('\n'),
    );
  });

  it('Given a checkpoint that does not hold every file, then the list says so, and the line of its event why', () => {
    const look = { glyphs, paint: plain, now: Date.parse(checkpoint.created_at) };
    const reason = '2 paths are not captured: 1 changing while read, 1 over the file limit';
    const some = { ...checkpoint, capture: { status: 'partial', reason, paths: ['a', 'b'] } } as const;
    expect(checkpointTable([some], look, null)).toMatch(/2 files pinned partial$/);
    const { output, said } = collect();
    const clock = tickingClock('2026-11-21T02:03:39.000Z');
    const options = { output, glyphs, clock, tree: EMPTY_TREE, verbose: false, quiet: false };
    const reporter = new TextReporter(options);
    const [first, made] = ['plan.created', 'checkpoint.created'].map((type) =>
      storyEvents().find((event) => event.type === type),
    );
    reporter.onEvent(first!);
    reporter.onEvent({ ...made!, payload: { checkpoint: some } } as typeof made & object);
    expect(said()).toMatch(new RegExp(`ckpt 12 .*\\(failed\\)  partial: ${reason}\n$`));
  });

  it('Given a schema, then its fields; none are said to be nothing', () => {
    const properties = {
      a: { type: 'string', description: 'first' },
      b: { anyOf: [{ enum: ['x', 1] }, {}] },
    };
    expect(fieldTable({ properties, required: ['a'] })).toBe(
      '  a  string         required  first\n  b  "x" | 1 | any',
    );
    expect(fieldTable({ properties })).not.toContain('required');
    expect(fieldTable({})).toBe('  nothing');
  });

  it('Given a state, then every section that has something', () => {
    const step = {
      id: 'go',
      kind: 'run',
      name: 'go',
      effect: null,
      started_at: null,
      ended_at: null,
      reason: null,
    };
    const snapshot = {
      steps: [
        { ...step, status: 'failed', attempt: 2, error },
        { ...step, id: 'off', status: 'skipped', attempt: 0, error: null, reason: 'if: false' },
      ],
      decisions: [decision({}), decision({ step_id: null, chosen: 'left', rationale: 'because' })],
      subplans: [{ name: 'kid', status: 'errored', attempt: 2, max_retries: 1, error }],
      context: { long: 'x'.repeat(200), list: [1, 2] },
      outputs: {},
    } as unknown as JsonObject;
    expect(snapshotToText(snapshot, glyphs, plain)).toMatchInlineSnapshot(`
      "
      Steps (2)
        ✗  go   failed   attempt 2  it broke
        ⊘  off  skipped             if: false

      Decisions (2)
        ?  ask     Which?  waits
        ✓  choice  Which?  left (you)  because

      Subplans (1)
        ✗  kid  errored  attempt 2 of 2  it broke

      Context (2)
        long  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… (200 characters)
        list  [1,2]"
    `);
  });
});
