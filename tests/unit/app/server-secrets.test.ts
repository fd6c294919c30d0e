import { describe, expect, it } from 'vitest';
import { serverSecrets } from '../../../src/app/secret-values.ts';
import { specOf } from '../../support/mcp-bench.ts';

describe('what is secret in the settings of tool servers', () => {
  it.each([
    ['a header that says who', { Authorization: 'Bearer abc123' }, ['Bearer abc123']],
    ['one that names a variable', { 'X-Api-Key': '${MINE}' }, ['value of mine']],
    ['one that names a variable that is not set', { Cookie: '${NONE}' }, ['${NONE}']],
    ['a harmless one', { Accept: 'application/json' }, []],
  ])('%s', (_, headers, secrets) => {
    const place = { kind: 'address', url: 'http://x', headers } as const;
    expect(serverSecrets([specOf('web', [], { place })], { MINE: 'value of mine' }, ['*_TOKEN'])).toEqual(
      secrets,
    );
  });

  it('variables of a process, by their names', () => {
    const env = { GH_TOKEN: 'abc', MODE: 'fast', OTHER_TOKEN: '${env:MINE}' };
    const place = { kind: 'process', command: 'x', args: [], env, cwd: null } as const;
    expect(serverSecrets([specOf('web', [], { place })], { MINE: 'm1' }, ['*_TOKEN'])).toEqual(['abc', 'm1']);
  });
});
