/** The number of letters to insert, delete, replace or swap with their neighbour to make one word of the other. */
function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (older[j - 2] as number) + 1 : Infinity;
      next.push(Math.min(replaced, swapped, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    [older, row] = [row, next];
  }
  return row[b.length] as number;
}

/** The candidate that someone who typed `word` most likely meant; null if none is near. */
export function closestWord(word: string, candidates: Iterable<string>): string | null {
  const typed = word.toLowerCase();
  let best: string | null = null;
  // At least one letter must be right, else every one-letter name would be near to every other.
  let bestDistance = Math.min(Math.ceil(typed.length / 3) + 1, typed.length);
  for (const candidate of candidates) {
    // Words of very different lengths can't be near: spares most of the work in long lists.
    if (Math.abs(candidate.length - typed.length) >= bestDistance) continue;
    const distance = editDistance(typed, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}
