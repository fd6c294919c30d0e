import { expect, it } from 'vitest';
import { secretValues } from '../../../src/app/secret-values.ts';

const env = { API_KEY: 'k1', my_token: 't1', EMPTY_KEY: '', HOME: '/home/me' };

it.each([
  ['globs', ['*_KEY'], ['k1']],
  ['a name in other letters', ['MY_TOKEN'], ['t1']],
  ['several', ['*_key', '*_TOKEN'], ['k1', 't1']],
  ['no name at all', [], []],
  ['a name that nothing has', ['PASSWORD'], []],
])('Given %s, then the values of the variables that fit are secret, empty ones never', (_, names, values) => {
  expect(secretValues(env, names)).toEqual(values);
});
