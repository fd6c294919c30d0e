import * as fc from 'fast-check';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { CliBench } from './cli-bench.ts';

/** A bug of ours ends with another code. */
const EXPECTED_CODES = [0, 1, 3, 4, 5, 6, 7];

/** What a disk, a crash of the machine or a person does to a file. */
type Damage =
  | { readonly kind: 'flip'; readonly at: number; readonly bits: number }
  | { readonly kind: 'zero'; readonly at: number; readonly length: number }
  | { readonly kind: 'cut'; readonly at: number };

const place = fc.integer({ min: 0, max: 0x7fffffff });
const damages: fc.Arbitrary<Damage> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('flip' as const),
      at: place,
      bits: fc.integer({ min: 1, max: 255 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('zero' as const),
      at: place,
      length: fc.integer({ min: 1, max: 4096 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), at: place }) },
);

const LOOKS = [
  ['plan', 'list'],
  ['plan', 'show', 'last', 'style'],
  ['plan', 'events', 'last'],
  ['plan', 'checkpoint', 'list', 'last'],
  ['plan', 'checkpoint', 'show', 'last', '2', '--files'],
  ['plan', 'diff', 'last', '1', '2'],
  ['storage', 'du'],
  ['doctor'],
] as const;

/**
 * A home of which a file is damaged: whatever is asked of it ends with a clear word, what can't be proved is named, and what is there is
 * not made worse. With `storage verify` saying that all is well, a rollback is exact.
 * @param files of the home, by their names in it
 * @param before the workspace's a.txt at checkpoint 2
 */
export function damagedHomes(
  bench: CliBench,
  files: readonly string[],
  before: string,
): fc.IAsyncProperty<[string, Damage]> {
  const home = join(bench.home, 'agents');
  const kept = join(bench.root, 'kept');
  const folder = join(bench.root, 'kept-folder');
  cpSync(home, kept, { recursive: true });
  cpSync(bench.folder, folder, { recursive: true });
  return fc.asyncProperty(fc.constantFrom(...files), damages, async (file, damage) => {
    for (const [from, to] of [
      [kept, home],
      [folder, bench.folder],
    ] as const) {
      rmSync(to, { recursive: true, force: true });
      cpSync(from, to, { recursive: true });
    }
    hurt(join(home, file), damage);
    for (const args of LOOKS) await expectWord(bench, args);
    const isSound = (await expectWord(bench, ['storage', 'verify'])) === 0;
    const { code, err } = await bench.run('plan', 'rollback', 'last', '2', '--yes');
    expect(EXPECTED_CODES, err).toContain(code);
    if (isSound) expect(code, err).toBe(0);
    if (code === 0) expect(bench.read('a.txt')).toBe(before);
  });
}

function hurt(file: string, damage: Damage): void {
  const bytes = readFileSync(file);
  const at = damage.at % bytes.length;
  if (damage.kind === 'flip') bytes[at]! ^= damage.bits;
  if (damage.kind === 'zero') bytes.fill(0, at, at + damage.length);
  writeFileSync(file, damage.kind === 'cut' ? bytes.subarray(0, at) : bytes);
}

async function expectWord(bench: CliBench, args: readonly string[]): Promise<number> {
  const { code, out, err } = await bench.run(...args);
  expect(EXPECTED_CODES, `${args.join(' ')}\n${err}`).toContain(code);
  expect(err).not.toMatch(/\n {4}at /);
  if (code !== 0 && out === '') expect(err).not.toBe('');
  return code;
}
