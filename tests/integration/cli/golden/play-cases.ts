import { afterAll, describe, expect, it } from 'vitest';
import { goldenFile, GoldenStage, type GoldenCase } from '../../../support/golden.ts';

/** A test for each case: what it says is in its file. Written anew by `npm run golden`. */
export function playCases(cases: readonly GoldenCase[]): void {
  const stage = new GoldenStage();
  afterAll(() => stage[Symbol.asyncDispose]());
  describe.each([...new Set(cases.map(({ command }) => command))])('agents %s', (command) => {
    it.each(cases.filter((one) => one.command === command))(
      '$name: says what stands in its file',
      async (one) => {
        await expect(await stage.play(one)).toMatchFileSnapshot(goldenFile(one));
      },
    );
  });
}
