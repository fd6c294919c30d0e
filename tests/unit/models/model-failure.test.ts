import { describe, expect, it } from 'vitest';
import { carefulFetch } from '../../../src/models/careful-fetch.ts';
import { findModel } from '../../../src/models/find-provider.ts';
import { cutOff, toModelFailure } from '../../../src/models/model-failure.ts';
import { settingsOf } from '../../support/mock-models.ts';

const model = findModel('corp/big', settingsOf({ corp: { url: 'http://127.0.0.1:1/v1', key: 'CORP_KEY' } }), {
  CORP_KEY: 'hunter2',
});
const apiError = (fields: object): Error => Object.assign(new Error('Said so'), fields);
const broke = (code: string, message = 'fetch failed'): Error =>
  new TypeError(message, { cause: Object.assign(new Error('inner'), { code }) });

describe('a request that failed', () => {
  it.each([
    ['a status', apiError({ statusCode: 400 }), /: HTTP 400$/, 'Said so'],
    ['no words', apiError({ statusCode: 418, message: '' }), /: HTTP 418$/, null],
    ['no words but a page', apiError({ statusCode: 418, message: '', responseBody: '<p>' }), /418$/, '<p>'],
    ['several tries', { lastError: apiError({ statusCode: 400 }) }, /: HTTP 400$/, 'Said so'],
    ['a broken connection', broke('ECONNRESET'), /: the connection broke$/, 'ECONNRESET; fetch failed'],
    ['no connection', apiError({ isRetryable: true }), /: no connection$/, 'Said so'],
    ['no answer', broke('UND_ERR_HEADERS_TIMEOUT'), /did not answer in time$/, 'UND_ERR_HEADERS_TIMEOUT'],
    ['no more of the answer', broke('UND_ERR_BODY_TIMEOUT'), /in time$/, 'UND_ERR_BODY_TIMEOUT'],
    ['an error of the stream', { message: 'overloaded' }, /: the reply could not be read$/, 'overloaded'],
    ['an error of the stream as a text', 'overloaded', /: the reply could not be read$/, 'overloaded'],
    ['another thing', { type: 'x' }, /: the reply could not be read$/, '{"type":"x"}'],
    ['nothing', undefined, /: the reply could not be read$/, null],
    ['a word that is cut', new Error('x'.repeat(999)), /could not be read$/, `${'x'.repeat(400)}…`],
  ])('Given %s, When it is told, Then in these words', (_, thrown, message, hint) => {
    const failure = toModelFailure(model, thrown);
    expect(failure).toMatchObject({ code: 'model_failed', message: expect.stringMatching(message), hint });
    expect(failure.message).toMatch(/^corp\/big could not be asked: /);
    expect(failure.cause).toBeUndefined();
  });

  it('Given a reply that was cut, When it is told, Then that nothing of it is kept', () => {
    expect(cutOff(model)).toMatchObject({
      code: 'model_failed',
      message: expect.stringContaining('cut off'),
    });
  });
});

describe('a request', () => {
  const url = 'http://nowhere.example:81/v1/chat?x';
  const fails = (error: unknown): Promise<Response> =>
    carefulFetch(async () => {
      throw error;
    })(url);

  it.each([
    ['ECONNREFUSED', 'nothing listens at http://nowhere.example:81', 'is corp started?'],
    [
      'ENOTFOUND',
      'there is no host of the name in http://nowhere.example:81',
      'is there a network, and is the address right?',
    ],
  ])('Given %s, When it is sent, Then it is told where', async (code, message, hint) => {
    const error: unknown = await fails(broke(code)).catch((thrown: unknown) => thrown);
    expect(toModelFailure(model, error)).toMatchObject({
      message: `corp/big could not be asked: ${message}`,
      hint,
    });
  });

  it('Given anything else, When it is sent, Then that is thrown as it is', async () => {
    const error = broke('ECONNRESET');
    await expect(fails(error)).rejects.toBe(error);
    await expect(fails('a text')).rejects.toBe('a text');
  });
});
