/**
 * A function that remembers its last answer. `compared`: how many of the arguments decide whether it is still true;
 * without it, all.
 */
export function memoLast<Arguments extends readonly unknown[], Result>(
  make: (...args: Arguments) => Result,
  compared?: number,
): (...args: Arguments) => Result {
  let last: { readonly args: Arguments; readonly result: Result } | null = null;
  return (...args) => {
    const known = last;
    const isSame = known?.args.every(
      (one, index) => Object.is(one, args[index]) || index >= (compared ?? Infinity),
    );
    if (!known || !isSame) last = { args, result: make(...args) };
    return (last as { readonly result: Result }).result;
  };
}
