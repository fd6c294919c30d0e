import { describe, expect, it } from 'vitest';
import type { DocumentError } from '../../../src/domain/errors.ts';
import type { StepSpec, SubplansStep } from '../../../src/domain/plan-document.ts';
import { formatFault, parseDocument } from '../../../src/documents/load-document.ts';
import { labelFor, matrixOf } from '../../../src/documents/matrix.ts';
import type { RawMatrix } from '../../../src/documents/strategy-schema.ts';
import { tinyTools } from './tiny-tools.ts';

const options = { tools: tinyTools, cwd: '/nowhere' };
const parse = (text: string) => parseDocument(text, 'x.plan.yaml', options);

async function faultsOf(text: string): Promise<readonly string[]> {
  const error = (await parse(text).catch((thrown: unknown) => thrown)) as DocumentError;
  return error.faults.map((fault) => `${formatFault(fault).slice(12)} | ${fault.hint ?? ''}`);
}

function subplansOf(step: StepSpec | undefined): SubplansStep {
  expect(step?.kind).toBe('subplans');
  return step as SubplansStep;
}

describe('Given a matrix, then its combinations are those that GitHub makes', () => {
  it.each<[string, RawMatrix, readonly string[]]>([
    ['two lists', { a: [1, 2], b: ['x', 'y'] }, ['1, x', '1, y', '2, x', '2, y']],
    ['values of any type', { a: [true, null, [1], { k: 'v' }] }, ['true', 'null', '[1]', '{"k":"v"}']],
    ['an exclusion', { a: [1, 2], b: ['x', 'y'], exclude: [{ a: 1, b: 'x' }] }, ['1, y', '2, x', '2, y']],
    ['an exclusion by one value', { a: [1, 2], b: ['x', 'y'], exclude: [{ a: 1 }] }, ['2, x', '2, y']],
    ['an exclusion of what is not there', { a: [1], exclude: [{ z: 1 }] }, ['1']],
    ['an addition to some', { a: [1, 2], include: [{ a: 1, c: 'more' }] }, ['1, more', '2']],
    ['an addition to all', { a: [1, 2], include: [{ c: 'all' }] }, ['1, all', '2, all']],
    ['one more combination', { a: [1], include: [{ a: 3, c: 'own' }] }, ['1', '3, own']],
    ['inclusions alone', { include: [{ a: 1 }, { a: 2 }] }, ['1', '2']],
  ])('%s', (_, matrix, labels) => {
    expect(matrixOf({ matrix }).combinations?.map(labelFor)).toEqual(labels);
  });

  it('more than 256 are none', () => {
    const twenty = Array.from({ length: 20 }, (_, index) => index);
    expect(matrixOf({ matrix: { a: twenty, b: twenty } }).combinations).toBeNull();
    const many = Array.from({ length: 257 }, (_, index) => ({ a: index }));
    expect(matrixOf({ matrix: { include: many } }).combinations).toBeNull();
    const added = Array.from({ length: 200 }, (_, index) => ({ b: index, c: 1 }));
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1000);
    expect(matrixOf({ matrix: { b: hundred, include: added } }).combinations).toBeNull();
  });
});

