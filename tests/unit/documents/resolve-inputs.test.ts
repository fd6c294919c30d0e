import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PlanError, UsageError, WaitingError } from '../../../src/domain/errors.ts';
import type { PlanDocument } from '../../../src/domain/plan-document.ts';
import { parseDocument } from '../../../src/documents/load-document.ts';
import { fillInputs, resolveInputs } from '../../../src/documents/resolve-inputs.ts';
import { tinyTools } from './tiny-tools.ts';

async function documentWith(inputs: string, cwd = '/nowhere', steps = '[{ run: x }]'): Promise<PlanDocument> {
  const text = `name: demo\ninputs: ${inputs}\nsteps: ${steps}\n`;
  return (await parseDocument(text, 'x.plan.yaml', { tools: tinyTools, cwd })).document;
}

const TYPED = `{ s: { required: true }, n: { type: number, default: 1 }, b: { type: boolean, default: false },
  o: { type: object, default: {} }, a: { type: array, default: [] }, pick: { type: array, options: [[1], [2]], default: [1] } }`;

function thrownBy(action: () => unknown): unknown {
  try {
    return action();
  } catch (thrown) {
    return thrown;
  }
}

describe('Given inputs on the command line', () => {
  it('each is read by its type, and defaults fill the rest', async () => {
    const document = await documentWith(TYPED);
    const given = { s: 'x', n: '2.5', b: 'true', o: '{"a":[1]}', a: '[1,"b"]' };
    expect(resolveInputs(document, given, {})).toEqual({
      inputs: { s: 'x', n: 2.5, b: true, o: { a: [1] }, a: [1, 'b'], pick: [1] },
      secrets: {},
    });
  });

  it.each([
    [{}, 's is missing'],
    [{ s: 'x', n: 'two' }, 'n must be a number, not two'],
    [{ s: 'x', n: ' ' }, 'n must be a number, not  '],
    [{ s: 'x', b: 'yes' }, 'b must be true or false, not yes'],
    [{ s: 'x', o: '{' }, 'o must be a JSON object, not {'],
    [{ s: 'x', o: '[]' }, 'o must be a mapping'],
    [{ s: 'x', o: 'null' }, 'o must be a mapping'],
    [{ s: 'x', a: '{}' }, 'a must be a list'],
    [{ s: 'x', pick: '[3]' }, 'pick must be one of [1], [2]'],
    [{ s: 'x', pcik: '[1]' }, 'pcik is no input of demo (did you mean pick?)'],
    [
      { n: 'two', x1: 'y' },
      'x1 is no input of demo (known here: s, n, b, o, a, pick); s is missing; n must be a number, not two',
    ],
  ])('%o is refused', async (given, message) => {
    const document = await documentWith(TYPED);
    const error = thrownBy(() => resolveInputs(document, given as Record<string, string>, {}));
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      code: 'bad_input',
      exitCode: 2,
      message: `the inputs don't fit: ${message}`,
      hint: 'declared in x.plan.yaml',
      nextSteps: [expect.stringMatching(/^agents plan run x\.plan\.yaml -i s=/)],
    });
  });

  it.each([
    [{}, '-i s=...'],
    [{ s: 'x', n: 'two' }, '-i s=x -i n=...'],
    [{ s: "it's", n: '2', b: 'yes' }, "-i s='it'\\''s' -i n=2 -i b=..."],
    [{ n: '2', x1: 'y' }, '-i s=... -i n=2'],
  ])('%o: what fits is kept in the command to type next', async (given, words) => {
    const document = await documentWith(TYPED);
    const error = thrownBy(() => resolveInputs(document, given as Record<string, string>, {}));
    expect(error).toMatchObject({ nextSteps: [`agents plan run x.plan.yaml ${words}`] });
  });

  it('a document without inputs takes none', async () => {
    const document = await documentWith('{}');
    expect(resolveInputs(document, {}, {})).toEqual({ inputs: {}, secrets: {} });
    expect(thrownBy(() => resolveInputs(document, { a: 'b' }, {}))).toMatchObject({
      message: "the inputs don't fit: a is no input of demo (the document declares no such input)",
      nextSteps: [`agents plan explain ${document.file}`],
    });
  });
});

describe('Given secret inputs', () => {
  const SECRETS = '{ api-token: { secret: true }, key: { secret: true, env: SIGN_KEY } }';

  it('the values come from the environment, and only references are stored', async () => {
    const document = await documentWith(SECRETS);
    expect(resolveInputs(document, {}, { API_TOKEN: 't', SIGN_KEY: 'k' })).toEqual({
      inputs: { 'api-token': '[secret:api-token]', key: '[secret:key]' },
      secrets: { 'api-token': 't', key: 'k' },
    });
  });

  it('-i goes before the environment', async () => {
    const document = await documentWith(SECRETS);
    expect(resolveInputs(document, { key: 'typed' }, { API_TOKEN: 't', SIGN_KEY: 'k' }).secrets['key']).toBe(
      'typed',
    );
  });

  it.each([[{ API_TOKEN: 't' }], [{ API_TOKEN: 't', SIGN_KEY: '' }]])(
    '%o: the missing variable is named',
    async (env) => {
      const document = await documentWith(SECRETS);
      const error = thrownBy(() => resolveInputs(document, {}, env));
      expect(error).toBeInstanceOf(WaitingError);
      expect(error).toMatchObject({
        code: 'secret_missing',
        exitCode: 5,
        nextSteps: ['export SIGN_KEY=...'],
      });
      expect((error as WaitingError).hint).toContain('SIGN_KEY');
    },
  );

  it('those of included documents are found too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'agents-inputs-'));
    try {
      await writeFile(
        join(folder, 'inner.yaml'),
        'name: i\ninputs: { inner: { secret: true } }\nsteps: [{ run: x }]\n',
      );
      const document = await documentWith(
        '{}',
        folder,
        '[{ subplans: { plans: [{ name: p, uses: ./inner.yaml }] } }]',
      );
      expect(resolveInputs(document, {}, { INNER: 'i' }).secrets).toEqual({ inner: 'i' });
      expect(resolveInputs(document, { inner: 'typed' }, {}).secrets).toEqual({ inner: 'typed' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('Given an included document', () => {
  it('its inputs are filled from what it is handed, its defaults and references', async () => {
    const document = await documentWith(
      '{ s: { required: true }, n: { type: number, default: 1 }, key: { secret: true } }',
    );
    expect(fillInputs(document, { s: 'x' })).toEqual({ s: 'x', n: 1, key: '[secret:key]' });
  });

  it.each([
    [{}, 'the input s of x.plan.yaml is missing'],
    [{ s: 1 }, 'the input s of x.plan.yaml must be a text'],
  ])('%o is refused', async (values, message) => {
    const document = await documentWith('{ s: { required: true } }');
    const error = thrownBy(() => fillInputs(document, values));
    expect(error).toBeInstanceOf(PlanError);
    expect(error).toMatchObject({ code: 'bad_input', message });
  });
});
