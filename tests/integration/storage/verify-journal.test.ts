import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openObjectStore } from '../../../src/storage/open-object-store.ts';
import { inFile, openGarbage, openPlans } from '../../support/object-places.ts';
import { History } from '../../support/storage-history.ts';
import { freshHome, StagedProcesses } from '../../support/storage-places.ts';

const processes = new StagedProcesses();
const LONG = 'long '.repeat(100);

/** What is found in the journal of a plan with some history after this was done to it. */
async function findingsAfter(sql: string): Promise<readonly unknown[]> {
  await using home = await freshHome();
  const plans = await openPlans(home.path, processes);
  (await openObjectStore({ home: home.path })).close();
  const history = await History.create(plans);
  const child = await history.spawn('child');
  await history.call({ text: LONG }, child);
  await history.set('long', LONG);
  for (let i = 0; i < 250; i += 1) await history.set(`key ${i % 3}`, i);
  await History.create(plans);
  if (sql !== '') inFile(join(home.path, 'agents.db'), (db) => db.exec(sql));
  const garbage = await openGarbage(home.path, processes);
  const found = await garbage.checkJournals();
  await garbage.close();
  await plans.close();
  expect(found.every(({ plan_id }) => plan_id === history.rootId)).toBe(true);
  return found.map(({ seq, what }) => [seq, what]);
}

describe('the proof of journals', () => {
  it('Given nothing was touched, Then nothing is found', async () => {
    expect(await findingsAfter('')).toEqual([]);
  });

  it('Given old parts were pruned, Then nothing is found', async () => {
    expect(await findingsAfter("delete from part_versions where section = 5 and key = 'long'")).toEqual([]);
  });

  it.each([
    [
      "update plan_events set payload = json_set(payload, '$.value', 99) where seq = 20",
      [[20, 'the event does not match its hash']],
    ],
    ["update plan_events set payload = '{' where seq = 20", [[20, 'the event is no JSON']]],
    ["update plan_events set at = '2020' where seq = 230", [[230, 'the event does not match its hash']]],
    [
      'delete from plan_events where seq in (20, 21)',
      [
        [22, 'events 20 to 21 are missing'],
        [22, 'the event does not match its hash'],
      ],
    ],
    ['delete from plan_events where seq > 100', [[100, 'the journal does not end where its plan says']]],
    [
      "update part_versions set value = '\"other\"' where section = 5 and key = 'long'",
      [[8, 'the value context long does not match its digest']],
    ],
    [
      "update part_versions set value = '{' where section = 5 and key = 'long'",
      [[8, 'the value context long does not match its digest']],
    ],
  ])('Given %j, Then that is found, once', async (sql, wanted) => {
    expect(await findingsAfter(sql)).toEqual(wanted);
  });

  it.each(["json_remove(value, '$.result')", "json_set(value, '$.result', 1)", "'null'"])(
    'Given the result of a call is %s, Then that is found',
    async (value) => {
      const sql = `update part_versions set value = ${value} where section = 2`;
      const [finding, ...more] = await findingsAfter(sql);
      expect(finding).toEqual([
        6,
        expect.stringMatching(/^the value tool_calls \w+ does not match its digest$/),
      ]);
      expect(more).toEqual([]);
    },
  );
});