describe('Given a run or uses step with a matrix, when it is loaded', () => {
  it('it is a step with one subplan for each combination', async () => {
    const { document } = await parse(`name: n
defaults: { timeout: 5s }
steps:
  - run: first
  - id: test
    name: All versions
    if: success()
    env: { NODE: "\${{ matrix.node }}", OS: "on \${{ matrix['os'] }}" }
    run: npm test
    retries: { max: 2 }
    continue_on_error: true
    strategy: { matrix: { node: [20, 24], os: ["it's"] }, max_parallel: 1, fail_fast: false }
`);
    const step = subplansOf(document.steps[1]);
    expect(step).toMatchObject({
      id: 'test',
      name: 'All versions',
      needs: ['step-1'],
      if: '${{ success() }}',
      env: {},
      continue_on_error: true,
      timeout_ms: null,
      retries: { max: 0 },
      at: '5:5',
      mode: 'parallel',
      max_parallel: 1,
      fail_fast: false,
    });
    expect(step.plans.map(({ name }) => name)).toEqual(["test (20, it's)", "test (24, it's)"]);
    const [first] = step.plans;
    expect(first?.document).toMatchObject({ name: "test (20, it's)", file: 'x.plan.yaml', outputs: {} });
    expect(first?.document.steps).toMatchObject([
      {
        id: 'test',
        kind: 'run',
        run: 'npm test',
        needs: [],
        if: null,
        continue_on_error: false,
        retries: { max: 2 },
        timeout_ms: 5000,
        env: { NODE: "${{ fromJSON('20') }}", OS: "on ${{ 'it''s' }}" },
      },
    ]);
    expect(first?.with).toEqual({});
  });

  it('what it takes from the steps around it is handed in', async () => {
    const { document } = await parse(`name: n
inputs: { base: { default: b } }
steps:
  - { id: log, run: first }
  - id: write
    uses: fs.write
    with:
      path: "\${{ inputs.base }}/\${{ matrix.to }}"
      content: "\${{ format('{0} {1}', steps.log.outputs['std''out'], matrix.to) }}"
    strategy: { matrix: { to: [a, b] } }
`);
    const [, second] = subplansOf(document.steps[1]).plans;
    const text = "format('{0} {1}', steps.log.outputs['std''out'], 'b')";
    expect(second?.with).toEqual({ [text]: `\${{ ${text} }}` });
    expect(second?.document.steps[0]).toMatchObject({
      with: {
        path: "${{ inputs.base }}/${{ 'b' }}",
        content: `\${{ inputs['${text.replaceAll("'", "''")}'] }}`,
      },
    });
  });

  it('values that a combination lacks are null', async () => {
    const { document } = await parse(`name: n
steps:
  - run: x
    env: { A: "\${{ matrix.a }}", B: "\${{ matrix.b }}" }
    strategy: { matrix: { a: [true], include: [ { a: false, b: only } ] } }
`);
    expect(subplansOf(document.steps[0]).plans.map((plan) => plan.document.steps[0]?.env)).toEqual([
      { A: '${{ true }}', B: '${{ null }}' },
      { A: '${{ false }}', B: "${{ 'only' }}" },
    ]);
  });
});

describe('Given a subplans step with a matrix, when it is loaded', () => {
  const text = `name: n
steps:
  - id: checks
    strategy: { matrix: { node: [20, 24] } }
    subplans:
      mode: dependency_ordered
      plans:
        - name: build
          outputs: { node: "\${{ matrix.node }}" }
          steps:
            - { id: one, run: x, env: { NODE: "\${{ matrix.node }}" } }
            - { id: two, run: y, env: { ALL: "\${{ matrix.node }}-\${{ matrix.os }}" }, strategy: { matrix: { os: [l, m] } } }
        - { name: test, needs: build, steps: [ { run: z } ] }
`;

  it('its plans are repeated, and wait for their own combination', async () => {
    const step = subplansOf((await parse(text)).document.steps[0]);
    expect(step.plans.map(({ name, needs }) => [name, needs])).toEqual([
      ['build (20)', []],
      ['test (20)', ['build (20)']],
      ['build (24)', []],
      ['test (24)', ['build (24)']],
    ]);
    expect(step.plans[2]?.document).toMatchObject({
      name: 'build (24)',
      outputs: { node: "${{ fromJSON('24') }}" },
      steps: [{ env: { NODE: "${{ fromJSON('24') }}" } }, { kind: 'subplans' }],
    });
  });

  it('a matrix inside another one sees both', async () => {
    const step = subplansOf((await parse(text)).document.steps[0]);
    const inner = subplansOf(step.plans[2]?.document.steps[1]);
    expect(inner.plans.map(({ name }) => name)).toEqual(['two (l)', 'two (m)']);
    expect(inner.plans[1]?.document.steps[0]?.env).toEqual({ ALL: "${{ fromJSON('24') }}-${{ 'm' }}" });
  });
});

const SUBJECT = 'name: n\nsteps:\n  - id: t\n    run: x\n';

