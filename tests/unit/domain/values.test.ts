import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as errors from '../../../src/domain/errors.ts';
import {
  findLabelFault,
  isUlid,
  isUlidPrefix,
  parseCheckpointNumber,
  shortId,
} from '../../../src/domain/ids.ts';
import { formatPhaseState } from '../../../src/domain/plan.ts';
import { toPrintable, toPrintableLine } from '../../../src/domain/printable.ts';
import { resolveSecrets, secretReference, secretsIn } from '../../../src/domain/secret-reference.ts';
import {
  addHash,
  formatStateHash,
  hashPart,
  parseStateHash,
  subtractHash,
} from '../../../src/domain/state-hash.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('errors', () => {
  it.each([
    [errors.PlanError, 1],
    [errors.UsageError, 2],
    [errors.ConfigError, 3],
    [errors.NotFoundError, 4],
    [errors.WaitingError, 5],
    [errors.ConflictError, 6],
    [errors.StorageError, 7],
    [errors.CheckpointError, 7],
    [errors.WorkspaceError, 7],
    [errors.BugError, 70],
  ])('%o ends the process with %i', (Kind, exitCode) => {
    const error = new Kind('code', 'what', { hint: 'why', nextSteps: ['do this'], cause: 1 });
    expect([error.exitCode, error.code, error.message, error.hint, error.nextSteps, error.cause]).toEqual([
      exitCode,
      'code',
      'what',
      'why',
      ['do this'],
      1,
    ]);
    expect(error.name).toBe(Kind.name);
  });

  it('a document error carries its faults', () => {
    const fault = { file: 'a.plan.yaml', line: 1, column: 2, message: 'no', hint: null };
    const error = new errors.DocumentError('bad', 'one fault', [fault]);
    expect([error.exitCode, error.faults]).toEqual([3, [fault]]);
  });

  it.each([
    ['ours', new errors.PlanError('c', 'm', { hint: 'h' }), { code: 'c', message: 'm', hint: 'h' }],
    [
      "the system's",
      Object.assign(new Error('no space'), { code: 'ENOSPC' }),
      { code: 'ENOSPC', message: 'no space', hint: null },
    ],
    ['any', new Error('boom'), { code: 'unexpected', message: 'boom', hint: null }],
    ['a thrown text', 'text', { code: 'unexpected', message: 'text', hint: null }],
  ])('%s becomes a value that can be stored', (_, thrown, value) => {
    expect(errors.toErrorValue(thrown)).toEqual(value);
  });
});

describe('ids', () => {
  const id = '01JD7K3V5N0000000000ABCDEF';

  it('knows ids and their beginnings', () => {
    expect([isUlid(id), isUlid('x'), isUlidPrefix('01jd'), isUlidPrefix('')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(shortId(id)).toBe('00ABCDEF');
  });

  it.each([
    ['12', 12],
    ['#7', 7],
    ['0', null],
    ['x', null],
    ['1x', null],
  ])('reads %s as a number of a checkpoint: %s', (text, number) => {
    expect(parseCheckpointNumber(text)).toBe(number);
  });

  it.each([
    ['before the move', null],
    ['  ', 'visible'],
    ['12', 'number'],
    ['#3', 'number'],
    ['last', 'last'],
    ['two\nlines', 'one line'],
    ['x'.repeat(201), '200'],
  ])('label %j: %s', (label, fault) => {
    if (fault === null) expect(findLabelFault(label)).toBeNull();
    else expect(findLabelFault(label)).toContain(fault);
  });

  it('shows phase and state as people know them', () => {
    expect(formatPhaseState('execute', 'errored')).toBe('execute/errored');
  });
});

describe('toPrintable shows control sequences instead of executing them', () => {
  it.each([
    ['\u001B[31mred', '\\x1b[31mred'],
    ['\u001B]52;c;aGk=\u0007', '\\x1b]52;c;aGk=\\x07'],
    ['a\u202Eb', 'a\\u202eb'],
    ['\u009B2J', '\\x9b2J'],
    ['line\r\nline\rover', 'line\nline\\x0dover'],
    ['tab\tstays', 'tab\tstays'],
  ])('%j', (text, shown) => {
    expect(toPrintable(text)).toBe(shown);
  });

  it('puts everything on one line if asked', () => {
    expect(toPrintableLine('a\nb\tc')).toBe('a\\nb c');
  });
});

describe('secret references', () => {
  it('are found at any depth and resolved only in texts', () => {
    const reference = secretReference('token');
    expect(secretsIn({ a: [`x ${reference}`, null, 3], b: { c: secretReference('key') } })).toEqual([
      'token',
      'key',
    ]);
    expect(resolveSecrets(`Bearer ${reference}`, (name) => `<${name}>`)).toBe('Bearer <token>');
  });
});

describe('state hash', () => {
  it('is the same in whatever order parts came, and goes back when they go', () => {
    const keys = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(keys, (names) => {
        const hashes = names.map((name, ord) => hashPart(sha256, 'context', name, { ord, value: name }));
        const forward = hashes.reduce(addHash, 0n);
        const backward = hashes.toReversed().reduce(addHash, 0n);
        expect(forward).toBe(backward);
        expect(hashes.reduce(subtractHash, forward)).toBe(0n);
        expect(parseStateHash(formatStateHash(forward))).toBe(forward);
      }),
    );
  });
});
