import { describe, expect, it } from 'vitest';
import { PlanError } from '../../../src/domain/errors.ts';
import type { Json } from '../../../src/domain/json.ts';
import { createExpressions } from '../../../src/documents/expression-engine.ts';
import type { ExpressionScope } from '../../../src/ports/expressions.ts';

const { fill, test, stepsIn, runsAfterFailure } = createExpressions();

const scope: ExpressionScope = {
  inputs: {
    version: '1.2',
    level: 3,
    dry: false,
    tags: ['a', 'b'],
    object: { constructor: 1, Key: [1, { deep: null }] },
  },
  env: { HOME: '/h' },
  steps: {
    log: { outputs: { stdout: 'one\ntwo', constructor: 'c' }, status: 'complete' },
    'a-b': { status: 'failed' },
  },
  decisions: { style: { chosen: 'short' } },
  subplans: {},
  context: { list: [] },
  plan: { name: 'p' },
  status: 'success',
};

function failure(action: () => unknown): { readonly message: string; readonly hint: string | null } {
  try {
    action();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(PlanError);
    expect(thrown).toMatchObject({ code: 'expression_failed', exitCode: 1 });
    return thrown as PlanError;
  }
  throw new Error('it did not fail');
}

describe('Given a template, when it is filled', () => {
  it.each<[string, Json, Json]>([
    ['a text that is only an expression keeps the type: number', '${{ inputs.level }}', 3],
    ['boolean', '${{ inputs.dry }}', false],
    ['list', '${{ inputs.tags }}', ['a', 'b']],
    ['object, with keys of any name', '${{ inputs.object }}', { constructor: 1, Key: [1, { deep: null }] }],
    ['with spaces around it', ' ${{ inputs.level }} ', 3],
    ['in a longer text it becomes text', 'v${{ inputs.version }}-${{ inputs.level }}!', 'v1.2-3!'],
    ['null becomes nothing in a text', '[${{ steps.nope.outputs.x }}]', '[]'],
    ['a text without expression stays', 'a } $ {{ b }}', 'a } $ {{ b }}'],
    [
      'lists and objects are filled at any depth',
      [{ a: '${{ inputs.level }}' }, 1, null, true],
      [{ a: 3 }, 1, null, true],
    ],
    ['a missing output is null', '${{ steps.log.outputs.nope }}', null],
    ['an output of a missing step is null', '${{ steps.nope.outputs.a.b }}', null],
    ['names fit in any case, as on GitHub', '${{ INPUTS.Version }}', '1.2'],
    ['what every object has is only there if it is', '${{ steps.log.outputs.constructor }}', 'c'],
    ['and else null', '${{ inputs.tags.constructor }}', null],
    ['a matrix where there is none has nothing', '[${{ matrix.os }}]', '[]'],
    ['names with a dash', '${{ steps.a-b.status }}', 'failed'],
    ['an index', "${{ inputs['tags'][1] }}", 'b'],
    ['an index that is computed', '${{ inputs.tags[inputs.level] }}', null],
    ['all values', '${{ inputs.object.*[0] }}', [1]],
    ['contains', "${{ contains(inputs.tags, 'a') && contains('abc', 'B') }}", true],
    ['startsWith and endsWith', "${{ startsWith('abc', 'A') && endsWith('abc', 'C') }}", true],
    ['format', "${{ format('{0}-{1}', inputs.version, 2) }}", '1.2-2'],
    ['join', "${{ join(inputs.tags, '+') }}", 'a+b'],
    ['toJSON', '${{ toJSON(inputs.object.Key) }}', '[\n  1,\n  {\n    "deep": null\n  }\n]'],
    ['fromJSON, with keys of any name', `\${{ fromJSON('{"constructor": [2]}').constructor[0] }}`, 2],
    ['case', "${{ case(inputs.dry, 'dry', 'wet') }}", 'wet'],
    ['and, or', "${{ inputs.dry && 'yes' || 'no' }}", 'no'],
    ['comparisons', '${{ inputs.level >= 3 && !(inputs.level < 2) && inputs.level != 4 }}', true],
    ['doubled quotes', "${{ 'it''s a ''t' }}", "it's a 't"],
    ['the end marks inside of a text', "${{ '}}' }}", '}}'],
    ['a text of several lines', "${{ 'a\nb' }} ${{ plan.name }}", 'a\nb p'],
  ])('%s', (_, template, expected) => {
    expect(fill(template, scope)).toEqual(expected);
  });

  it.each([
    ['${{ nope }}', "can't evaluate ${{ nope }}: unknown name nope", 'column 5 of the expression'],
    ['a ${{ 1 2 }}', "can't evaluate ${{ 1 2 }}: unexpected symbol at 2", 'column 7 of the expression'],
    [
      '${{ inputs. }}',
      "can't evaluate ${{ inputs. }}: the expression ends too early",
      'column 12 of the expression',
    ],
    [
      "${{ fromJSON('x') }}",
      "can't evaluate ${{ fromJSON('x') }}: Unexpected token 'x'",
      'column 4 of the expression',
    ],
    ['${{ NaN }}', "can't evaluate ${{ NaN }}: NaN has no JSON form", 'column 4 of the expression'],
    ["${{ inputs['a }}", "a ${{ has no end in: ${{ inputs['a }}", null],
    ["a ${{ 'b' ", "a ${{ has no end in: a ${{ 'b' ", null],
    [`\${{ ${'('.repeat(60)} }}`, 'exceeded max expression depth 50', 'column 55 of the expression'],
    [`\${{ '${'a'.repeat(21_000)}' }}`, 'the expression is too long', 'at most 21,000 characters'],
    ['${{ 1.2.3 }}', 'unexpected 1.2.3', 'texts stand in single quotes'],
    ['${{ process.exit(1) }}', 'unknown name process', 'known here'],
  ])('%s fails, and says where', (template, message, hint) => {
    const error = failure(() => fill(template, scope));
    expect(error.message).toContain(message);
    if (hint === null) expect(error.hint).toBeNull();
    else expect(error.hint).toContain(hint);
  });

  it('a text that never ends is told as one', () => {
    expect(failure(() => test("'abc", scope)).hint).toContain("a text ends with a '");
  });
});