describe('Given a matrix with a fault, when it is loaded, then it is told with its place', () => {
  it.each<[string, string, ...string[]]>([
    [
      'a misspelt name',
      `${SUBJECT}    env: { A: "\${{ matrix.nod }}" }\n    strategy: { matrix: { node: [1] } }\n`,
      '5:27 the matrix has no nod | did you mean node?',
    ],
    [
      'no name',
      `${SUBJECT}    env: { A: "\${{ toJSON(matrix) }}" }\n    strategy: { matrix: { node: [1] } }\n`,
      '5:27 matrix needs a name | matrix.node',
    ],
    [
      'matrix where none is',
      `${SUBJECT}    env: { A: "\${{ matrix.a }}" }\n`,
      '5:20 matrix cannot be used here | only inside a step with strategy: { matrix: ... }, not in its if',
    ],
    [
      'matrix in if',
      `${SUBJECT}    if: matrix.a == 1\n    strategy: { matrix: { a: [1] } }\n`,
      '5:9 matrix cannot be used here | only inside a step with strategy: { matrix: ... }, not in its if',
    ],
    [
      'an unknown key of strategy',
      `${SUBJECT}    strategy: { matrx: { a: [1] } }\n`,
      '5:15 strategy.matrix is missing | ',
      '5:17 unknown key matrx in strategy | did you mean matrix?',
    ],
    [
      'a value that is no list',
      `${SUBJECT}    strategy: { matrix: { a: 1 } }\n`,
      '5:30 strategy.matrix.a must be a list of values, not a number | ',
    ],
    [
      'an empty list',
      `${SUBJECT}    strategy: { matrix: { a: [] } }\n`,
      '5:30 strategy.matrix.a must have at least one value | ',
    ],
    [
      'nothing at all',
      `${SUBJECT}    strategy: { matrix: {} }\n`,
      '5:25 this matrix has no combination | such as matrix: { node: [20, 24] }',
    ],
    [
      'a name that is none',
      `${SUBJECT}    strategy: { matrix: { a b: [1], include: [ { "1": x } ] } }\n`,
      '5:27 the name a b must begin with a letter or _ and go on with letters, digits, _ or - | ',
      '5:37 the name 1 must begin with a letter or _ and go on with letters, digits, _ or - | ',
    ],
    [
      'expressions',
      `${SUBJECT}    strategy: { matrix: { a: [ "\${{ inputs.x }}" ] } }\n`,
      '5:25 a matrix holds no expressions | its values are known before the plan runs',
    ],
    [
      'too many combinations',
      `${SUBJECT}    strategy: { matrix: { a: [${'0,'.repeat(17)}], b: [${'0,'.repeat(17)}] } }\n`,
      '5:25 this matrix has too many combinations | at most 256',
    ],
    [
      'a value twice',
      `${SUBJECT}    strategy: { matrix: { a: [1, "1"] } }\n`,
      '5:25 two combinations are called t (1) | ',
    ],
    [
      'a long value',
      `${SUBJECT}    strategy: { matrix: { a: [${'x'.repeat(91)}] } }\n`,
      '5:25 these values are too long for the name of a subplan | one line, at most 90 characters in a combination',
    ],
    [
      'a step that cannot have one',
      'name: n\nsteps:\n  - sleep: 1s\n    strategy: { matrix: { a: [1] } }\n',
      '4:5 unknown key strategy in step 1 | strategy is only for run, uses, subplans',
    ],
    [
      'how many at once, of subplans',
      'name: n\nsteps:\n  - subplans: { plans: [ { name: a, steps: [ { run: x } ] } ] }\n    strategy: { matrix: { a: [1] }, max_parallel: 2 }\n',
      '4:37 unknown key max_parallel in strategy | not for this kind of step',
    ],
    [
      'the value in a command',
      `name: n\nsteps:\n  - run: echo \${{ matrix.a }}\n    strategy: { matrix: { a: [1] } }\n`,
      '3:15 a command holds no expressions | env: { VALUE: "${{ matrix.a }}" } and "$VALUE" in the command',
    ],
  ])('%s', async (_, text, ...faults) => {
    expect(await faultsOf(text)).toEqual(faults);
  });

  it('a small text that would become a huge plan is refused', async () => {
    const list = `[${Array.from({ length: 16 }, (_, index) => index).join(', ')}]`;
    const strategy = `strategy: { matrix: { a: ${list}, b: ${list} } }`;
    const plans = (steps: string): string =>
      `{ ${strategy}, subplans: { plans: [ { name: p, steps: [ ${steps} ] } ] } }`;
    const faults = await faultsOf(`name: n\nsteps:\n  - ${plans(`{ run: x, ${strategy} }`)}\n`);
    expect(faults).toEqual([
      '3:3 this plan is too large: 65792 steps | at most 20000 steps and 16 MiB, counted with all that is included',
    ]);
  });
});
