import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { AccessibleReporter, type AccessibleReporterOptions } from '../../../src/cli/accessible-reporter.ts';
import { standingWords, summarizeInSentences } from '../../../src/cli/accessible-summary.ts';
import { createOutput } from '../../../src/cli/output.ts';
import { createPaint } from '../../../src/cli/paint.ts';
import { createPrompter, createReporter, standingIn, summaryIn } from '../../../src/cli/reporters.ts';
import type { SummaryInput } from '../../../src/cli/run-summary.ts';
import { spokenDuration, toSentence } from '../../../src/cli/spoken-words.ts';
import type { UiMode } from '../../../src/cli/ui-mode.ts';
import { RUN_STATES } from '../../../src/domain/plan.ts';
import type { PlanEvent } from '../../../src/domain/plan-event.ts';
import { EMPTY_TREE, type DecisionState } from '../../../src/domain/plan-state.ts';
import type { PlanSummary } from '../../../src/domain/plan.ts';
import { glyphsFor } from '../../../src/tui/words/glyphs.ts';
import { tickingClock } from '../../support/cli-bench.ts';
import { checkpoint, CHILD, decision, error, id, ROOT, storyEvents } from '../../support/event-story.ts';

const BEL = '\u0007';
const glyphs = glyphsFor('unicode', {});
const plain = createPaint({}, false, false);

interface Heard {
  readonly reporter: AccessibleReporter;
  readonly lines: string[];
  readonly rings: string[];
}

function listen(change: Partial<AccessibleReporterOptions> = {}): Heard {
  const lines: string[] = [];
  const rings: string[] = [];
  const reporter = new AccessibleReporter({
    output: { print: (text) => lines.push(text), room: () => null },
    clock: tickingClock('2026-11-21T02:00:00.000Z'),
    ring: (text) => rings.push(text),
    tree: EMPTY_TREE,
    verbose: false,
    quiet: false,
    ...change,
  });
  return { reporter, lines, rings };
}

let seq = 0;
function event(change: object): PlanEvent {
  seq += 1;
  return { plan_id: ROOT, root_plan_id: ROOT, seq, at: '2026-11-21T02:00:00.000Z', ...change } as PlanEvent;
}

function tell(change: Partial<AccessibleReporterOptions> = {}): Heard {
  const heard = listen(change);
  for (const one of storyEvents()) heard.reporter.onEvent(one);
  return heard;
}

describe('words for the ear', () => {
  it.each([
    [-1, '0.0 seconds'],
    [912, '0.9 seconds'],
    [171_000, '2 minutes 51 seconds'],
    [61_000, '1 minute 1 second'],
    [3_900_000, '1 hour 5 minutes'],
  ])('%i ms last %s', (ms, text) => expect(spokenDuration(ms)).toBe(text));

  it.each([
    ['it broke', 'It broke.'],
    [' which? ', 'Which?'],
    ['done!', 'Done!'],
    ['', '.'],
  ])('%j is the sentence %j', (text, sentence) => expect(toSentence(text)).toBe(sentence));
});

