import { describe, it } from 'vitest';
import { SCHEMAS } from '../../src/storage/schema-versions.ts';
import { KEPT_HOMES } from '../support/kept-homes.ts';
import { countMoments, expectUpgradedAfterKill } from '../support/killed-upgrade.ts';

const upgrades = KEPT_HOMES.flatMap((kept) =>
  (
    [
      ['agents.db', kept.agents.schema],
      ['objects.db', kept.objects.schema],
    ] as const
  )
    .filter(([name, schema]) => schema < SCHEMAS[name].version)
    .map(([name]) => [name, kept.name, kept] as const),
);

describe('an upgrade that is killed', () => {
  it.each(upgrades)('of %s of %s, before each of its statements', async (name, _home, kept) => {
    const count = await countMoments(kept, name);
    for (let moment = 1; moment <= count; moment += 1) await expectUpgradedAfterKill(kept, name, moment);
  });
});
