import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requests } from '../../support/bad-input.ts';
import { RequestBench, type RawRequest } from '../../support/request-bench.ts';

const checkpointId = async (bench: RequestBench): Promise<string> => (await bench.history.checkpoint()).id;

describe('requests that are not as they should be', () => {
  it.each<[string, Partial<RawRequest>]>([
    ['a kind that there is not', { kind: 'explode' }],
    ['a kind that only objects have', { kind: 'constructor' }],
    ['args that are no JSON', { args: '{' }],
    ['args that are null', { args: 'null' }],
    ['args that are a list', { args: '[1]' }],
    ['an asker that is no JSON', { asker: 'me' }],
    ['an asker that is nobody', { asker: 'null' }],
    ['an asker without a pid', { asker: '{"host":"h","boot_id":"b"}' }],
    ['a plan of another tree', { plan_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }],
    ['a label that is no text', { args: '{"label":{"a":1}}' }],
    ['a label that no person could give', { args: '{"label":"3"}' }],
    ['a mark of nothing', { kind: 'mark' }],
    ['a pin that is no yes or no', { kind: 'mark', args: '{"checkpoint_id":"ID","pinned":"yes"}' }],
    ['a mark whose label is a number', { kind: 'mark', args: '{"checkpoint_id":"ID","label":5}' }],
    ['a choice that is no text', { kind: 'answer', args: '{"decision":"style","choice":["a"]}' }],
    ['a decision that is no text', { kind: 'answer', args: '{"decision":7,"choice":"a"}' }],
    ['a wish that has no asker', { kind: 'pause', asker: '7' }],
  ])('Given %s, Then it is refused, and the next one is answered', async (_what, odd) => {
    await using bench = await RequestBench.create();
    const id = await checkpointId(bench);
    const before = bench.history.journal.tree;
    const [answer] = await bench.ask([bench.good({ ...odd, args: (odd.args ?? '{}').replace('ID', id) })]);
    expect(answer?.result).toMatchObject({ ok: false, error: { code: 'bad_request', exit_code: 1 } });
    expect(bench.history.journal.tree).toBe(before);
    expect(bench.settled).toEqual([]);
    const [good] = await bench.ask([bench.good({ args: '{"label":"kept"}' })]);
    expect(good?.result).toMatchObject({ ok: true, checkpoint: { label: 'kept' } });
  });

  /** The same cases each time; others, and many more: `npm run soak -- bad-input`. */
  it('Given rows that nobody of ours has written, Then each is answered or taken back, and the journal stays whole', async () => {
    await using bench = await RequestBench.create();
    const property = requests(bench, await checkpointId(bench));
    await fc.assert(property, { numRuns: 60, seed: 4, endOnFailure: true });
    await bench.expectWhole();
  });

  it('Given one that cannot be read among others, Then they are answered, and the run comes to its end', async () => {
    await using bench = await RequestBench.create();
    const answers = await bench.ask([
      bench.good({ asker: '{' }),
      bench.good(),
      bench.good({ kind: 'pause' }),
    ]);
    expect(answers.map((answer) => answer?.result['ok'])).toEqual([false, true, true]);
    await bench.close();
  });
});