describe('the sentence for each event', () => {
  it('Given every event there is', () =>
    expect(tell().lines.join('\n')).toMatchInlineSnapshot(`
      "The plan demo has 3 steps and works in /w.
      The plan is running.
      Step 1 of 3, go, failed and is tried again in 0.5 seconds: it broke.
      Step 1 of 3, go, failed and is tried again now: it broke.
      Step 1 of 3, go, is done: write shell.run, 10.0 seconds.
      Step 1 of 3, go, failed after 11.0 seconds: it broke. The plan goes on.
      Step 3 of 3, kids, failed: it broke.
      Step 3 of 3, kids, is skipped: if: false.
      Waiting for you: Which? The answer is a text of your own.
      Decided anew: Which?
      Decided anew: 00000049.
      Subplan kid starts.
      Checkpoint 12: after write, step go, in subplan kid.
      Subplan kid failed and is tried again: it broke.
      Subplan kid starts, attempt 2.
      Subplan kid failed: it broke.
      Subplan kid is cancelled: a sibling failed.
      Subplan kid is done.
      Checkpoint 12: after write, step go, called mine, the tool failed.
      Checkpoint 12: on error, it broke.
      Checkpoint 12: before subplan, step kids, subplan kid.
      No checkpoint before write: it broke.
      Settings changed: ui.glyphs is now ascii.
      Settings were edited, but not taken: it broke.
      Remember\\nthis.
      The plan is paused: as asked, by pid 7.
      The plan is paused: waits for an answer.
      The plan goes on, by pid 8.
      The plan goes on.
      The plan is rolled back to checkpoint 1.
      The plan is forked at event 9.
      The plan failed: it broke.
      The plan runs again from go, ask, by pid 9.
      The plan is cancelled, by pid 7.
      The plan is cancelled: a sibling failed.
      The plan is done.
      The plan is applied.
      Step go can't be taken back: it broke.
      What step go did outside is being taken back.
      What step go did outside is taken back.
      What step go did outside was not taken back: it broke.
      What step go did outside stays as it is."
    `));

  it('Given the same with --verbose, then also what starts', () => {
    const some = tell().lines;
    expect(tell({ verbose: true }).lines.filter((line) => !some.includes(line))).toMatchInlineSnapshot(`
      [
        "Step 1 of 3, go, starts.",
        "Step 1 of 3, go, calls shell.run to write.",
        "Step 1 of 3, go, starts.",
        "Step 1 of 3, go, calls shell.run to write.",
        "Step nameless, calls fs.read to read.",
        "Subplan kid: step 1 of 1, one, starts.",
      ]
    `);
  });

  it('Given them, then no sign, no control character and no line break is among them', () => {
    for (const line of tell({ verbose: true }).lines) expect(line).toMatch(/^[\u0020-\u007E]+[.?!]$/);
  });

  it('Given --quiet, then nothing is said and nobody is called, but the state is kept', () => {
    const { lines, rings, reporter } = tell({ quiet: true });
    reporter.onOutput({ plan_id: ROOT, step_id: 'go', call_id: id(30), stream: 'stdout', text: 'x' });
    expect([lines, rings]).toEqual([[], []]);
    expect(reporter.tree.plans.size).toBe(2);
  });

  it('Given only a subplan is told of, then nothing of the others', () => {
    const { lines, reporter } = tell({ within: CHILD });
    expect(lines).toEqual(['Checkpoint 12: after write, step go, in subplan kid.']);
    expect(reporter.covers(event({ type: 'note.added', plan_id: CHILD }))).toBe(true);
    expect(reporter.covers(event({ type: 'note.added' }))).toBe(false);
  });

  it('Given a question with choices, then they are numbered; a finished step says what was chosen and by whom', () => {
    const { reporter, lines } = tell();
    lines.length = 0;
    const options = [
      { id: 'short', description: 'one line' },
      { id: 'full', description: null },
    ];
    const asked = decision({ id: id(60), step_id: 'ask', question: 'How long', options });
    reporter.onEvent(event({ type: 'decision.made', payload: { decision: asked } }));
    reporter.onEvent(
      event({ type: 'decision.made', payload: { decision: { ...asked, chosen: ['short'] } } }),
    );
    reporter.onEvent(
      event({ type: 'step.completed', payload: { step_id: 'ask', call_id: null, output: null } }),
    );
    expect(lines).toEqual([
      'Waiting for you: How long. Choices: 1 short, one line. 2 full.',
      'Step 2 of 3, ask, is done: ["short"], chosen by you.',
    ]);
  });

  it('Given a step of a subplan that fails, then the subplan comes first', () => {
    const { reporter, lines } = tell();
    const payload = { step_id: 'one', error, continued: false };
    reporter.onEvent(event({ type: 'step.failed', plan_id: CHILD, payload, at: '2026-11-21T02:01:00.000Z' }));
    expect(lines.at(-1)).toMatch(/^Subplan kid: step 1 of 1, one, failed.*: it broke\.$/);
  });

  it('Given a step that did nothing that is known, then it is only done', () => {
    const { reporter, lines } = tell();
    reporter.onEvent(
      event({ type: 'step.completed', payload: { step_id: 'kids', call_id: null, output: null } }),
    );
    expect(lines.at(-1)).toBe('Step 3 of 3, kids, is done.');
  });
});

