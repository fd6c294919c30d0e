import { describe, expect, it } from 'vitest';
import { isNeverTrue } from '../../../src/documents/constant-condition.ts';
import { formatFault, parseDocument } from '../../../src/documents/load-document.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { createBuiltinTools } from '../../../src/tools/builtin/builtin-tools.ts';
import { createToolRegistry } from '../../../src/tools/tool-registry.ts';

const tools = createToolRegistry(createBuiltinTools({ processes: new SystemProcessTable() }));

async function warningsOf(text: string): Promise<readonly string[]> {
  const { warnings } = await parseDocument(text, 'x.plan.yaml', { tools, cwd: '/nowhere' });
  return warnings.map((warning) => {
    expect(warning.file).toBe('x.plan.yaml');
    return `${formatFault(warning).slice(12)} | ${warning.hint ?? ''}`;
  });
}

const DECIDE = '  - id: way\n    decide: { question: q, options: [left, right], by: human }\n';

describe('Given a document that is right but for what is not meant, when it is read, then it warns', () => {
  it.each<[string, string, ...string[]]>([
    ['nothing', `name: n\nsteps:\n  - run: x\n`],
    [
      'an input that is never used',
      `name: n\ninputs:\n  old: { default: 1, type: number }\nsteps:\n  - run: x\n`,
      '3:3 the input old is never used | use it as inputs.old, or leave it out',
    ],
    [
      'a secret that is never used',
      `name: n\ninputs: { token: { secret: true } }\nsteps:\n  - run: x\n`,
      '2:11 the input token is never used | use it as inputs.token, or leave it out',
    ],
    [
      'an input in the goal',
      `name: n\ngoal: \${{ inputs.a }}\ninputs: { a: { default: b } }\nsteps:\n  - run: x\n`,
    ],
    [
      'all inputs at once',
      `name: n\ninputs: { a: { default: b } }\nsteps:\n  - { run: x, env: { ALL: "\${{ toJSON(inputs) }}" } }\n`,
    ],
    [
      'an input in an inline subplan and one handed to a document',
      `name: n\ninputs: { a: { default: b } }\nsteps:\n  - subplans: { plans: [ { name: p, steps: [ { run: x, if: "inputs.a == 'b'" } ] } ] }\n`,
    ],
    [
      'a decision that is never used',
      `name: n\nsteps:\n${DECIDE}  - run: x\n`,
      "3:5 the decision way is never used | in a later step, such as if: decisions.way.chosen == 'left'",
    ],
    [
      'a decision in an output',
      `name: n\nsteps:\n${DECIDE}outputs: { way: "\${{ decisions.way.chosen }}" }\n`,
    ],
    [
      'a decision by its outputs',
      `name: n\nsteps:\n${DECIDE}outputs: { way: "\${{ steps.way.outputs.chosen }}" }\n`,
    ],
    [
      'if: false',
      `name: n\nsteps:\n  - id: log\n    if: false\n    run: x\n`,
      '4:9 this if is never true: log never runs | leave the step or the if out',
    ],
    [
      'a condition that is false, in a subplan',
      `name: n\nsteps:\n  - subplans: { plans: [ { name: p, steps: [ { id: s, run: x, if: "\${{ 1 == 2 }}" } ] } ] }\n`,
      '3:67 this if is never true: s never runs | leave the step or the if out',
    ],
    [
      'a choice that is none',
      `name: n\nsteps:\n${DECIDE}  - { run: x, if: decisions.way.chosen == 'lfet' }\n`,
      '5:44 way has no option lfet | did you mean left?',
    ],
    [
      'a choice that is none, with marks',
      `name: n\nsteps:\n${DECIDE}  - { run: x, if: "\${{ always() && decisions.way.chosen != 'up' }}" }\n`,
      '5:61 way has no option up | known here: left, right',
    ],
    [
      'a choice in capitals',
      `name: n\nsteps:\n${DECIDE}  - { run: x, if: decisions.way.chosen == 'LEFT' }\n`,
    ],
    [
      'an output that a command does not give',
      `name: n\nsteps:\n  - { id: log, run: x }\noutputs: { a: "\${{ steps.log.outputs.stdot }}" }\n`,
      '4:38 the step log gives no stdot | did you mean stdout?',
    ],
    [
      'an output that a tool does not give, in a list',
      `name: n\nsteps:\n  - { id: log, uses: fs.read, with: { path: a } }\noutputs: { a: [ "\${{ steps.log.outputs.text }}", 1 ] }\n`,
      '4:40 the step log gives no text | known here: content, bytes',
    ],
    [
      'an output of a decision',
      `name: n\nsteps:\n${DECIDE}outputs: { a: "\${{ steps.way.outputs.chosn }}" }\n`,
      '5:38 the step way gives no chosn | did you mean chosen?',
    ],
    [
      'an output of an answer, a wait and subplans',
      `name: n\nsteps:\n  - { id: a, ask: { question: q } }\n  - { id: b, sleep: 1s }\n  - { id: c, subplans: { plans: [ { name: p, steps: [ { run: x } ] } ] } }\noutputs:\n  a: \${{ steps.a.outputs.anwser }}\n  b: \${{ steps.b.outputs.time }}\n  c: \${{ steps.c.outputs.plan.p }}\n`,
      '7:26 the step a gives no anwser | did you mean answer?',
      '8:26 the step b gives no time | ',
      '9:26 the step c gives no plan | did you mean plans?',
    ],
    [
      'an output of a step with a matrix',
      `name: n\nsteps:\n  - { id: t, run: x, env: { A: "\${{ matrix.a }}" }, strategy: { matrix: { a: [1] } } }\noutputs: { a: "\${{ steps.t.outputs.stdout }}" }\n`,
      '4:36 the step t gives no stdout | known here: plans',
    ],
    [
      'a subplan that is not there, what it does not have, and an output that it does not give',
      `name: n
steps:
  - { id: c, subplans: { plans: [ { name: one, outputs: { a: 1 }, steps: [ { run: x } ] } ] } }
outputs:
  a: \${{ steps.c.outputs.plans.on.outputs.a }}
  b: \${{ steps.c.outputs.plans.one.output }}
  c: \${{ steps.c.outputs.plans.one.outputs.b }}
  d: \${{ steps.c.outputs.plans.one.outputs.a }}
`,
      '5:32 steps.c.outputs.plans has no on | did you mean one?',
      '6:36 steps.c.outputs.plans.one has no output | did you mean outputs?',
      '7:44 steps.c.outputs.plans.one.outputs has no b | known here: a',
    ],
    [
      'a combination that is not there',
      `name: n
steps:
  - { id: t, run: x, env: { A: "\${{ matrix.a }}" }, strategy: { matrix: { a: [1, 2] } } }
outputs:
  a: \${{ steps.t.outputs.plans['t (3)'].outputs.stdout }}
  b: \${{ steps.t.outputs.plans['t (2)'].outputs.stdot }}
`,
      '5:33 steps.t.outputs.plans has no t (3) | did you mean t (1)?',
      '6:49 steps.t.outputs.plans.t (2).outputs has no stdot | did you mean stdout?',
    ],
    [
      'outputs as a whole',
      `name: n\nsteps:\n  - { id: a, run: x }\noutputs: { a: "\${{ steps.a.outputs }}" }\n`,
    ],
  ])('%s', async (_, text, ...warnings) => {
    expect(await warningsOf(text)).toEqual(warnings);
  });
});

describe('Given a condition, then it is known whether it can hold', () => {
  it.each([
    ['false', true],
    ['true', false],
    ["''", true],
    ['0 || false', true],
    ['0 || inputs.a', false],
    ['inputs.a && (1 > 2)', true],
    ['!true', true],
    ['!inputs.a', false],
    ['failure()', false],
    ['!always()', false],
    ["contains('abc', 'd')", true],
    ["contains(inputs.a, 'd')", false],
    ["fromJSON('[]')", false],
    ["fromJSON('{')", false],
    ["(false) == ('a' == 'a')", true],
    ['(true || false) == true', false],
    ['inputs.a ==', false],
  ])('%s: %s', (condition, never) => {
    expect(isNeverTrue(condition)).toBe(never);
  });
});