describe('Given a condition, when it is tested', () => {
  it.each<[string | null, ExpressionScope['status'], boolean]>([
    [null, 'success', true],
    [null, 'failure', false],
    ['inputs.level == 3', 'success', true],
    ['${{ inputs.level == 3 }}', 'success', true],
    [' ${{ true }}\n', 'success', true],
    ['true', 'failure', false],
    ['true', 'cancelled', false],
    ['failure()', 'success', false],
    ['failure()', 'failure', true],
    ['Failure() && inputs.level == 3', 'failure', true],
    ['cancelled()', 'cancelled', true],
    ['cancelled()', 'failure', false],
    ['always()', 'failure', true],
    ['success()', 'success', true],
    ['success()', 'failure', false],
    ['!success()', 'failure', true],
    ["''", 'success', false],
    ["'x'", 'success', true],
    ['0', 'success', false],
    ['NaN', 'success', false],
    ['null', 'success', false],
    ['context.list', 'success', true],
    ['steps.log.outputs', 'success', true],
  ])('%s at %s gives %s', (condition, status, expected) => {
    expect(test(condition, { ...scope, status })).toBe(expected);
  });

  it.each(['${{ 1 }} && ${{ 2 }}', 'a ${{ true }}', ''])('"%s" is not one expression', (condition) => {
    failure(() => test(condition, scope));
  });
});

describe('Given templates, when they are looked through', () => {
  it('the steps that they name are found, each once', () => {
    const template = {
      a: ['${{ steps.log.outputs.stdout }} and ${{ contains(steps.b.status, steps.log.status) }}', 1, null],
      b: "${{ !(steps['c'].outputs[steps.d.outputs.key].x == 1) || inputs.steps }}",
      c: 'steps.e.outputs',
      d: '${{ fromJSON(steps.f.outputs.text).a[0].*.b }}',
      e: '${{ steps }}',
    };
    expect([...stepsIn(template)].sort()).toEqual(['b', 'c', 'd', 'f', 'log']);
    expect(stepsIn(null)).toEqual([]);
  });

  it.each([
    [null, false],
    ['success()', false],
    ['inputs.level == 3', false],
    ['failure()', true],
    ['${{ always() && inputs.dry }}', true],
    ['inputs.dry || cancelled()', true],
  ])('%s runs after a failure: %s', (condition, expected) => {
    expect(runsAfterFailure(condition)).toBe(expected);
  });
});