describe('live output', () => {
  const line = (step_id: string, plan_id = ROOT) => ({
    plan_id,
    step_id,
    call_id: id(30),
    stream: 'stdout' as const,
    text: '\u001B]0;evil\u0007ok\tyes',
  });

  it('Given one tool, then plain lines; given several at once, then with who says it', () => {
    const { reporter, lines } = tell();
    lines.length = 0;
    reporter.onOutput(line('go'));
    const call = {
      step_id: 'one',
      attempt: 1,
      tool: 'shell.run',
      effect: 'read',
      input: {},
      tree_before: null,
    };
    reporter.onEvent(event({ type: 'tool.started', plan_id: CHILD, payload: { ...call, call_id: id(70) } }));
    reporter.onOutput(line('one', CHILD));
    expect(lines).toEqual(['\\x1b]0;evil\\x07ok yes', 'kid, one: \\x1b]0;evil\\x07ok yes']);
  });

  it('Given a tool that waits, then a sentence', () => {
    const { reporter, lines } = listen();
    reporter.onWaiting('waits for the workspace, held by pid 7');
    expect(lines).toEqual(['Waits for the workspace, held by pid 7.']);
  });
});

describe('calling a person', () => {
  it('Given waits for you, failed and done, then each calls once', () => {
    expect(tell().rings).toEqual([
      'Waiting for you: Which? The answer is a text of your own.',
      'The plan failed: it broke.',
      'The plan is done.',
    ]);
  });

  it('Given a checkpoint failed, then the pause calls', () => {
    const { reporter, rings } = tell();
    reporter.onEvent(event({ type: 'plan.paused', payload: { reason: 'checkpoint_failed', by: null } }));
    expect(rings.at(-1)).toBe('The plan is paused: a checkpoint failed.');
  });

  it('Given history, then it is told without a call', () => {
    const { rings, lines } = tell({ clock: tickingClock('2026-11-22T02:00:00.000Z') });
    expect(rings).toEqual([]);
    expect(lines).toContain('The plan is done.');
  });
});

/** What a session is to a reporter. */
function sessionOn({ tty = true, term = 'xterm', quiet = false, input = true } = {}) {
  let out = '';
  let err = '';
  const sink = (write: (text: string) => void) => ({ write, isTTY: tty, columns: 80, closed: false });
  const stdin = Object.assign(new PassThrough(), { isTTY: tty });
  const io = {
    stdout: sink((text) => (out += text)),
    stderr: sink((text) => (err += text)),
    stdin,
    env: { TERM: term },
  };
  const options = { quiet, verbose: false, input };
  const output = createOutput(io as never, { quiet, noColor: true });
  const clock = tickingClock('2026-11-21T02:00:00.000Z');
  const session = { io, options, output, clock, glyphs: () => Promise.resolve(glyphs) };
  return { session: session as never, stdin, out: () => out, err: () => err };
}

describe('the reporter of a mode', () => {
  const story = async (mode: UiMode, options: Parameters<typeof sessionOn>[0] = {}) => {
    const made = sessionOn(options);
    const reporter = await createReporter(made.session, { workspace: '/w' }, { mode, tree: EMPTY_TREE });
    for (const one of storyEvents()) reporter.onEvent(one);
    return made.out();
  };

  it('Given a terminal and sentences, then the bell and a notice come with what calls', async () => {
    const out = await story('accessible');
    expect(out).toContain(`\nThe plan is done.\n${BEL}\u001B]9;agents: The plan is done.${BEL}`);
    expect(out.split(BEL).length - 1).toBe(6);
  });

  it('Given a dumb terminal, then only the bell; given none, then nothing but sentences', async () => {
    expect(await story('accessible', { term: 'dumb' })).toContain(
      `\nThe plan is done.\n${BEL}The plan is applied.\n`,
    );
    expect(await story('accessible', { tty: false })).not.toMatch(/[\u0007\u001B]/);
  });

  it('Given lines of text, then lines; given JSON, then nothing', async () => {
    expect(await story('text')).toMatch(/^02:00:56 ✓ complete$/m);
    expect(await story('json')).toBe('');
  });

  it('Given a subplan, then only that one is told of', async () => {
    const { session, out } = sessionOn({ tty: false });
    const options = { mode: 'accessible' as const, tree: EMPTY_TREE, within: CHILD };
    const reporter = await createReporter(session, { workspace: '/w' }, options);
    for (const one of storyEvents()) reporter.onEvent(one);
    expect(out()).toBe('Checkpoint 12: after write, step go, in subplan kid.\n');
  });
});

