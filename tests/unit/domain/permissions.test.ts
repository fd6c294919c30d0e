import { describe, expect, it } from 'vitest';
import { isPermissionRule, permissionFor } from '../../../src/domain/permissions.ts';

const rules = (ask: string[], allow: string[] = [], deny: string[] = []) => ({ ask, allow, deny });

describe('what may be called', () => {
  it.each([
    [rules([]), 'fs.write', 'a', 'allow', null],
    [rules(['fs.write']), 'fs.write', 'a', 'ask', 'fs.write'],
    [rules(['fs.*']), 'fs.write', 'a', 'ask', 'fs.*'],
    [rules(['fs.*']), 'shell.run', 'a', 'allow', null],
    [rules(['*'], ['fs.read']), 'fs.read', 'a', 'allow', 'fs.read'],
    [rules(['*'], ['fs.read']), 'fs.write', 'a', 'ask', '*'],
    [rules(['*'], ['*'], ['http.request']), 'http.request', 'x', 'deny', 'http.request'],
    [rules(['shell.run(rm *)']), 'shell.run', 'rm -rf build', 'ask', 'shell.run(rm *)'],
    [rules(['shell.run(rm *)']), 'shell.run', 'ls', 'allow', null],
    [rules(['shell.run(*rm -rf*)']), 'shell.run', 'cd x && rm -rf y', 'ask', 'shell.run(*rm -rf*)'],
    [rules([], [], ['fs.write(.env)']), 'fs.write', '.env', 'deny', 'fs.write(.env)'],
    [rules([], [], ['fs.write(.env)']), 'fs.write', '.env.local', 'allow', null],
    [rules(['mcp.*.write_*']), 'mcp.files.write_file', 'a', 'ask', 'mcp.*.write_*'],
    [rules(['a*a']), 'a', '', 'allow', null],
    [rules(['a*b*c']), 'abc', '', 'ask', 'a*b*c'],
    [rules(['a*bb*c']), 'abc', '', 'allow', null],
    [rules(['shell.run(a(b)c)']), 'shell.run', 'a(b)c', 'ask', 'shell.run(a(b)c)'],
    [rules(['shell.run(two\nlines)']), 'shell.run', 'two\nlines', 'ask', 'shell.run(two\nlines)'],
  ])('Given %j, then %s of "%s": %s by %s', (given, tool, subject, kind, rule) => {
    expect(permissionFor(given, tool, subject)).toEqual({ kind, rule });
  });

  it('Given a pattern of many stars and a long text, then it is told at once', () => {
    const rule = `shell.run(${'*a'.repeat(2000)}b)`;
    expect(permissionFor(rules([rule]), 'shell.run', 'a'.repeat(100_000)).kind).toBe('allow');
  });

  it.each([
    ['fs.write', true],
    ['*', true],
    ['mcp.*', true],
    ['shell.run(rm *)', true],
    ['shell.run(', false],
    ['', false],
    ['(x)', false],
    ['fs write', false],
  ])('%s is a rule: %s', (text, isRule) => {
    expect(isPermissionRule(text)).toBe(isRule);
  });
});
