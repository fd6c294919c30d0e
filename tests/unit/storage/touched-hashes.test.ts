import { describe, expect, it } from 'vitest';
import { TOUCH_AFTER_MS } from '../../../src/storage/object-age.ts';
import { TouchedHashes } from '../../../src/storage/touched-hashes.ts';

describe('what is known to be stored', () => {
  it('Given a hash was touched, When a minute is over, Then it has to be looked up again', () => {
    let now = 1_000_000;
    const hashes = new TouchedHashes(() => now);
    expect(hashes.has('a')).toBe(false);
    hashes.add('a', now);
    now += TOUCH_AFTER_MS - 1;
    expect(hashes.has('a')).toBe(true);
    now += 1;
    expect(hashes.has('a')).toBe(false);
  });

  it('Given the clock was ahead when it was touched, When it is put right, Then it is not known for longer', () => {
    let now = 1_000_000;
    const hashes = new TouchedHashes(() => now);
    hashes.add('a', now + 10 * TOUCH_AFTER_MS);
    now += TOUCH_AFTER_MS;
    expect(hashes.has('a')).toBe(false);
  });

  it('Given a minute goes by between two, Then those that are still good stay known', () => {
    let now = 1_000_000;
    const hashes = new TouchedHashes(() => now);
    now += TOUCH_AFTER_MS - 1;
    hashes.add('a', now);
    now += 1;
    hashes.add('b', now);
    expect([hashes.has('a'), hashes.has('b')]).toEqual([true, true]);
    hashes.add('a', now);
    now += TOUCH_AFTER_MS - 1;
    expect(hashes.has('a')).toBe(true);
    now += 1;
    hashes.add('c', now);
    expect(['a', 'b', 'c'].map((hash) => hashes.has(hash))).toEqual([false, false, true]);
  });

  it('Given very many, When one more comes, Then memory stays bounded and the newest is known', () => {
    const hashes = new TouchedHashes(() => 0);
    for (let i = 0; i <= 200_000; i += 1) hashes.add(String(i), 0);
    expect([hashes.has('0'), hashes.has('200000')]).toEqual([false, true]);
  });
});