describe('who asks', () => {
  const asked = {
    ...decision({ options: [{ id: 'left', description: null }] }),
    sequence: 1,
  } as DecisionState;

  it.each<readonly [string, UiMode, Parameters<typeof sessionOn>[0], string]>([
    ['text', 'text', {}, '? Which? (ask)\n  1  left\nType 1, then Enter: '],
    ['sentences', 'accessible', {}, 'Type 1, then Enter: '],
    [
      'sentences that are not said',
      'accessible',
      { quiet: true },
      '? Which? (ask)\n  1  left\nType 1, then Enter: ',
    ],
  ])('Given %s, then the question is said once', async (_, mode, options, said) => {
    const { session, stdin, err } = sessionOn(options);
    const answer = createPrompter(session, mode)?.ask(asked, new AbortController().signal);
    stdin.write('1\n');
    expect(await answer).toBe('left');
    expect(err()).toBe(said);
  });

  it.each([{ tty: false }, { input: false }])('Given %j, then nobody', (options) => {
    expect(createPrompter(sessionOn(options).session, 'accessible')).toBeNull();
  });
});

describe('the summary', () => {
  const plan = {
    plan_id: ROOT,
    name: 'demo\u001B[2J',
    phase: 'execute',
    state: 'errored',
    checkpoints: 2,
  } as PlanSummary;
  const input = (change: Partial<SummaryInput> = {}): SummaryInput => ({
    plan,
    tree: tell().reporter.tree,
    outcome: { pausedBecause: null, error },
    checkpoints: [checkpoint, { ...checkpoint, number: 13, trigger: 'on_error' }],
    durationMs: 171_000,
    quiet: false,
    ...change,
  });

  it('Given a failed plan, then sentences, and each command at the end of its line', () => {
    expect(summarizeInSentences(input())).toMatchInlineSnapshot(`
      "The plan demo\\x1b[2J, 00000001, failed, after 2 minutes 51 seconds.
      Steps: 0 of 3 complete, 1 skipped, 1 subplan.
      It broke.
      Checkpoints: 2 kept: 1 after write, 1 on error.
      Next: agents plan errors 00000001
      Next: agents plan retry 00000001
      Next: agents plan status 00000001
      Next: agents plan checkpoint list 00000001 --tree"
    `);
  });

  it('Given one that waits, then why and how to answer', () => {
    const { reporter } = tell();
    const options = [
      { id: 'left', description: null },
      { id: 'right', description: null },
    ];
    reporter.onEvent(
      event({ type: 'decision.made', payload: { decision: decision({ id: id(61), options }) } }),
    );
    const outcome = { pausedBecause: 'waiting', error: null };
    const paused = { ...plan, state: 'paused' as const };
    const text = summarizeInSentences(input({ plan: paused, tree: reporter.tree, outcome, checkpoints: [] }));
    expect(text).toContain(', is paused, waits for an answer, after 2 minutes 51 seconds.');
    expect(text).toContain('\nCheckpoints: none.\nNext: agents plan answer');
    expect(text).toMatch(/ ask left\|right$/m);
  });

  it('Given --quiet, then one sentence', () => {
    expect(summarizeInSentences(input({ quiet: true }))).toBe(
      'The plan demo\\x1b[2J, 00000001, failed, after 2 minutes 51 seconds.',
    );
  });

  it('Given many failed steps, then at most 15 lines', () => {
    const { reporter } = listen();
    const ids = Array.from({ length: 40 }, (_, n) => `step-${n}`);
    const steps = ids.map((stepId) => ({ id: stepId, kind: 'run', name: stepId, effect: null }));
    reporter.onEvent(
      event({
        type: 'plan.created',
        payload: { name: 'demo', goal: null, workspace: '/w', parent: null, steps },
      }),
    );
    for (const step_id of ids) {
      reporter.onEvent(event({ type: 'step.failed', payload: { step_id, error, continued: true } }));
    }
    const lines = summarizeInSentences(input({ tree: reporter.tree })).split('\n');
    expect(lines.length).toBeLessThanOrEqual(15);
    expect(lines).toContain('And 36 more failed steps.');
  });

  it.each(RUN_STATES)('Given a plan that is %s, then it is said in words', (state) => {
    expect(standingWords({ ...plan, name: 'demo', state })).toMatch(/^The plan demo, 00000001, [a-z ]+$/);
  });

  it('Given a mode, then the manner of that mode', () => {
    expect(summaryIn('accessible', input(), glyphs, plain)).toBe(summarizeInSentences(input()));
    expect(summaryIn('text', input(), glyphs, plain)).toMatch(/^\n✗ demo/);
    expect(standingIn('accessible', plan, glyphs, plain)).toMatch(/, failed\.$/);
    expect(standingIn('text', plan, glyphs, plain)).toBe('✗ execute/errored');
  });
});
